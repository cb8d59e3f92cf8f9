/** Letters of other scripts that look like Latin ones. Both sides are folded alike, so that words of those scripts match too. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  ["аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw вb нh кk мm тt", "αa οo ρp νv υu ιi κk τt χx"]
    .join(" ")
    .split(" ")
    .map((pair) => [pair[0]!, pair[1]!] as const),
);

/** Characters that show nothing, and marks that are put over or under any script's letters. */
const nothing = /^(?:[\p{Cf}\p{Variation_Selector}\u115F\u1160\u3164\uFFA0]|(?=\p{M})\p{Script=Inherited})$/u;

const wordCharacter = /^[\p{L}\p{N}]$/u;
/** Scripts that put no space between words: a word of theirs stands anywhere. */
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/**
 * One character as it is compared: lower case, plain width, without accents, look-alikes as the letter they look like; "" for what
 * shows nothing; more than one for a ligature.
 */
export function folded(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? String.fromCharCode(code + 0x20) : character;
  let plain = "";
  for (const one of character.normalize("NFKD").toLowerCase())
    if (!nothing.test(one)) plain += lookalikes.get(one) ?? one;
  return plain;
}

export function isWord(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 0x80) return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a);
  return wordCharacter.test(character);
}

/** Whether a word that ends or begins with this character has to be parted from other words. */
export const isParted = (character: string): boolean => isWord(character) && !unspaced.test(character);
