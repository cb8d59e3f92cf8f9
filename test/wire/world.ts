import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { type Log, type LogFields, silentLog } from "#base/log.ts";
import { Doorway, workspace } from "#kernel/mod.ts";
import { isOlder, opens, type Scope, scopes } from "#wire/scopes.ts";
import type { Method } from "../../src/api/endpoint.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { type LoginProviderFixture, startLoginProvider } from "../identity/login-provider.ts";
import { freshDatabase } from "../world/database.ts";
import { freePort } from "../world/free-port.ts";

/**
 * admin administers. reader knows of everything (BROWSE, CAN_VIEW) and may do nothing with it. neighbour knows the catalog and
 * the schema and may use the warehouse, and knows nothing else. stranger holds nothing.
 */
export type Person = "admin" | "reader" | "neighbour" | "stranger";

/** What a request says, besides its endpoint. `path` fills the endpoint's `{name}`s; a body that is an object is sent as JSON. */
export interface Ask {
  readonly path?: Readonly<Record<string, string>>;
  /** A list is a parameter that is sent several times. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object | string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as a JSON object; empty when it is none. */
  readonly body: JsonObject;
}

/** A really booted platform with one catalog, two endpoints and four people. */
export interface WireWorld extends AsyncDisposable {
  readonly platform: Platform;
  /** Another identity provider, at which the reader may log in. */
  readonly provider: LoginProviderFixture;
  /** `http://localhost:<port>`. */
  readonly origin: string;
  readonly warehouse_id: string;
  /** Id of a statement that the administrator ran. */
  readonly statement_id: string;
  /** What the server logged as an error. */
  readonly errors: readonly (LogFields & { readonly message: string })[];
  token(person: Person): string;
  /** An administrator's token for every scope, in today's words, but those that open what asks for this one. */
  tokenWithout(scope: Scope): Promise<string>;
  /** Name of a service principal. */
  readonly client_id: string;
  /** Id of a personal access token of the administrator's. */
  readonly token_id: string;
  /** A new service principal with a secret. */
  client(secret_scopes: readonly Scope[]): Promise<{ readonly id: string; readonly secret: string }>;
  /** A name that nothing has yet. */
  fresh(word: string): string;
  /** Has the server forget who failed to log in: all that asks here asks from one address. */
  forgive(): Promise<void>;
  /** Runs a statement as the administrator. @throws Error when it fails. */
  sql(statement: string): Promise<JsonObject>;
  send(method: Method, path: string, ask: Ask, token: string | null): Promise<Answer>;
}

/** Everybody's but the administrator's, who logs in by token. */
export const PASSWORD = "correct horse battery";

const statements = [
  "CREATE CATALOG marina",
  "CREATE SCHEMA marina.north",
  "CREATE TABLE marina.north.boats AS SELECT * FROM VALUES (1, 'Ada') AS v(id, name)",
  "CREATE FUNCTION marina.north.fee(feet INT) RETURNS INT COMMENT 'what a boat pays' RETURN feet * 2",
  "GRANT BROWSE ON CATALOG marina TO `reader@board.org`",
  "GRANT USE CATALOG ON CATALOG marina TO `neighbour@board.org`",
  "GRANT USE SCHEMA ON SCHEMA marina.north TO `neighbour@board.org`",
];

/** Boots the platform on a database of its own and fills it. */
export async function wireWorld(): Promise<WireWorld> {
  const database = await freshDatabase();
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-wire-"));
  const errors: (LogFields & { message: string })[] = [];
  const log: Log = { ...silentLog, error: (fields, message) => void errors.push({ ...fields, message }) };
  const port = await freePort();
  const provider = await startLoginProvider(data_dir, `http://localhost:${port}`, ["reader@board.org"]);
  const platform = await boot({ data_dir, port, tls_port: 0, database_url: database.url, log, progress: () => {} });
  const { identity } = platform.services;
  const origin = `http://localhost:${platform.port}`;
  const tokens = new Map<Person, string>([["admin", (await readFile(platform.admin_token_path, "utf8")).trim()]]);
  for (const person of ["reader", "neighbour", "stranger"] as const) {
    const { id } = await identity.users.create({ name: `${person}@board.org` });
    tokens.set(person, (await identity.tokens.create(id)).token);
    await identity.authorization.passwords.set(id, PASSWORD);
  }
  const token = (person: Person): string => tokens.get(person)!;
  const admin = await identity.authenticate(`Bearer ${token("admin")}`);
  const narrow = new Map<Scope, string>();
  const tokenWithout = async (scope: Scope): Promise<string> => {
    const kept = scopes.filter((one) => !opens(one, scope) && !isOlder(one));
    const made = narrow.get(scope) ?? (await identity.tokens.create(admin.subject.id, { scopes: kept })).token;
    narrow.set(scope, made);
    return made;
  };
  const client: WireWorld["client"] = async (secret_scopes) => {
    const { id, name } = await identity.servicePrincipals.create({ display_name: "a program" });
    return { id: name, secret: (await identity.secrets.create(id, { scopes: secret_scopes })).secret };
  };
  const send: WireWorld["send"] = (method, path, ask, bearer) => sendTo(origin, method, path, ask, bearer);
  await makeEndpoints(platform, admin);
  const { body } = await send("GET", "/api/2.0/sql/warehouses", {}, token("admin"));
  const warehouse_id = String((body.warehouses as JsonObject[])[0]!.id);
  const sql = async (statement: string): Promise<JsonObject> => {
    const ask = { body: { statement, warehouse_id, wait_timeout: "50s" } };
    const { body: answer, text } = await send("POST", "/api/2.0/sql/statements", ask, token("admin"));
    if (!isJsonObject(answer.status) || answer.status.state !== "SUCCEEDED") throw new Error(`${statement}: ${text}`);
    return answer;
  };
  for (const each of statements) await sql(each);
  await letKnow(send, token("admin"), warehouse_id);
  let made = 0;
  return {
    platform,
    provider,
    origin,
    warehouse_id,
    client_id: (await client(["sql"])).id,
    token_id: (await identity.tokens.create(admin.subject.id)).id,
    statement_id: String((await sql("SELECT 7 AS n")).statement_id),
    errors,
    token,
    tokenWithout,
    client,
    forgive: async () => {
      await database.db.on().deleteFrom("failed_attempts").execute();
    },
    fresh: (word) => {
      made += 1;
      return `${word}_${made}`;
    },
    sql,
    send,
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await provider.stop();
      await rm(data_dir, { recursive: true, force: true });
      await database[Symbol.asyncDispose]();
    },
  };
}

