const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

/** What the checksum of BIP 173 (witness version 0) and of BIP 350 (later ones) leaves. */
const BECH32 = 1;
const BECH32M = 0x2bc830a3;

/** Whether a segregated-witness address, `bc1...`, has its checksum. Lower case. */
export function isBech32(address: string): boolean {
  const separator = address.lastIndexOf("1");
  const prefix = [...address.slice(0, separator)].map((character) => character.charCodeAt(0));
  const values = [...address.slice(separator + 1)].map((character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return false;
  const rest = remainder([...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...values]);
  return rest === (values[0] === 0 ? BECH32 : BECH32M);
}

function remainder(values: readonly number[]): number {
  let rest = 1;
  for (const value of values) {
    const top = rest >>> 25;
    rest = ((rest & 0x1ffffff) << 5) ^ value;
    for (const [bit, term] of GENERATOR.entries()) if ((top >> bit) & 1) rest ^= term;
  }
  return rest;
}
