import assert from "node:assert/strict";
import { it } from "node:test";
import type { LogFields } from "#base/log.ts";
import { Doorway } from "#kernel/mod.ts";
import { createMcp } from "./create.ts";

it("says an error of its own without its detail, and puts that on record under the request's id", async () => {
  const logged: (LogFields & { message: string })[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (fields: LogFields, message: string) => void logged.push({ ...fields, message }),
  };
  const broken = { enter: () => Promise.reject(new Error("the disk is at /secret")) };
  const mcp = createMcp({ gate: broken, metastore: {}, sql: {}, log } as unknown as Parameters<typeof createMcp>[0]);
  const request = { request_id: "r1", trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
  const who = {} as Parameters<typeof mcp.sql>[0]["who"];
  const visit = { who, doorway: new Doorway("mcp", request), signal: new AbortController().signal };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const reply = await mcp.functions(visit, "a.b", undefined, { url: "http://localhost/mcp", headers: {}, body });
  const { error } = JSON.parse(reply.body) as { error: { code: number; message: string; data: object } };
  assert.deepEqual([error.code, error.data], [-32603, { error_code: "INTERNAL_ERROR", request_id: "r1" }]);
  assert.doesNotMatch(reply.body, /secret/);
  assert.equal(logged.length, 1);
  assert.equal(logged[0]?.request_id, "r1");
  assert.match(String(logged[0]?.internal), /the disk is at \/secret/);
});
