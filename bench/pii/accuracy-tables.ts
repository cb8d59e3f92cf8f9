import { detect, type Span } from "../../src/pii/mod.ts";
import { withoutOverlaps } from "../../src/pii/span.ts";
import { type Accuracy, accuracyByEntity, precision, recall } from "../../test/pii/accuracy.ts";
import { labelledSet, PARTS, type Part } from "../../test/pii/labelled-set.ts";
import { STRUCTURED } from "../../test/pii/structured.ts";
import type { FigureTable } from "../figure.ts";
import type { Presidio } from "./presidio.ts";

type Finds = readonly (readonly Span[])[];

/** Ways to read Presidio's finds: all that it returns; without those that a surer one overlaps, as its anonymizer does; the surer ones. */
const readings: readonly (readonly [name: string, of: (finds: readonly Span[]) => readonly Span[]])[] = [
  ["Presidio, all finds", (finds) => finds],
  ["... surest of overlapping", withoutOverlaps],
  ["... of these, score 0.5 or more", (finds) => withoutOverlaps(finds).filter(({ score }) => score >= 0.5)],
];

const nothing: Accuracy = { labelled: 0, hits: 0, found: 0, right: 0 };

const shown = (accuracy: Accuracy): string =>
  `${accuracy.found === 0 ? "–" : precision(accuracy).toFixed(2)} / ${recall(accuracy).toFixed(2)}`;

/** Where ours is lower than any reading. Precision of one that finds nothing is none. */
function below(ours: Accuracy, theirs: readonly Accuracy[]): string {
  const isPrecise = theirs.every((one) => one.found === 0 || precision(ours) >= precision(one));
  const isWhole = theirs.every((one) => recall(ours) >= recall(one));
  return [...(isPrecise ? [] : ["precision"]), ...(isWhole ? [] : ["recall"])].join(", ") || "no";
}

/** Precision and recall by kind on each part of the labelled set, beside Presidio's on the same sentences. */
export async function accuracyTables(presidio: Presidio): Promise<readonly FigureTable[]> {
  const tables: FigureTable[] = [];
  for (const part of PARTS) tables.push(await tableOf(part, presidio));
  return tables;
}

async function tableOf(part: Part, presidio: Presidio): Promise<FigureTable> {
  const texts = labelledSet(part);
  const reached = (finds: Finds) => accuracyByEntity(texts, finds);
  const ours = reached(texts.map(({ text }) => detect(text, { entities: STRUCTURED })));
  const { spans } = await presidio.analyze(
    texts.map(({ text }) => text),
    STRUCTURED,
  );
  const theirs = readings.map(([, of]) => reached(spans.map(of)));
  const negatives = texts.filter(({ places }) => places.length === 0).length;
  return {
    title: `Personal data found, precision / recall: ${part} part, ${texts.length} sentences, ${negatives} of them without any`,
    columns: ["kind", "labelled", "ours", ...readings.map(([name]) => name), "ours lower than any of these"],
    rows: STRUCTURED.map((entity) => {
      const [own, others] = [ours[entity] ?? nothing, theirs.map((one) => one[entity] ?? nothing)];
      return [entity, String(own.labelled), shown(own), ...others.map(shown), below(own, others)];
    }),
  };
}
