import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Destination } from "../asked.ts";
import { ordered, placeOf } from "./split.ts";

const entity = (name: string): Destination => ({ name, source: { kind: "foundation", model: name } });
const named = (entities: readonly Destination[]): readonly string[] => entities.map((one) => one.name);

const endpoint = {
  entities: ["a", "b", "c", "spare"].map(entity),
  routes: [
    { entity: "a", percentage: 70 },
    { entity: "b", percentage: 0 },
    { entity: "c", percentage: 30 },
  ],
};

test("each place belongs to the model whose share it lies in, and a share of nothing to nobody", () => {
  for (const [place, wanted] of [
    [0, "a"],
    [69.999, "a"],
    [70, "c"],
    [99.999, "c"],
  ] as const)
    assert.deepEqual(named(ordered(endpoint, place, false)), [wanted]);
});

test("all others are fallen back on in the order in which they are listed", () => {
  assert.deepEqual(named(ordered(endpoint, 80, true)), ["c", "a", "b", "spare"]);
  assert.deepEqual(named(ordered(endpoint, 10, true)), ["a", "b", "c", "spare"]);
});

test("the same request has the same place, and many have all", () => {
  fc.assert(
    fc.property(fc.string(), (request) => {
      const place = placeOf(request);
      assert.equal(placeOf(request), place);
      assert.ok(place >= 0 && place < 100);
    }),
  );
  const places = Array.from({ length: 10_000 }, (_, index) => placeOf(`request ${index}`));
  const below = places.filter((place) => place < 70).length / places.length;
  assert.ok(Math.abs(below - 0.7) < 0.02, `${below} of the requests for a share of 0.7`);
});
