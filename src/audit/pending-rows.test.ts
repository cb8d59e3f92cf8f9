import assert from "node:assert/strict";
import { test } from "node:test";
import { PendingRows } from "./pending-rows.ts";

const at = (offset: number) => ({ segment: 1, offset });

test("what waits is counted down by what is shipped while more comes, so that a full shipment is followed by a pause", () => {
  const rows = new PendingRows();
  rows.note("a", at(100), 100);
  rows.note("b", at(160), 60);
  rows.ship(at(100), 100);
  assert.deepEqual([rows.bytes, rows.endOf("a"), rows.endOf("b")], [60, undefined, at(160)]);
  rows.note("a", at(200), 40);
  rows.ship(at(160), 60);
  assert.deepEqual([rows.bytes, rows.isEmpty], [40, false]);
  rows.ship(at(200), 40);
  assert.deepEqual([rows.bytes, rows.isEmpty], [0, true]);
});

test("the journal is kept from the last shipment on while a row waits, and from its end on when none does", () => {
  const rows = new PendingRows();
  assert.deepEqual(rows.keptFrom(at(900)), at(900));
  rows.note("a", at(500), 1);
  rows.ship(at(300), 0);
  assert.deepEqual(rows.keptFrom(at(900)), at(300));
  rows.ship(at(500), 1);
  assert.deepEqual(rows.keptFrom(at(900)), at(900));
});
