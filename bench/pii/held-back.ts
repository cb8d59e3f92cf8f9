import { detect, StreamMasker } from "../../src/pii/mod.ts";
import type { FigureTable } from "../figure.ts";
import { charactersOf, dense, prose } from "./corpora.ts";
import { piecesOf } from "./pieces.ts";

/** Lowest value that a share of the sorted samples does not exceed. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;

/** Of each piece: its length, and how many characters are held back once it has arrived. */
function streamed(text: string): { readonly pieces: readonly number[]; readonly held: readonly number[] } {
  const masker = new StreamMasker({ mode: "mask" });
  const pieces = piecesOf(text);
  const held = pieces.map((piece) => {
    masker.push(piece);
    return masker.held;
  });
  return { pieces: pieces.map(({ length }) => length), held };
}

/** How much of a streamed answer waits for what comes next. */
export function heldBackTable(): FigureTable {
  const rows = Object.entries({ "prose without personal data": prose, "sentences that hold some each": dense }).map(
    ([name, texts]) => {
      const all = texts.map(streamed);
      const held = all.flatMap((one) => one.held).sort((a, b) => a - b);
      const pieces = all.flatMap((one) => one.pieces).sort((a, b) => a - b);
      const at = [0.5, 0.9, 0.99, 1].map((share) => String(quantile(held, share)));
      const finds = texts.reduce((sum, text) => sum + detect(text).length, 0);
      return [name, `${charactersOf(texts)}`, `${finds}`, `${pieces.length}`, String(quantile(pieces, 0.5)), ...at];
    },
  );
  return {
    title: "Held back of a stream while personal data is masked",
    columns: [
      "text",
      "characters",
      "pieces",
      "a piece, median",
      "held, median",
      "held, p90",
      "held, p99",
      "held, most",
    ],
    rows,
    note: "In characters, taken after each piece. Wanted on prose: at the median no more than a piece, at p99 no more than 64.",
  };
}
