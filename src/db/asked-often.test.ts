import assert from "node:assert/strict";
import { test } from "node:test";
import { AskedOften } from "./asked-often.ts";

const TEXT = 'select "version" from "governance_version"';
const askedTimes = (often: AskedOften, text: string, times: number): string | undefined => {
  for (let i = 1; i < times; i += 1) assert.equal(often.nameOf(text), undefined);
  return often.nameOf(text);
};

test("a statement has a name of its own from the fifth time on that it is asked", () => {
  const often = new AskedOften();
  const name = askedTimes(often, TEXT, 5);
  assert.equal(often.nameOf(TEXT), name);
  assert.notEqual(askedTimes(often, `${TEXT} limit 1`, 5), name);
});

test("one that takes whatever columns there are, or that is no reading or changing of rows, has none", () => {
  const often = new AskedOften();
  for (const text of ['select * from "t"', 'insert into "t" values (1) returning *', 'select "t".* from "t"', "begin"])
    assert.equal(askedTimes(often, text, 10), undefined, text);
  assert.notEqual(askedTimes(often, 'select count(*) from "t"', 5), undefined);
});

test("there are two hundred names, and no more texts counted than some thousands", () => {
  const often = new AskedOften();
  const named = Array.from({ length: 300 }, (_, i) => askedTimes(often, `select ${i}`, 5)).filter((name) => name);
  assert.equal(new Set(named).size, 200);
  for (let i = 0; i < 10_000; i += 1) assert.equal(often.nameOf(`select 'once ${i}'`), undefined);
});
