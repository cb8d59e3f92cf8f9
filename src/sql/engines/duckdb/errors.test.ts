import assert from "node:assert/strict";
import { it } from "node:test";
import { faultOfEngine, faultOfExit } from "./errors.ts";

it("tells a condition that a macro names, and its fixed text only", () => {
  const fault = faultOfEngine({ origin: "engine", text: "Invalid Input Error: [DIVIDE_BY_ZERO] secret" });
  assert.deepEqual([fault.options.reason, fault.options.sqlstate], ["DIVIDE_BY_ZERO", "22012"]);
  assert.ok(!fault.message.includes("secret"));
});

it("does not follow a name that is no condition", () => {
  const fault = faultOfEngine({ origin: "engine", text: "Invalid Input Error: [NO_SUCH_CONDITION] secret" });
  assert.equal(fault.options.reason, "INVALID_PARAMETER_VALUE");
});

it("keeps the engine's own words for the log", () => {
  const fault = faultOfEngine({ origin: "engine", text: "Binder Error: secret" });
  assert.deepEqual([fault.code, fault.options.internal], ["INTERNAL_ERROR", "Binder Error: secret"]);
  assert.ok(!fault.message.includes("secret"));
});

it("takes a process that was aborted or killed from outside for one that ran out of memory, and any other end for a crash", () => {
  assert.equal(faultOfExit(null, "SIGABRT").code, "RESOURCE_EXHAUSTED");
  assert.equal(faultOfExit(null, "SIGKILL").code, "RESOURCE_EXHAUSTED");
  assert.equal(faultOfExit(null, "SIGSEGV").code, "INTERNAL_ERROR");
  assert.equal(faultOfExit(1, null).code, "INTERNAL_ERROR");
});
