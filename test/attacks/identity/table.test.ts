import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

/** The attacks of the list that are on identity; 7 is MCP's. */
const NUMBERS: readonly number[] = Array.from({ length: 24 }, (_, i) => i + 1).filter((one) => one !== 7);

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");

/** The table's rows: an attack, the file of a test, and the test's name. */
const rows = [...textOf("README.md").matchAll(/^\| (\d+) \| `([\w-]+\.test\.ts)` \| (.+) \|$/gm)].map(
  ([, attack, file, test]) => ({ attack: Number(attack), file: file!, test: test! }),
);

describe("the table of attacks", () => {
  it("has a test for each attack", () => {
    const numbers = new Set(rows.map(({ attack }) => attack));
    assert.deepEqual(
      [...numbers].sort((a, b) => a - b),
      NUMBERS,
    );
  });

  it("names tests that are there, and run", () => {
    const missing = rows.filter(({ file, test }) => !textOf(file).includes(`it("${test}"`));
    assert.deepEqual(missing, []);
  });
});
