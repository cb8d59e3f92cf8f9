import type { Figure, FigureTable } from "../figure.ts";
import { accuracyTables } from "./accuracy-tables.ts";
import { costFigures } from "./cost.ts";
import { heldBackTable } from "./held-back.ts";
import { Presidio } from "./presidio.ts";

/** Detectors of personal data: what they find and what they cost, beside Presidio, and what they hold back of a stream. */
export async function pii(progress: (text: string) => void): Promise<readonly (Figure | FigureTable)[]> {
  await using presidio = await Presidio.open(progress);
  progress("personal data: precision and recall on the labelled set");
  const accuracy = await accuracyTables(presidio);
  return [...(await costFigures(presidio, progress)), ...accuracy, heldBackTable()];
}
