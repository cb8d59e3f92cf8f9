import assert from "node:assert/strict";
import { it } from "node:test";
import { silentLog } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import { Interpreters } from "./interpreters.ts";

it("refuses Python functions by name where the machine cannot isolate them", async () => {
  const interpreters = new Interpreters({}, silentLog, () => false);
  await assert.rejects(interpreters.take(), (thrown) => {
    assert.ok(thrown instanceof Fault);
    assert.equal(thrown.code, "NOT_IMPLEMENTED");
    assert.match(thrown.message, /`python_functions: unisolated` into lakeward\.yaml/);
    return true;
  });
  await interpreters.close();
});

it("runs them there once the operator says so, and starts none after it is closed", async () => {
  const interpreters = new Interpreters({ unisolated: true }, silentLog, () => false);
  const taken = await interpreters.take();
  assert.ok(taken.alive);
  await interpreters.close();
  assert.ok(!taken.alive);
  await assert.rejects(interpreters.take(), /stopping/);
});
