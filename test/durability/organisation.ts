import type { Caller } from "./caller.ts";

/** Everything a workspace holds, as its administrator is told by REST and SQL, without what differs between two workspaces. */
export type Inventory = Readonly<Record<string, unknown>>;

const UNITY = "/api/2.1/unity-catalog";
/** What each workspace has of its own: ids, times, its address. */
const OWN = /(^|_)(id|at|timestamp|url)$|^(created|updated)_/;

/**
 * The inventory of a workspace, with the number of rows of each table. Row filters apply to administrators too, so they are
 * taken off for the count: the workspace is not to be used afterwards.
 */
export async function takeInventory(admin: Caller): Promise<Inventory> {
  const found: Record<string, unknown> = {};
  const list = async (path: string, of: string): Promise<readonly Listed[]> => {
    const items = ((await admin.json("GET", path))[of] ?? []) as readonly Listed[];
    found[path] = items.map(lasting);
    return items;
  };
  for (const { name: catalog } of await list(`${UNITY}/catalogs`, "catalogs")) {
    found[`grants on ${catalog}`] = await grantsOn(admin, "catalog", catalog);
    for (const { full_name: schema = "", name } of await list(`${UNITY}/schemas?catalog_name=${catalog}`, "schemas")) {
      found[`grants on ${schema}`] = await grantsOn(admin, "schema", schema);
      const within = `catalog_name=${catalog}&schema_name=${name}`;
      for (const { full_name = "" } of await list(`${UNITY}/functions?${within}`, "functions"))
        found[`grants on ${full_name}`] = await grantsOn(admin, "function", full_name);
      for (const table of await list(`${UNITY}/tables?${within}`, "tables")) {
        const { full_name = "" } = table;
        found[`grants on ${full_name}`] = await grantsOn(admin, "table", full_name);
        if (catalog === "system") continue;
        if (table.row_filter) await admin.rows(`ALTER TABLE ${full_name} DROP ROW FILTER`);
        found[`rows of ${full_name}`] = (await admin.rows(`SELECT count(*) FROM ${full_name}`))[0]?.[0];
      }
    }
  }
  for (const { name, id = "" } of await list("/api/2.0/sql/warehouses", "warehouses"))
    found[`levels on ${name}`] = lasting(await admin.json("GET", `/api/2.0/permissions/warehouses/${id}`));
  for (const { name, id = "" } of await list("/api/2.0/serving-endpoints", "endpoints"))
    found[`levels on ${name}`] = lasting(await admin.json("GET", `/api/2.0/permissions/serving-endpoints/${id}`));
  return found;
}

interface Listed {
  readonly name: string;
  readonly id?: string;
  readonly full_name?: string;
  readonly row_filter?: unknown;
}

async function grantsOn(admin: Caller, type: string, name: string): Promise<unknown> {
  return lasting(await admin.json("GET", `${UNITY}/permissions/${type}/${name}`));
}

/** The value without ids and times, at any depth. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !OWN.test(name));
  return Object.fromEntries(kept.map(([name, one]) => [name, lasting(one)]));
}
