import assert from "node:assert/strict";
import { test } from "node:test";
import { type SecurableType, securables } from "#wire/securables.ts";
import { type Method, methodFor, type Reached } from "./method.ts";
import { what } from "./what.ts";

const on = (type: SecurableType, depends_on_user?: boolean): Reached => ({
  what: what(type, "x"),
  ...(depends_on_user !== undefined && { depends_on_user }),
});
const outside: Reached = { external: "api.weather.example" };
const asked = (reached: Reached, wanted?: Method): string => {
  const choice = methodFor(reached, wanted);
  return "refused" in choice ? "refused" : choice.method;
};

// biome-ignore format: a table is read in columns
const table: readonly (readonly [Reached, Method | undefined, Method | "refused"])[] = [
  [outside,                       undefined,               "manual"],
  [outside,                       "manual",                "manual"],
  [outside,                       "on_behalf_of",          "refused"],
  [outside,                       "automatic_passthrough", "refused"],
  [on("TABLE"),                   undefined,               "on_behalf_of"],
  [on("TABLE", true),             undefined,               "on_behalf_of"],
  [on("TABLE", false),            undefined,               "automatic_passthrough"],
  [on("TABLE", true),             "on_behalf_of",          "on_behalf_of"],
  [on("TABLE", false),            "on_behalf_of",          "on_behalf_of"],
  [on("TABLE"),                   "automatic_passthrough", "automatic_passthrough"],
  [on("TABLE", false),            "automatic_passthrough", "automatic_passthrough"],
  [on("TABLE", true),             "automatic_passthrough", "refused"],
  [on("TABLE"),                   "manual",                "refused"],
  [on("ENDPOINT", false),         undefined,               "automatic_passthrough"],
  [on("WAREHOUSE"),               undefined,               "on_behalf_of"],
  [on("SECRET_SCOPE"),            undefined,               "on_behalf_of"],
  [on("SECRET_SCOPE", false),     undefined,               "refused"],
  [on("SECRET_SCOPE"),            "automatic_passthrough", "refused"],
  [on("SERVICE_PRINCIPAL"),       "automatic_passthrough", "refused"],
  [on("STATEMENT"),               undefined,               "refused"],
];

for (const [reached, wanted, expected] of table) {
  const name = "external" in reached ? "a host outside" : `${reached.what.type} (by user: ${reached.depends_on_user})`;
  test(`${name}, ${wanted ?? "no method"} asked for: ${expected}`, () =>
    assert.equal(asked(reached, wanted), expected));
}

test("nothing of the workspace is reached by a stored credential, and no root is declared", () => {
  for (const type of Object.keys(securables) as SecurableType[]) assert.equal(asked(on(type), "manual"), "refused");
  for (const type of ["METASTORE", "WORKSPACE"] as const) assert.equal(asked(on(type)), "refused");
});

test("a choice says why, and so does a refusal", () => {
  assert.deepEqual(methodFor(on("TABLE")), {
    method: "on_behalf_of",
    because: "what Table 'x' answers depends on who asks",
  });
  const refusal = methodFor(on("TABLE", true), "automatic_passthrough");
  assert.ok("refused" in refusal);
  assert.match(refusal.refused, /depends on who asks/);
});
