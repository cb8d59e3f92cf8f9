import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { labelledSet, PARTS } from "../../test/pii/labelled-set.ts";

const root = resolve(import.meta.dirname, "../..");

/** Running text in English with names, numbers and code in it, and no personal data: this project's records of decisions. */
export const prose: readonly string[] = globSync("docs/decisions/*.md", { cwd: root })
  .sort()
  .map((file) => readFileSync(join(root, file), "utf8"));

/** Every sentence of the labelled set that holds personal data: one find or more in some fifty characters. */
export const dense: readonly string[] = PARTS.flatMap(labelledSet)
  .filter(({ places }) => places.length > 0)
  .map(({ text }) => text);

export const charactersOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);
