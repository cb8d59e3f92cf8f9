import assert from "node:assert/strict";
import { it } from "node:test";
import type { DescribedFunction } from "#catalog/mod.ts";
import type { Site } from "../services.ts";
import { functionInfo } from "./function-info.ts";

const found = (language?: "PYTHON") =>
  ({
    ...{
      id: "1",
      full_name: "main.s.f",
      name: "f",
      type: "FUNCTION",
      owner: "ada",
      comment: null,
      created_by: "ada",
      updated_by: "ada",
    },
    ...{ created_at: new Date(0), updated_at: new Date(0) },
    definition: {
      parameters: [],
      returns: { kind: "scalar", type: "INT" },
      body: "return 1",
      ...(language && { language }),
    },
  }) as unknown as DescribedFunction;

const site = { metastore_id: "m" } as Site;

it("tells a Python function as an external one, as the SDK's FunctionInfo has it", () => {
  const info = functionInfo(found("PYTHON"), site, true);
  assert.equal(info.routine_body, "EXTERNAL");
  assert.equal(info.external_language, "PYTHON");
  assert.equal(info.routine_definition, "return 1");
});

it("tells a SQL function without a language", () => {
  const info = functionInfo(found(), site, false);
  assert.equal(info.routine_body, "SQL");
  assert.ok(!("external_language" in info));
  assert.ok(!("routine_definition" in info));
});
