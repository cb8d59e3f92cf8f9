import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { NewEndpoint } from "#agents/mod.ts";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { type Log, silentLog } from "#base/log.ts";
import { ADMINS, Doorway, endpoint, fn, table, type Who, warehouse, workspace } from "#kernel/mod.ts";
import { type RestWorld, restWorld } from "../identity/platform.ts";

/** What an agent was asked, and what the workspace answered it. */
export interface Wish {
  readonly as: "user" | "agent";
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
}

/** A program with a service principal and a secret of its own. */
export interface Program {
  readonly id: string;
  /** Application id: what `whoami` says. */
  readonly name: string;
  readonly token: string;
}

export interface MethodsWorld extends AsyncDisposable {
  readonly rest: RestWorld;
  /** An administrator who makes the endpoints and owns them; a test may take that office away. */
  readonly maker: { readonly id: string; readonly name: string; readonly token: string };
  /** Makes an agent of the fixture `mirror`, which everybody may ask. Gives its service principal's application id. */
  agent(
    name: string,
    declared: Pick<NewEndpoint & { kind: "agent" }, "resources" | "environment" | "external">,
  ): Promise<string>;
  /** Changes it, which starts it anew. */
  update(
    name: string,
    declared: Pick<NewEndpoint & { kind: "agent" }, "resources" | "environment" | "external">,
  ): Promise<void>;
  /** A program that got its token by client_credentials. */
  program(display_name: string): Promise<Program>;
  invoke(
    token: string,
    agent: string,
    input: object | string,
  ): Promise<{ readonly status: number; readonly body: JsonObject; readonly text: string }>;
  /** As `invoke`; the answers to the agent's own requests, in order. */
  through(
    token: string,
    agent: string,
    wishes: readonly Wish[],
  ): Promise<readonly { readonly status: number; readonly body: JsonObject }[]>;
}

export const WHOAMI = fn("lake.s.whoami");
export const mcpWhoami = (as: Wish["as"], tool = "whoami"): Wish => ({
  as,
  path: "/api/2.0/mcp/functions/lake/s",
  body: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: `lake__s__${tool}`, arguments: {} } },
});
export const me = (as: Wish["as"]): Wish => ({ as, method: "GET", path: "/api/2.0/preview/scim/v2/Me" });

/** What an MCP server said a function gave. */
export function mcpOutput(body: JsonObject): unknown {
  assert.ok(isJsonObject(body.result), JSON.stringify(body));
  const [content] = body.result.content as unknown as readonly { text: string }[];
  return (JSON.parse(content!.text) as { rows: unknown[][] }).rows[0]![0];
}

/** What a statement gave. */
export function sqlOutput(body: JsonObject): unknown {
  assert.ok(isJsonObject(body.result), JSON.stringify(body));
  return (body.result.data_array as unknown[][])[0]![0];
}

const statements = [
  "CREATE CATALOG lake",
  "CREATE SCHEMA lake.s",
  "CREATE FUNCTION lake.s.whoami() RETURNS STRING COMMENT 'Who asks' RETURN current_user()",
  "CREATE FUNCTION lake.s.undeclared() RETURNS STRING RETURN current_user()",
  "CREATE TABLE lake.s.notes (n INT)",
  "INSERT INTO lake.s.notes VALUES (1), (2), (3)",
  "CREATE TABLE lake.s.plans (n INT)",
  "INSERT INTO lake.s.plans VALUES (7)",
  "GRANT USE CATALOG, USE SCHEMA, EXECUTE ON CATALOG lake TO `account users`",
];

const code = {
  folder: fileURLToPath(new URL("./fixtures/mirror", import.meta.url)),
  entry: "agent.ts",
  dependencies: [],
};
const scopes = ["sql", "unity-catalog", "iam.current-user:read", "model-serving", "secrets"] as const;

