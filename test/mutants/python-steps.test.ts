import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { EngineValue } from "#sql/engines/engine.ts";
import { ADMIN, READER, setting } from "../sql/setting.ts";
import type { Mutant } from "./mutants.ts";
import { plant } from "./plant.ts";

const unseen = "The corpus has no function in Python: an interpreter for each case and door would take minutes.";

/** Takes the governed rows away from the steps of Python functions, in a way that the second wall lets pass. */
const mutant: Mutant = {
  name: "Python functions are handed the rows as they are stored",
  file: "sql/plan/planner.ts",
  text: "const sql = this.#print(await this.#region(step.rows, scope));",
  becomes: `const governing = this.#ports;
      this.#ports = { ...governing, enforcement: {
        applyFilter: (filter) => ({ kind: "literal", type: filter.type, value: true }),
        applyMask: (operand) => ({ kind: "cast", type: operand.type, operand, tolerant: true, implicit: false }),
      } };
      const sql = this.#print(await this.#region(step.rows, scope));
      this.#ports = governing;`,
  concerns: () => false,
  reaches: { kernel: unseen, http: unseen, sql: unseen, mcp: unseen },
};

test("what is handed to a Python function tells of rows that are not governed", { timeout: 120_000 }, async () => {
  const planted = plant(mutant);
  const [{ sqlWorld }, { Interpreters }] = await Promise.all([
    import("../sql/world.ts"),
    import("#sql/python/interpreters.ts"),
  ]);
  const handed = new Set<string>();
  const call = async (
    _routine: unknown,
    rows: readonly (readonly EngineValue[])[],
  ): Promise<readonly EngineValue[]> => {
    for (const row of rows) handed.add(row.join(" "));
    return rows.map(() => null);
  };
  mock.method(Interpreters.prototype, "take", async () => ({ call, kill: () => {}, ended: Promise.resolve() }));
  await using world = await sqlWorld();
  for (const statement of setting) await world.must(ADMIN, statement);
  await world.must(
    ADMIN,
    "CREATE FUNCTION lake.s.spy(a STRING, b STRING) RETURNS STRING LANGUAGE PYTHON AS $$ return a $$",
  );
  await world.must(READER, "SELECT spy(name, ssn) FROM sec");
  assert.ok(planted.isPlanted());
  assert.ok(handed.has("bob 222-22-2222"), "the mutant lives: nothing hidden was handed over");
});
