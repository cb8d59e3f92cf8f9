import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { northeast, type Person, texas } from "../../samples/aviation/organisation/people.ts";
import { providePython } from "../../tools/python.ts";
import { strikes, topAirports } from "../sample/strikes.ts";
import { type BoardServer, startBoardServer } from "../world/board-server.ts";
import type { Environment } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

interface Refusal {
  readonly type: string;
  readonly code: string;
  readonly message: string;
}

interface Assignments {
  readonly privilege_assignments: readonly { readonly principal: string; readonly privileges: readonly string[] }[];
}

interface Acl {
  readonly object_id: string;
  readonly object_type: string;
  readonly access_control_list: readonly {
    readonly group_name?: string;
    readonly all_permissions: readonly { readonly permission_level: string }[];
  }[];
}

interface Seen {
  readonly auth_type: string;
  readonly me: string;
  readonly workspace_id: string;
  readonly catalogs: readonly string[];
  readonly tables: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly grants: Assignments;
  readonly permissions: Acl;
  readonly endpoint_permissions: Acl;
  readonly hidden: Refusal;
  readonly missing: Refusal;
  readonly not_allowed: Refusal;
}

interface Administered {
  readonly auth_type: string;
  readonly me: string;
  readonly catalog: string;
  readonly schemas: readonly string[];
  readonly grants: Assignments;
  readonly rows: readonly (readonly (string | null)[])[];
  readonly types: readonly string[];
  readonly permissions: Acl;
}

interface McpServer {
  /** Descriptions by name. */
  readonly tools: Readonly<Record<string, string>>;
  readonly results: readonly { readonly raised?: string; readonly text?: string }[];
  readonly resources: readonly object[];
}

/** What is asked of MCP servers: all in one program, since the client takes seconds to load. */
const mcpCalls = [
  [
    "/api/2.0/mcp/functions/aviation/safety",
    [
      ["aviation__safety__top_airports", { n: 2 }],
      ["nothing", {}],
      ["aviation__safety__strikes_of", {}],
      ["aviation__safety__own_area", { of_state: "Texas" }],
    ],
  ],
  ["/api/2.0/mcp/functions/aviation/nothing", []],
  [
    "/api/2.0/mcp/sql",
    [
      ["execute_sql_read_only", { query: "SELECT count(*) AS n FROM aviation.safety.strikes" }],
      ["execute_sql_read_only", { query: "CREATE CATALOG of_mine" }],
    ],
  ],
] as const;

const SIZE = "Large";
const LEAST = 15;

/** What a person may see of the airports with many strikes by large animals: counted here, in plain JavaScript. */
function visibleStrikes({ states, groups }: Person): readonly (readonly (string | null)[])[] {
  const seen = strikes.filter((row) => states.includes(row["Origin State"]!) && row["Wildlife Size"] === SIZE);
  const isFinance = groups.includes("finance");
  return [...Map.groupBy(seen, (row) => row["Airport Name"]!)]
    .map(([airport, rows]) => ({ airport, rows }))
    .filter(({ rows }) => rows.length >= LEAST)
    .toSorted((a, b) => b.rows.length - a.rows.length || (a.airport < b.airport ? -1 : 1))
    .map(({ airport, rows }) => {
      const cost = rows.reduce((sum, row) => sum + Number(row["Cost Total $"]), 0);
      return [airport, String(rows.length), isFinance ? String(cost) : null, "withheld"];
    });
}

const staffMay = (acl: Acl, level: string): boolean =>
  acl.access_control_list.some(
    ({ group_name, all_permissions }) =>
      group_name === "board-staff" && all_permissions.some(({ permission_level }) => permission_level === level),
  );

/** What one person sees by each client. */
interface Sight {
  readonly sdk: Seen;
  readonly functions: McpServer;
  readonly nothing: McpServer;
  readonly sql: McpServer;
}

