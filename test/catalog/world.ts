import { type Catalog, createCatalogModule, type PrincipalKind } from "#catalog/mod.ts";
import type { Database } from "#db/mod.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import {
  type Action,
  ADMINS,
  type DoorName,
  Doorway,
  EVERYONE,
  Gate,
  type Permit,
  type What,
  type Who,
} from "#kernel/mod.ts";
import type { Call, Endpoint } from "../../src/api/endpoint.ts";
import type { Services } from "../../src/api/services.ts";
import { freshDatabase } from "../world/database.ts";
import { type MemoryJournal, memoryJournal } from "../world/journal.ts";

const principals: Readonly<Record<string, PrincipalKind>> = {
  "root@board.org": "user",
  "ana@board.org": "user",
  "ben@board.org": "user",
  "cleo@board.org": "user",
  analysts: "group",
  [ADMINS]: "group",
  [EVERYONE]: "group",
  "3f0c1c52-8a3f-4a51-9a0e-6a9a3a1d2b11": "service_principal",
};

const groupsOf: Readonly<Record<string, readonly string[]>> = {
  "root@board.org": [ADMINS, EVERYONE],
  "ana@board.org": ["analysts", EVERYONE],
  analysts: [],
};

export function who(name: string, more: Partial<Who> = {}): Who {
  const kind = principals[name] === "service_principal" ? "service_principal" : "user";
  return {
    subject: { kind, id: `id of ${name}`, name },
    groups: groupsOf[name] ?? [EVERYONE],
    scopes: ["all-apis"],
    workspace: "1",
    ...more,
  };
}

export const root = who("root@board.org");
export const ana = who("ana@board.org");
export const ben = who("ben@board.org");

let requests = 0;
export function doorway(door: DoorName = "sql"): Doorway {
  requests += 1;
  const request_id = `request-${requests}`;
  return new Doorway(door, { request_id, trace_id: "0".repeat(32), source_ip: "127.0.0.1", user_agent: "test" });
}

export interface CatalogWorld extends AsyncDisposable {
  readonly db: Database;
  readonly catalog: Catalog;
  readonly gate: Gate;
  readonly journal: MemoryJournal;
  /** Ids of tables whose rows were dropped with them. */
  readonly forgotten: readonly string[];
  enter<A extends Action>(who: Who, action: A, what: What): Promise<Permit<A>>;
  /** An endpoint, entered through the real gate. */
  call(endpoint: Endpoint, who: Who, input: object): Promise<Record<string, unknown>>;
  version(): Promise<number>;
}

/** The catalog on a fresh database with the real gate; the directory and the table store are the test's own. */
export async function catalogWorld(): Promise<CatalogWorld> {
  const { db, [Symbol.asyncDispose]: dispose } = await freshDatabase();
  const forgotten: string[] = [];
  const catalog = createCatalogModule({
    db,
    clock: systemClock,
    ids: systemIds,
    principals: { kindOf: async (name) => principals[name] },
    tables: { drop: async (_transaction, ids) => void forgotten.push(...ids), removeDropped: async () => {} },
  });
  const journal = memoryJournal();
  const gate = new Gate({
    facts: catalog.facts,
    groups: { namesFor: async (name) => new Set([name, ...(groupsOf[name] ?? [])]) },
    audit: journal,
    clock: systemClock,
  });
  const site = {
    public_url: "http://localhost:8787",
    issuer: "http://localhost:8787/oidc",
    account_id: "account",
    metastore_id: "the-metastore",
    workspace_id: "1234",
    workspace_name: "lakeward",
  };
  const services: Pick<Services, "site" | "gate" | "catalog"> = { site, gate, catalog };
  return {
    db,
    catalog,
    gate,
    journal,
    forgotten,
    enter: (subject, action, what) => gate.enter(subject, action, what, doorway()),
    call: async (endpoint, subject, input) => {
      const call: Call & { authorization: undefined } = {
        doorway: doorway("http"),
        signal: new AbortController().signal,
        headers: {},
        authorization: undefined,
      };
      const entered = await endpoint.enter(services as Services, subject, input, call);
      const reply = await entered.reply();
      await entered.permit?.settle({ status: "ok" });
      return JSON.parse(JSON.stringify(reply));
    },
    version: async () => (await catalog.facts.load([{ type: "METASTORE", name: "metastore" }]))[0]!.version,
    [Symbol.asyncDispose]: dispose,
  };
}

/** `main.sales` with the table `orders`, the functions `is_mine(region)` and `hide(value)`, made by the administrator. */
export async function makeSales(world: CatalogWorld): Promise<void> {
  const { catalog, enter } = world;
  const { metastore } = catalog;
  await metastore.createCatalog(await enter(root, "catalog.create", { type: "METASTORE", name: "metastore" }), {
    name: "main",
  });
  await metastore.createSchema(await enter(root, "schema.create", { type: "CATALOG", name: "main" }), {
    name: "sales",
  });
  await makeTable(world, root, "orders");
  const functions = await enter(root, "function.create", { type: "SCHEMA", name: "main.sales" });
  const common = { body: "TRUE", current: ["main", "sales"], replace: false } as const;
  await metastore.createFunction(functions, {
    ...common,
    name: "is_mine",
    parameters: [{ name: "region", type: "STRING" }],
    returns: { kind: "scalar", type: "BOOLEAN" },
  });
  await metastore.createFunction(functions, {
    ...common,
    name: "hide",
    comment: "Hides a value.",
    parameters: [{ name: "value", type: "STRING" }],
    returns: { kind: "scalar", type: "STRING" },
  });
}

export async function makeTable(world: CatalogWorld, by: Who, name: string): Promise<string> {
  const permit = await world.enter(by, "table.create", { type: "SCHEMA", name: "main.sales" });
  return world.db.run((transaction) =>
    world.catalog.metastore.createTable(transaction, permit, {
      name,
      columns: [
        { name: "Region", type: "STRING", nullable: true },
        { name: "amount", type: "DECIMAL(10,2)", nullable: false, comment: "in USD" },
      ],
    }),
  );
}

export async function grant(
  world: CatalogWorld,
  what: What,
  principal: string,
  ...privileges: Parameters<Catalog["metastore"]["changeGrants"]>[1][number]["add"]
): Promise<void> {
  const permit = await world.enter(root, "grants.update", what);
  await world.catalog.metastore.changeGrants(permit, [{ principal, add: privileges, remove: [] }]);
}
