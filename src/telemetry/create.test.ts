import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";
import { silentLog } from "#base/log.ts";
import { Doorway } from "#kernel/mod.ts";

const sources = {
  engines: () => ({ idle: 0, busy: 0, waiting: 0 }),
  journal: () => ({ records: 0, row_bytes: 0 }),
  circuits: () => [],
};
const options = { clock: { now_ms: () => 1000 }, log: silentLog, sources };

test("while nothing is exported none of what exports is loaded, and a caller's sampling is handed on as it is", async () => {
  const loaded: string[] = [];
  const hooks = registerHooks({
    load: (url, context, next) => {
      loaded.push(url);
      return next(url, context);
    },
  });
  const { createTelemetry } = await import("./mod.ts");
  const { observer, start, close } = createTelemetry({ ...options, environment: {} });
  await start();
  const request = { request_id: "r", trace_id: "t", source_ip: "", user_agent: "", context: { flags: 1 } };
  observer.request()({ request, method: "GET", status_code: 200 });
  observer.passage(new Doorway("http", request).into("sql"))({ operation: "query_statement" });
  await close();
  hooks.deregister();
  assert.ok(
    loaded.some((url) => url.endsWith("/telemetry/create.ts")),
    "what is loaded is seen",
  );
  assert.deepEqual(
    loaded.filter((url) => /@opentelemetry|\/(export|producer|prometheus)\.ts$/.test(url)),
    [],
  );
  assert.deepEqual([observer.samples("t"), observer.samples("t", 0), observer.samples("t", 1)], [false, false, true]);
});
