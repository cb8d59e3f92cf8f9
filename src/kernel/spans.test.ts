import assert from "node:assert/strict";
import { test } from "node:test";
import { permitSpanId, requestSpanId } from "./spans.ts";

test("every request and every permit has a span of its own, called the same each time", () => {
  const requests = Array.from(
    { length: 20_000 },
    (_, i) => `019a0000-0000-7000-8000-${i.toString(16).padStart(12, "0")}`,
  );
  const all = requests.flatMap((request_id) => [
    requestSpanId({ request_id }),
    permitSpanId({ request_id, hop: "0", permit: 1 }),
    permitSpanId({ request_id, hop: "0", permit: 2 }),
    permitSpanId({ request_id, hop: "0.1", permit: 1 }),
  ]);
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.every((id) => /^[0-9a-f]{16}$/.test(id) && !/^0+$/.test(id)));
  assert.equal(requestSpanId({ request_id: requests[0]! }), all[0]);
});
