import assert from "node:assert/strict";
import { test } from "node:test";
import { endpoint, table, workspace } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type Declaration, settle } from "./declaration.ts";

const declared = (more: Partial<Declaration>): Declaration => ({ name: "guide", resources: [], ...more });
const refusal = (more: Partial<Declaration>): string => {
  try {
    settle(declared(more));
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === "INVALID_PARAMETER_VALUE") return thrown.message;
    throw thrown;
  }
  return assert.fail("it was taken");
};

test("a resource without a method is reached on behalf of who asks, one that answers alike by the agent itself", () => {
  const { resources } = settle(
    declared({ resources: [table("a.b.c"), { ...endpoint("chat"), depends_on_user: false }, endpoint("other")] }),
  );
  assert.deepEqual(resources, [
    { type: "TABLE", name: "a.b.c", method: "on_behalf_of" },
    { type: "ENDPOINT", name: "chat", method: "automatic_passthrough" },
    { type: "ENDPOINT", name: "other", method: "on_behalf_of" },
  ]);
});

test("a declaration that does not fit is refused with the agent's name and the reason", () => {
  assert.match(
    refusal({ resources: [{ ...table("a.b.c"), depends_on_user: true, method: "automatic_passthrough" }] }),
    /^The agent 'guide': What Table 'a\.b\.c' answers depends on who asks/,
  );
  assert.match(refusal({ resources: [workspace] }), /cannot be declared/);
  assert.match(
    refusal({ external: [{ host: "h.example", variables: ["K"] }] }),
    /'K' for 'h.example' must be declared/,
  );
});

test("an external host is settled with the variables that hold its secrets", () => {
  const environment = { K: "{{secrets/vault/k.1}}", CITY: "Bern" };
  const external = [{ host: "h.example:8443", variables: ["K"], method: "manual" as const }];
  assert.deepEqual(settle(declared({ environment, external })), {
    resources: [],
    environment,
    external: [{ host: "h.example:8443", variables: ["K"] }],
  });
});
