import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const PATH = "/api/2.0/lineage-tracking";

/** A table made from a view of boats, and one that the reader knows nothing of made from boats too. */
async function fleet(world: WireWorld): Promise<void> {
  const found = await world.send(
    "GET",
    "/api/2.1/unity-catalog/tables/{name}",
    { path: { name: "marina.north.sums" } },
    world.token("admin"),
  );
  if (found.status === 200) return;
  await world.sql("CREATE VIEW marina.north.names AS SELECT id, upper(name) AS called FROM marina.north.boats");
  await world.sql("CREATE CATALOG harbour");
  await world.sql("CREATE SCHEMA harbour.depths");
  await world.sql("CREATE TABLE harbour.depths.copies AS SELECT name AS label FROM marina.north.boats");
  await world.sql("CREATE TABLE marina.north.sums AS SELECT called, id AS number FROM marina.north.names");
}

const asked =
  (query: Readonly<Record<string, string>>) =>
  async (world: WireWorld): Promise<Ask> => {
    await fleet(world);
    return { query };
  };

const hidden = (more: Readonly<Record<string, string>>): Hidden => ({
  as: ["neighbour", "stranger"],
  names: () => ["marina.north.boats", "marina.north.boots"],
  ask: (table_name) => ({ query: { table_name, ...more } }),
  status: 404,
  code: "TABLE_DOES_NOT_EXIST",
});

const window = (more: Readonly<Record<string, string>>): Refusal => ({
  because: "a window of time, which is not built",
  ask: () => ({ query: { table_name: "marina.north.boats", start_timestamp: "1725235200000", ...more } }),
  status: 501,
  code: "NOT_IMPLEMENTED",
  message: /start_timestamp/,
});

const names = (steps: unknown): readonly string[] =>
  (steps as readonly { readonly tableInfo: JsonObject }[]).map(({ tableInfo }) =>
    [tableInfo.table_type, tableInfo.catalog_name, tableInfo.schema_name, tableInfo.name].join(" "),
  );

const columns = (steps: unknown): readonly string[] =>
  (steps as readonly JsonObject[]).map((one) =>
    [one.table_type, one.catalog_name, one.schema_name, one.table_name, one.name, one.is_masked].join(" "),
  );

export const lineageRows: readonly Row[] = [
  {
    of: `GET ${PATH}/table-lineage`,
    success: {
      as: "reader",
      ask: asked({ table_name: "marina.north.boats", include_entity_lineage: "true" }),
      shows: async ({ body }, world) => {
        assert.deepEqual(names(body.upstreams), []);
        assert.deepEqual(
          names(body.downstreams),
          ["VIEW marina north names"],
          "what the reader may not know is left out",
        );
        const [step] = body.downstreams as readonly { readonly tableInfo: JsonObject }[];
        assert.match(String(step?.tableInfo.lineage_timestamp), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0$/);
        const ask = { query: { table_name: "marina.north.boats" } };
        const { body: whole } = await world.send("GET", `${PATH}/table-lineage`, ask, world.token("admin"));
        assert.deepEqual(names(whole.downstreams), ["TABLE harbour depths copies", "VIEW marina north names"]);
        const of = { query: { table_name: "marina.north.sums" } };
        const { body: sums } = await world.send("GET", `${PATH}/table-lineage`, of, world.token("admin"));
        assert.deepEqual(names(sums.upstreams), ["VIEW marina north names"], "a view is one step");
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [hidden({})],
    malformed: [],
    also: [window({})],
  },
  {
    of: `GET ${PATH}/column-lineage`,
    success: {
      as: "reader",
      ask: asked({ table_name: "marina.north.boats", column_name: "name" }),
      shows: async ({ body }, world) => {
        assert.deepEqual(columns(body.upstream_cols), []);
        assert.deepEqual(columns(body.downstream_cols), ["VIEW marina north names called false"]);
        const ask = { query: { table_name: "marina.north.sums", column_name: "CALLED" } };
        const { body: up } = await world.send("GET", `${PATH}/column-lineage`, ask, world.token("reader"));
        assert.deepEqual(columns(up.upstream_cols), ["VIEW marina north names called false"]);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [hidden({ column_name: "name" })],
    malformed: [
      {
        because: "a column that the table does not have",
        ask: asked({ table_name: "marina.north.boats", column_name: "keel" }),
        status: 400,
        code: "INVALID_PARAMETER_VALUE",
        message: /'marina.north.boats' has no column 'keel'/,
      },
    ],
    also: [window({ column_name: "name" })],
  },
];
