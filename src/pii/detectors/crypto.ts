import { isBase58Check } from "../checks/base58check.ts";
import { isBech32 } from "../checks/bech32.ts";
import { byShapes, type Detector, scores } from "../detector.ts";

/** Bitcoin by its checksums; Ethereum by its shape, as its checksum is one of capitals that many leave out. */
export const crypto: Detector = {
  entity: "CRYPTO",
  mayHold: ({ length, digits }) => length >= 26 && digits >= 1,
  find: byShapes([
    {
      begins: "digits",
      digits_min: 1,
      pattern: /[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z\d])/y,
      isValid: (match) => isBase58Check(match),
      scores: scores(1, 1, 1),
    },
    {
      begins: "letters",
      digits_min: 1,
      pattern: /(?:bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71})(?![A-Za-z\d])/y,
      isValid: (match) => isBech32(match.toLowerCase()),
      scores: scores(1, 1, 1),
    },
    { begins: "digits", digits_min: 1, pattern: /0x[0-9a-fA-F]{40}(?![A-Za-z\d])/y, scores: scores(0.8, 0.8, 0.8) },
  ]),
};