describe("the Databricks clients for Python", { skip }, () => {
  let server: BoardServer;
  const sights = new Map<Person, Sight>();

  before(async () => {
    server = await startBoardServer();
    await Promise.all([texas, northeast].map(async (person) => sights.set(person, await look(person))));
  });

  after(() => server[Symbol.asyncDispose]());

  async function look({ email }: Person): Promise<Sight> {
    const token = await server.login(email);
    const federated: Environment = {
      ...server.environment,
      DATABRICKS_AUTH_TYPE: "env-oidc",
      DATABRICKS_OIDC_TOKEN: token,
    };
    const sdk = await runPython<Seen>(interpreter, "workspace.py", federated, SIZE, String(LEAST));
    const asked = JSON.stringify(mcpCalls);
    const servers = await runPython<readonly McpServer[]>(interpreter, "mcp_servers.py", federated, asked);
    const [functions, nothing, sql] = servers;
    assert.ok(functions && nothing && sql);
    return { sdk, functions, nothing, sql };
  }

  it("databricks-sdk federates the identity provider's token without a client, and each person sees their own rows", () => {
    for (const [person, { sdk }] of sights) {
      assert.equal(sdk.auth_type, "env-oidc");
      assert.equal(sdk.me, person.email);
      assert.match(sdk.workspace_id, /^\d+$/);
      assert.deepEqual(sdk.columns, ["airport_name", "strikes", "cost", "operator"]);
      assert.deepEqual(sdk.rows, visibleStrikes(person));
      assert.ok(sdk.rows.length > 0);
    }
    assert.notDeepEqual(sights.get(texas)?.sdk.rows, sights.get(northeast)?.sdk.rows);
  });

  it("databricks-sdk shows catalogs, tables, grants and permissions as far as the person may know of them", () => {
    const { sdk } = sights.get(northeast)!;
    assert.deepEqual(sdk.catalogs, ["aviation"]);
    assert.deepEqual(sdk.tables, ["strikes"]);
    assert.deepEqual(sdk.grants.privilege_assignments, [{ principal: "board-staff", privileges: ["SELECT"] }]);
    assert.equal(sdk.permissions.object_type, "warehouses");
    assert.ok(staffMay(sdk.permissions, "CAN_USE"));
    assert.ok(staffMay(sdk.endpoint_permissions, "CAN_QUERY"));
  });

  it("databricks-sdk raises the same for a hidden table as for a missing one, and PermissionDenied for what is not allowed", () => {
    const { hidden, missing, not_allowed } = sights.get(northeast)!.sdk;
    assert.equal(hidden.type, "NotFound");
    assert.deepEqual({ ...hidden, message: hidden.message.replace("inspector_areas", "nothing_of_this") }, missing);
    assert.equal(not_allowed.type, "PermissionDenied");
    assert.equal(not_allowed.code, "PERMISSION_DENIED");
  });

  it("databricks-sdk with a personal access token keeps a catalog, changes grants, runs a statement, reads permissions", async () => {
    const environment = { ...server.environment, DATABRICKS_TOKEN: server.admin_token };
    const done = await runPython<Administered>(interpreter, "administer.py", environment, "of_token");
    assert.equal(done.auth_type, "pat");
    assert.deepEqual(done.schemas, ["of_token.s"]);
    assert.deepEqual(done.grants.privilege_assignments, [{ principal: "account users", privileges: ["USE_CATALOG"] }]);
    assert.deepEqual(done.rows, [["42", done.me, "2020-02-29", null]]);
    assert.deepEqual(done.types, ["INT", "STRING", "DATE", "STRING"]);
    assert.ok(staffMay(done.permissions, "CAN_USE"));
  });

  it("databricks-mcp lists the functions a person may execute, calls one, and infers the resources behind the server", () => {
    for (const [person, { functions }] of sights) {
      const names = ["strikes_near", "strikes_of", "top_airports"];
      assert.deepEqual(
        Object.keys(functions.tools),
        names.map((name) => `aviation__safety__${name}`),
      );
      assert.ok(Object.values(functions.tools).every((description) => description.length > 0));
      const rows = topAirports(person.email, 2).map((one) => [
        one.airport,
        String(one.strikes),
        person.groups.includes("finance") ? String(one.cost_total_usd) : null,
      ]);
      assert.deepEqual(JSON.parse(functions.results[0]!.text!), {
        is_truncated: false,
        columns: ["airport", "strikes", "cost_total_usd"],
        rows,
      });
      assert.deepEqual(
        functions.resources,
        names.map((name) => ({ function: [{ name: `aviation.safety.${name}` }] })),
      );
    }
  });

  it("databricks-mcp raises the workspace's words for a wrong tool, missing arguments, and what is hidden", () => {
    const { functions, nothing } = sights.get(texas)!;
    const [, wrong, incomplete, hidden] = functions.results;
    assert.match(wrong!.raised!, /BAD_REQUEST.*malformed/);
    assert.match(incomplete!.raised!, /BAD_REQUEST.*Missing parameter value/);
    assert.match(hidden!.raised!, /BAD_REQUEST.*not found/);
    assert.match(nothing.tools.raised!, /BAD_REQUEST.*not found/);
    assert.deepEqual(nothing.resources, []);
  });

  it("databricks-mcp runs SQL as the person, and the read-only tool refuses to write", () => {
    for (const [{ states }, { sql }] of sights) {
      assert.deepEqual(Object.keys(sql.tools), ["execute_sql", "execute_sql_read_only", "poll_sql_result"]);
      const [count, write] = sql.results.map(({ text }): { result?: object; status: { state: string } } =>
        JSON.parse(text!),
      );
      const counted = strikes.filter((row) => states.includes(row["Origin State"]!)).length;
      assert.match(JSON.stringify(count?.result), new RegExp(`"string_value":"${counted}"`));
      assert.equal(write?.status.state, "FAILED");
    }
  });
});
