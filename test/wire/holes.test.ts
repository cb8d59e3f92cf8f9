import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endpoints } from "../../src/api/all.ts";
import type { Endpoint } from "../../src/api/endpoint.ts";
import { holes } from "../../tools/holes.ts";
import { never, type Row, statuses } from "./row.ts";
import { rows } from "./rows.ts";

const GET = "GET /api/2.1/unity-catalog/catalogs/{name}";
const PATCH = "PATCH /api/2.1/unity-catalog/catalogs/{name}";

const declared = (of: string): Endpoint => endpoints.find((one) => `${one.method} ${one.path}` === of)!;
const row = (of: string): Row => rows.find((one) => one.of === of)!;

describe("the holes in the tests of endpoints", () => {
  it("are all statuses of an endpoint that no row is for", () => {
    const found = holes([declared(GET)], []);
    assert.deepEqual(
      found,
      statuses.map((status) => `${GET}: ${status}: no test`),
    );
  });

  it("are none where the row has a test or a reason for each", () =>
    assert.deepEqual(holes([declared(GET)], [row(GET)]), []));

  it("are found where a reason is given that the declaration does not bear out", () => {
    const why = never("it is said");
    const lying = { ...row(PATCH), forbidden: why, hidden: why, malformed: why };
    assert.deepEqual(
      holes([declared(PATCH)], [lying]),
      ["forbidden", "hidden", "malformed"].map(
        (each) => `${PATCH}: ${each}: it can have it, though it is said: it is said`,
      ),
    );
  });

  it("are found where a list of tests or a reason is empty", () => {
    const empty = { ...row(PATCH), forbidden: [], hidden: never(" ") };
    assert.deepEqual(holes([declared(PATCH)], [empty]), [
      `${PATCH}: forbidden: no test`,
      `${PATCH}: hidden: no reason why it cannot have it`,
    ]);
  });

  it("are found where an open endpoint says nothing of strangers", () => {
    const of = "GET /oidc/jwks.json";
    const { unauthenticated: _, scope: __, ...silent } = row(of);
    const found = [`${of}: unauthenticated: no test`, `${of}: scope: no test`];
    assert.deepEqual(holes([declared(of)], [silent]), found);
  });

  it("are rows of endpoints that are gone, and second rows", () => {
    assert.deepEqual(holes([], [row(GET)]), [`${GET}: tested, not declared`]);
    assert.deepEqual(holes([declared(GET)], [row(GET), row(GET)]), [`${GET}: has two rows`]);
  });
});
