import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { querySchemas } from "#wire/serving/query-schemas.ts";
import { requestFields } from "../models/surfaces/chat/fields.ts";

test("the document of a chat model names just the fields that are read", () => {
  const { properties } = querySchemas["llm/v1/chat"].request;
  const read = Object.entries(requestFields).filter(([, field]) => field === "read");
  assert.deepEqual(Object.keys(properties as JsonObject).toSorted(), read.map(([name]) => name).toSorted());
});
