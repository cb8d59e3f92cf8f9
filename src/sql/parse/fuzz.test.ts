import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "#wire/errors.ts";
import { acceptedStatements } from "./accepted.fixture.ts";
import { parseExpressionText, parseQueryText, parseStatement, parseTypeText } from "./mod.ts";

/** False when anything but a Fault is thrown. */
function survives(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (thrown) {
    return thrown instanceof Fault && thrown.code === "BAD_REQUEST";
  }
}

const words = [...new Set(acceptedStatements.flatMap((text) => text.match(/\w+|'[^']*'|`[^`]*`|[^\s\w]/g) ?? []))];
const soup = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((picked) => picked.join(" "));

/** A statement with a piece cut out, doubled or replaced by other text. */
const mutated = fc
  .tuple(fc.constantFrom(...acceptedStatements), fc.nat(), fc.nat(20), fc.oneof(fc.string(), fc.constantFrom(...words)))
  .map(([text, at, length, put]) => {
    const start = at % (text.length + 1);
    return `${text.slice(0, start)}${put}${text.slice(start + length)}`;
  });

for (const [name, texts] of [
  ["words in any order", soup],
  ["statements with a piece changed", mutated],
  ["any characters", fc.string({ unit: "binary", maxLength: 200 })],
] as const) {
  test(`nothing but a Fault leaves the parser: ${name}`, () => {
    fc.assert(
      fc.property(texts, (text) =>
        [parseStatement, parseQueryText, parseExpressionText, parseTypeText].every((parse) => survives(parse, text)),
      ),
      { numRuns: 1500, seed: 20, endOnFailure: true },
    );
  });
}
