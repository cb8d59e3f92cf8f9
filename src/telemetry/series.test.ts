import assert from "node:assert/strict";
import { test } from "node:test";
import { SERIES_MAX } from "./limits.ts";
import { Instrument } from "./series.ts";

const row = { name: "x", unit: "s", description: "", labels: ["a"], boundaries: [1, 2] };

test("a value counts in the first bucket whose bound it does not exceed", () => {
  const instrument = new Instrument(row);
  for (const value of [0.5, 1, 1.5, 2, 9]) instrument.record(value, ["one"]);
  assert.deepEqual(instrument.series, [{ labels: ["one"], count: 5, sum: 14, buckets: [2, 2, 1] }]);
});

test("however many label values come, the series stay within bounds and nothing is lost of the count", () => {
  const instrument = new Instrument(row);
  for (let i = 0; i < SERIES_MAX * 2; i += 1) instrument.record(1, [`value ${i}`]);
  const { series } = instrument;
  assert.equal(series.length, SERIES_MAX);
  assert.equal(
    series.reduce((sum, one) => sum + one.count, 0),
    SERIES_MAX * 2,
  );
  assert.deepEqual(
    series.filter((one) => one.labels === null).map((one) => one.count),
    [SERIES_MAX + 1],
  );
});
