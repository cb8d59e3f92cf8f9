import type { Action, What } from "#kernel/mod.ts";
import type { SecurableType } from "#wire/securables.ts";
import { type Case, type Verb, verbOf } from "./case.ts";
import { declared } from "./declared.ts";
import { whatOf } from "./organisation.ts";

/** A request of the HTTP door. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** A call of a tool: of SQL's server, or of the server of a schema's functions. */
export interface ToolCall {
  readonly path: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** How one kind of wish is put to each door; null where that door has no way to ask. */
interface Wish {
  readonly decision: (one: Case) => { readonly action: Action; readonly what: What };
  readonly http: (one: Case) => HttpRequest | null;
  readonly statement: (one: Case) => string | null;
}

const UC = "/api/2.1/unity-catalog";
const MCP_SQL = "/api/2.0/mcp/sql";

const metadata: Partial<Record<SecurableType, Action>> = {
  CATALOG: "catalog.read_metadata",
  SCHEMA: "schema.read_metadata",
  TABLE: "table.read_metadata",
  FUNCTION: "function.read_metadata",
  WAREHOUSE: "warehouse.read_metadata",
  ENDPOINT: "endpoint.read_metadata",
};
const paths: Partial<Record<SecurableType, string>> = {
  CATALOG: `${UC}/catalogs`,
  SCHEMA: `${UC}/schemas`,
  TABLE: `${UC}/tables`,
  FUNCTION: `${UC}/functions`,
  WAREHOUSE: "/api/2.0/sql/warehouses",
  ENDPOINT: "/api/2.0/serving-endpoints",
};

const pathOf = (one: What): string => `${paths[one.type]}/${encodeURIComponent(one.name)}`;
const partsOf = (name: string): readonly [catalog: string, schema: string] => {
  const [catalog = "", schema = ""] = name.split(".");
  return [catalog, schema];
};
const table = (name: string | undefined): What => whatOf(`TABLE ${name}`);
const fn = (name: string | undefined): What => whatOf(`FUNCTION ${name}`);
const parent = (name: string): string => name.slice(0, name.lastIndexOf("."));

/** `f(n => 1)` in SQL, in the place that suits what the function gives. */
function callText(one: Case, name: string): string {
  const given = Object.entries(one.with ?? {}).map(([key, value]) => `${key} => ${JSON.stringify(value)}`);
  const call = `${name}(${given.join(", ")})`;
  return givesTable(name) ? `SELECT * FROM ${call} ORDER BY 1` : `SELECT ${call}`;
}

function givesTable(name: string): boolean {
  const [catalog = "", schema = "", last = ""] = name.split(".");
  const text = declared.catalogs[catalog]?.schemas?.[schema]?.functions?.[last]?.sql;
  return text?.includes("RETURNS TABLE") ?? false;
}

const wishes: Readonly<Record<Verb, Wish>> = {
  reads: {
    decision: ({ reads }) => ({ action: "table.read_data", what: table(reads) }),
    http: ({ reads }) => ({ method: "GET", path: pathOf(table(reads)) }),
    statement: ({ reads }) => `SELECT * FROM ${reads} ORDER BY 1`,
  },
  describes: {
    decision: ({ describes }) => ({ action: "table.read_metadata", what: table(describes) }),
    http: ({ describes }) => ({ method: "GET", path: pathOf(table(describes)) }),
    statement: ({ describes }) => `DESCRIBE TABLE ${describes}`,
  },
  sees: {
    decision: ({ sees }) => ({ action: metadata[whatOf(sees!).type]!, what: whatOf(sees!) }),
    http: ({ sees }) => ({ method: "GET", path: pathOf(whatOf(sees!)) }),
    statement: ({ sees }) => (metadata[whatOf(sees!).type]?.startsWith("endpoint") ? null : `DESCRIBE ${sees}`),
  },
  lists: {
    decision: ({ lists }) => ({ action: "schema.read_metadata", what: whatOf(`SCHEMA ${lists}`) }),
    http: ({ lists }) => {
      const [catalog, schema] = partsOf(lists!);
      return { method: "GET", path: `${UC}/tables?catalog_name=${catalog}&schema_name=${schema}` };
    },
    statement: ({ lists }) => `SHOW TABLES IN ${lists}`,
  },
  calls: {
    decision: ({ calls }) => ({ action: "function.execute", what: fn(calls) }),
    http: ({ calls }) => ({ method: "GET", path: pathOf(fn(calls)) }),
    statement: (one) => callText(one, one.calls!),
  },
  grants: {
    decision: ({ grants }) => ({ action: "grants.update", what: whatOf(grants!.on) }),
    http: ({ grants }) => {
      const { type, name } = whatOf(grants!.on);
      const changes = [{ principal: grants!.to, add: [grants!.privilege] }];
      return { method: "PATCH", path: `${UC}/permissions/${type.toLowerCase()}/${name}`, body: { changes } };
    },
    statement: ({ grants }) => `GRANT ${grants!.privilege} ON ${grants!.on} TO \`${grants!.to}\``,
  },
  gives: {
    decision: ({ gives }) => {
      const what = whatOf(gives!.what);
      return { action: `${what.type.toLowerCase()}.update` as Action, what };
    },
    http: ({ gives }) => {
      const what = whatOf(gives!.what);
      const isContainer = what.type === "CATALOG" || what.type === "SCHEMA";
      return isContainer ? { method: "PATCH", path: pathOf(what), body: { owner: gives!.to } } : null;
    },
    statement: ({ gives }) => `ALTER ${gives!.what} OWNER TO \`${gives!.to}\``,
  },
  creates: {
    decision: ({ creates }) => ({ action: "schema.create", what: whatOf(`CATALOG ${parent(creates!)}`) }),
    http: ({ creates }) => {
      const [catalog_name, name] = partsOf(creates!);
      return { method: "POST", path: `${UC}/schemas`, body: { catalog_name, name } };
    },
    statement: ({ creates }) => `CREATE SCHEMA ${creates}`,
  },
  drops: {
    decision: ({ drops }) => ({ action: "table.delete", what: table(drops) }),
    http: ({ drops }) => ({ method: "DELETE", path: pathOf(table(drops)) }),
    statement: ({ drops }) => `DROP TABLE ${drops}`,
  },
  drops_filter_of: {
    decision: ({ drops_filter_of }) => ({ action: "table.set_policy", what: table(drops_filter_of) }),
    http: () => null,
    statement: ({ drops_filter_of }) => `ALTER TABLE ${drops_filter_of} DROP ROW FILTER`,
  },
  uses: {
    decision: ({ uses }) => ({ action: "warehouse.use", what: whatOf(`WAREHOUSE ${uses}`) }),
    http: ({ uses }) => ({ method: "GET", path: pathOf(whatOf(`WAREHOUSE ${uses}`)) }),
    statement: () => "SELECT 1",
  },
  queries: {
    decision: ({ queries }) => ({ action: "endpoint.query", what: whatOf(`ENDPOINT ${queries}`) }),
    http: ({ queries }) => ({
      method: "POST",
      path: `/serving-endpoints/${queries}/invocations`,
      body: { messages: [{ role: "user", content: "Good morning." }] },
    }),
    statement: () => null,
  },
  asks: {
    decision: ({ asks }) => ({ action: "endpoint.query", what: whatOf(`ENDPOINT ${asks!.agent}`) }),
    http: ({ asks }) => {
      const [catalog, schema] = partsOf(asks!.to_call);
      const path = `/api/2.0/mcp/functions/${catalog}/${schema}`;
      const input = JSON.stringify({ path, tool: asks!.to_call.replaceAll(".", "__") });
      return { method: "POST", path: `/serving-endpoints/${asks!.agent}/invocations`, body: { input } };
    },
    statement: (one) => callText(one, one.asks!.to_call),
  },
  untags: {
    decision: ({ untags }) => ({ action: "tags.update", what: table(parent(untags!.column)) }),
    http: ({ untags }) => ({
      method: "DELETE",
      path: `${UC}/entity-tag-assignments/columns/${untags!.column}/tags/${untags!.key}`,
    }),
    statement: ({ untags }) => `UNSET TAG ON COLUMN ${untags!.column} ${untags!.key}`,
  },
  makes_policy_on: {
    decision: ({ makes_policy_on }) => ({ action: "policies.update", what: whatOf(makes_policy_on!) }),
    http: ({ makes_policy_on }) => {
      const { type, name } = whatOf(makes_policy_on!);
      const body = {
        name: "made",
        on_securable_type: type,
        on_securable_fullname: name,
        for_securable_type: "TABLE",
        policy_type: "POLICY_TYPE_ROW_FILTER",
        to_principals: ["max"],
        row_filter: { function_name: "harbour.rules.never" },
      };
      return { method: "POST", path: `${UC}/policies`, body };
    },
    statement: ({ makes_policy_on }) =>
      `CREATE OR REPLACE POLICY made ON ${makes_policy_on} ROW FILTER harbour.rules.never TO max FOR TABLES`,
  },
  does: {
    decision: ({ does }) => ({ action: does!.action as Action, what: whatOf(does!.on) }),
    http: ({ does }) => {
      if (!does!.request) return null;
      const { method, path, body } = does!.request;
      return { method, path, ...(body !== undefined && { body: body as object }) };
    },
    statement: () => null,
  },
  permits: {
    decision: ({ permits }) => ({ action: "permissions.update", what: whatOf(permits!.on) }),
    http: ({ permits }) => {
      const { type, name } = whatOf(permits!.on);
      const kind = type === "WAREHOUSE" ? "warehouses" : "serving-endpoints";
      const access_control_list = [{ group_name: permits!.to, permission_level: permits!.level }];
      return { method: "PATCH", path: `/api/2.0/permissions/${kind}/${name}`, body: { access_control_list } };
    },
    statement: () => null,
  },
};

/** The decision on which the wish itself rests. */
export const decisionOf = (one: Case): { readonly action: Action; readonly what: What } =>
  wishes[verbOf(one)].decision(one);

export const httpRequestOf = (one: Case): HttpRequest | null => wishes[verbOf(one)].http(one);

export const statementOf = (one: Case): string | null => one.statement ?? wishes[verbOf(one)].statement(one);

/** A function is called by its own server; whatever else is put as a statement, by SQL's. */
export function toolCallOf(one: Case): ToolCall | null {
  const called = one.calls ?? one.asks?.to_call;
  if (called !== undefined && one.statement === undefined) {
    const path = `/api/2.0/mcp/functions/${parent(called).replace(".", "/")}`;
    return { path, tool: called.replaceAll(".", "__"), arguments: one.with ?? {} };
  }
  const query = statementOf(one);
  if (query === null) return null;
  const tool = /^(SELECT|WITH|SHOW|DESCRIBE) /.test(query) ? "execute_sql_read_only" : "execute_sql";
  return { path: MCP_SQL, tool, arguments: { query } };
}

/** The wish about another name in the place of the hidden one. */
export function about(one: Case, hidden: string, other: string): Case {
  const text = JSON.stringify(one, (key, value: unknown) => (key === "same_as" ? undefined : value));
  return JSON.parse(text.replaceAll(hidden, other)) as Case;
}
