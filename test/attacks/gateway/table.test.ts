import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

/** What was published of gateways in 2024 to 2026 and concerns this one. */
const PUBLISHED: readonly string[] = [
  "Bifrost 4365 and 5760",
  "CVE-2024-6587",
  "CVE-2025-66405",
  "CVE-2026-30623",
  "CVE-2026-35029",
  "CVE-2026-35030",
  "CVE-2026-40217",
  "CVE-2026-42208",
  "CVE-2026-42271",
  "CVE-2026-47101",
  "CVE-2026-47102",
  "CVE-2026-48710",
  "GHSA-69x8-hrgq-fjj8",
  "GHSA-h7x2-h6g9-p789",
  "LiteLLM 1.82.7 on PyPI",
  "cache without a caller",
  "headers in spend logs",
  "man in the gateway",
];

const textOf = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");

/** The table's rows: what was published, the file of a test, and the test's name. */
const rows = [...textOf("README.md").matchAll(/^\| ([^|]+) \| `([\w-]+\.test\.ts)` \| (.+) \|$/gm)].map(
  ([, published, file, test]) => ({ published: published!, file: file!, test: test! }),
);

describe("the table of attacks on the gateway", () => {
  it("has a test for each that was published", () =>
    assert.deepEqual([...new Set(rows.map(({ published }) => published))].sort(), PUBLISHED));

  it("names tests that are there, and run", () => {
    const isThere = ({ file, test }: (typeof rows)[number]): boolean =>
      ['"', "`"].some((quote) => textOf(file).includes(`it(${quote}${test}${quote}`));
    assert.deepEqual(
      rows.filter((row) => !isThere(row)),
      [],
    );
  });
});
