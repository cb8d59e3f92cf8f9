import { DEFAULT_ENTITIES } from "../../src/pii/entities.ts";
import { detect, mask, StreamMasker } from "../../src/pii/mod.ts";
import { compare, type Figure, type Variant } from "../figure.ts";
import { charactersOf, dense, prose } from "./corpora.ts";
import { piecesOf } from "./pieces.ts";
import type { Presidio } from "./presidio.ts";

const COUNTS = { warm_up: 1, rounds: 7 } as const;

/** A sample is taken over at least this much text, so that it lasts longer than the clock of processor time is exact. */
const SAMPLE_CHARACTERS = 1_000_000;

const KB_CHARACTERS = 1024;

/** Processor time of this process per kB of text. */
function ours(texts: readonly string[], work: (text: string) => void): Variant {
  const passes = Math.ceil(SAMPLE_CHARACTERS / charactersOf(texts));
  return {
    measure: async () => {
      const before = process.cpuUsage();
      for (let pass = 0; pass < passes; pass += 1) for (const text of texts) work(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / ((passes * charactersOf(texts)) / KB_CHARACTERS);
    },
  };
}

function inPieces(text: string): void {
  const masker = new StreamMasker({ mode: "mask" });
  for (const piece of piecesOf(text)) masker.push(piece);
  masker.end();
}

const atOnce = (text: string): void => void mask(text, detect(text));

/** What masking the default kinds costs: at once beside Presidio's finding them, and in pieces beside at once. */
export async function costFigures(presidio: Presidio, progress: (text: string) => void): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, texts] of [
    ["prose that holds none", prose],
    ["sentences that hold some each", dense],
  ] as const) {
    progress(`personal data, ${name}: ${COUNTS.rounds} rounds`);
    const found: Variant = {
      measure: async () =>
        (await presidio.analyze(texts, DEFAULT_ENTITIES)).cpu_us / (charactersOf(texts) / KB_CHARACTERS),
    };
    const [whole, pieces] = [ours(texts, atOnce), ours(texts, inPieces)];
    figures.push(
      await compare(
        {
          name: `masking personal data in ${name}`,
          baseline_name: "Presidio with a blank pipeline, finding the same kinds without masking them",
          unit: "µs/kB",
        },
        { ours: whole, baseline: found },
        COUNTS,
      ),
      await compare(
        { name: "... as it streams, in pieces of some 4 characters", baseline_name: "the same at once", unit: "µs/kB" },
        { ours: pieces, baseline: whole },
        COUNTS,
      ),
    );
  }
  return figures;
}
