/** Whether letters (as 10 to 35) and digits leave 1 by 97, the first four moved to the end: ISO 13616, ISO/IEC 7064 MOD 97-10. */
export function isMod97(account: string): boolean {
  let rest = 0;
  for (const character of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}