/** reader may know of the warehouse and the endpoints, neighbour may use the warehouse. */
async function letKnow(send: WireWorld["send"], admin: string, warehouse_id: string): Promise<void> {
  const warehouse = `warehouses/${warehouse_id}`;
  for (const [object, user, permission_level] of [
    [warehouse, "reader", "CAN_VIEW"],
    ["serving-endpoints/pilot", "reader", "CAN_VIEW"],
    ["serving-endpoints/radio", "reader", "CAN_VIEW"],
    ["serving-endpoints/sonar", "reader", "CAN_VIEW"],
    [warehouse, "neighbour", "CAN_USE"],
  ]) {
    const body = { access_control_list: [{ user_name: `${user}@board.org`, permission_level }] };
    const { status, text } = await send("PATCH", `/api/2.0/permissions/${object}`, { body }, admin);
    if (status !== 200) throw new Error(text);
  }
  // People by name, so that there is also a program that may have no token.
  const people = ["reader", "neighbour", "stranger"].map((one) => `${one}@board.org`);
  const access_control_list = people.map((user_name) => ({ user_name, permission_level: "CAN_USE" }));
  const ask = { body: { access_control_list } };
  const { status, text } = await send("PUT", "/api/2.0/permissions/authorization/tokens", ask, admin);
  if (status !== 200) throw new Error(text);
}

/** `pilot` is an agent that answers without asking anyone, `radio` the offline model, `sonar` the embedded embedding model. */
async function makeEndpoints(
  { services }: Platform,
  admin: Awaited<ReturnType<Platform["services"]["identity"]["authenticate"]>>,
) {
  const folder = fileURLToPath(new URL("../agents/fixtures/echo", import.meta.url));
  const code = { folder, entry: "agent.ts", dependencies: [] };
  const request = { request_id: "the world", trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
  for (const input of [
    { kind: "agent", name: "pilot", description: "answers at once", code, scopes: ["sql"], resources: [] },
    { kind: "foundation_model", name: "radio", description: "the offline model", model: "lakeward-offline" },
    {
      kind: "foundation_model",
      name: "sonar",
      description: "the embedded embedding model",
      task: "llm/v1/embeddings",
      entities: [{ name: "lakeward-embeddings", source: { kind: "foundation", model: "lakeward-embeddings" } }],
      routes: [{ entity: "lakeward-embeddings", percentage: 100 }],
    },
  ] as const) {
    await using permit = await services.gate.enter(admin, "endpoint.create", workspace, new Doorway("http", request));
    await services.agents.endpoints.create(permit, input);
    await permit.settle({ status: "ok" });
  }
}

/** An endpoint's path with its `{name}`s filled in; the slashes of a `{name...}` stay. */
export function filledPath(path: string, ask: Ask): string {
  return path.replaceAll(/\{(\w+)(\.\.\.)?\}/g, (_, name: string, rest?: string) => {
    const encoded = encodeURIComponent(ask.path?.[name] ?? "");
    return rest ? encoded.replaceAll("%2F", "/") : encoded;
  });
}

async function sendTo(origin: string, method: Method, path: string, ask: Ask, bearer: string | null): Promise<Answer> {
  const filled = filledPath(path, ask);
  const query = ask.query ? `?${new URLSearchParams(pairsOf(ask.query))}` : "";
  const { body } = ask;
  const response = await fetch(`${origin}${filled}${query}`, {
    method,
    redirect: "manual",
    headers: { ...(bearer !== null && { authorization: `Bearer ${bearer}` }), ...ask.headers },
    ...(body !== undefined && {
      body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: objectOf(text) };
}

const pairsOf = (query: NonNullable<Ask["query"]>): string[][] =>
  Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));

function objectOf(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
