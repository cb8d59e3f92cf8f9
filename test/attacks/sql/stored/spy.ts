import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { DuckDBScalarFunction, type DuckDBType, INTEGER, VARCHAR } from "@duckdb/node-api";
import { READER } from "../../../sql/setting.ts";
import { LakeWorld } from "./lake-world.ts";
import { setUp } from "./matrix-policies.ts";
import { type StoredEngine, storages } from "./stored-engine.ts";
import { shapes } from "./throwing.ts";

/** Functions of ours that the engine has as macros, by what they are given: in the spy's engine they are code of the test's. */
const watched = {
  initcap: VARCHAR,
  chr_of: INTEGER,
} as const satisfies Readonly<Record<string, DuckDBType>>;

/**
 * Puts code in the place of two functions, and gives the values that code is handed from then on. It neither fails nor is volatile:
 * nothing keeps an engine from calling it early, on whole dictionaries, or on rows that a condition leaves out.
 */
async function watch({ connection }: StoredEngine): Promise<Set<string>> {
  const handed = new Set<string>();
  await connection.run("ATTACH ':memory:' AS spied; CREATE SCHEMA spied.lakeward_fn");
  for (const [name, type] of Object.entries(watched)) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: `spy_${name}`,
        parameterTypes: [type],
        returnType: VARCHAR,
        mainFunction: (_info, input, output) => {
          const vector = input.getColumnVector(0);
          for (let row = 0; row < input.rowCount; row += 1) {
            const value = vector.getItem(row);
            handed.add(String(value));
            output.setItem(row, `seen ${value}`);
          }
          output.flush();
        },
      }),
    );
    await connection.run(`CREATE MACRO spied.lakeward_fn.${name}(x) AS spy_${name}(x)`);
  }
  const found = await connection.runAndReadAll("SELECT current_setting('search_path')");
  const path = String(found.getRows()[0]![0]);
  await connection.run(`SET search_path = '${path.replace("system.main,", "system.main,spied.lakeward_fn,")}'`);
  return handed;
}

const conditions = ["initcap(code) <> 'q'", "chr(pay) <> 'q'"];
const HIDDEN = ["poison(", "0"];

/**
 * Runs both functions in every shape under some policies on each storage. @throws AssertionError when code is handed a value of a
 * hidden row, or, where rows are stored with dictionaries, none while the filter stands in the same statement.
 */
export async function spy(context: TestContext, wanted: readonly string[]): Promise<void> {
  await using world = await LakeWorld.open(storages);
  await setUp(world, wanted);
  for (const storage of storages) {
    const engine = world.engines.get(storage)!;
    const handed = await watch(engine);
    const seen: Record<string, number> = {};
    for (const form of ["governed", "plain"] as const) {
      engine.form = form;
      handed.clear();
      for (const policy of wanted)
        for (const shape of Object.values(shapes))
          for (const condition of conditions) {
            const text = shape(condition)
              .replaceAll("$from AS $own", `of_${policy}`)
              .replaceAll("$from", `of_${policy}`);
            const { error } = await world.run(READER, text, storage);
            assert.equal(error, undefined, text);
          }
      seen[form] = HIDDEN.filter((value) => handed.has(value)).length;
      assert.ok(handed.size > HIDDEN.length, "the spy is not called");
    }
    context.diagnostic(`${storage}: ${seen.governed} hidden values handed to code, ${seen.plain} in one statement`);
    assert.equal(seen.governed, 0);
    assert.ok(seen.plain! > 0 || storage === "memory");
  }
}