/** A booted platform with a schema, agents that hand on who asks, and programs that ask them; `configuration` is its lakeward.yaml. */
export async function methodsWorld(log: Log = silentLog, configuration = ""): Promise<MethodsWorld> {
  const rest = await restWorld(configuration, log);
  const { identity, gate, agents } = rest.platform.services;
  for (const statement of statements) await rest.sql(statement);
  const grant = async (kind: string, id: string, permission_level: string): Promise<void> => {
    const body = { access_control_list: [{ group_name: "account users", permission_level }] };
    const { status, text } = await rest.call(rest.admin, "PATCH", `/api/2.0/permissions/${kind}/${id}`, body);
    assert.equal(status, 200, text);
  };
  await grant("warehouses", rest.warehouse_id, "CAN_USE");
  const user = await identity.users.create({ name: "maker@board.org" });
  const admins = await identity.groups.find(ADMINS);
  await identity.groups.addMember(admins!.id, user.id);
  const { token } = await identity.tokens.create(user.id);
  const maker = { id: user.id, name: user.name, token };
  const doorway = (): Doorway =>
    new Doorway("http", { request_id: crypto.randomUUID(), trace_id: "0".repeat(32), source_ip: "", user_agent: "" });
  const who = (): Promise<Who> => identity.authenticate(`Bearer ${token}`);
  const invoke: MethodsWorld["invoke"] = async (bearer, agent, input) => {
    const body = { input: typeof input === "string" ? input : JSON.stringify(input) };
    return await rest.call(bearer, "POST", `/serving-endpoints/${agent}/invocations`, body);
  };
  const made = (name: string, declared: Parameters<MethodsWorld["agent"]>[1]) =>
    ({ kind: "agent", name, description: "hands on who asks", code, scopes, ...declared }) as const;
  return {
    rest,
    maker,
    agent: async (name, declared) => {
      await using permit = await gate.enter(await who(), "endpoint.create", workspace, doorway());
      await agents.endpoints.create(permit, made(name, declared));
      await permit.settle({ status: "ok" });
      await grant("serving-endpoints", name, "CAN_QUERY");
      const { body } = await rest.call(rest.admin, "GET", `/api/2.0/serving-endpoints/${name}`);
      return String(body.service_principal_client_id);
    },
    update: async (name, declared) => {
      await using permit = await gate.enter(await who(), "endpoint.update", endpoint(name), doorway());
      await agents.endpoints.update(permit, made(name, declared));
      await permit.settle({ status: "ok" });
    },
    program: async (display_name) => {
      const { id, name } = await identity.servicePrincipals.create({ display_name });
      const { secret } = await identity.secrets.create(id);
      const form = { grant_type: "client_credentials", client_id: name, client_secret: secret, scope: "all-apis" };
      const { body, text } = await rest.form(form);
      assert.equal(typeof body.access_token, "string", text);
      return { id, name, token: String(body.access_token) };
    },
    invoke,
    through: async (bearer, agent, wishes) => {
      const { status, body, text } = await invoke(bearer, agent, { wishes });
      assert.equal(status, 200, text);
      assert.ok(isJsonObject(body.custom_outputs));
      return body.custom_outputs.answers as unknown as readonly { status: number; body: JsonObject }[];
    },
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}

/** A statement on the one warehouse. */
export const statementBy = (as: Wish["as"], world: MethodsWorld, statement: string): Wish => ({
  as,
  path: "/api/2.0/sql/statements",
  body: { statement, warehouse_id: world.rest.warehouse_id, wait_timeout: "50s" },
});

/** What the mirror declares on behalf of who asks and, the same again, for itself. */
export const both = (world: MethodsWorld): NewEndpoint & { kind: "agent" } extends { resources: infer R } ? R : never =>
  [WHOAMI, warehouse(world.rest.warehouse_id), table("lake.s.notes")].flatMap((what) => [
    { ...what, method: "on_behalf_of" as const },
    { ...what, method: "automatic_passthrough" as const },
  ]);
