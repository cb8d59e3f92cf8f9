import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import type { Method } from "../../src/api/endpoint.ts";
import { type BootOptions, boot, type Platform } from "../../src/boot.ts";
import { freshDatabase } from "../world/database.ts";
import { freePort } from "../world/free-port.ts";
import { type Provider, saying, startProvider } from "./provider.ts";

/** ada administers; ben and cleo may query what they are let; dan may nothing. */
export type Person = "ada" | "ben" | "cleo" | "dan";

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

/** A booted platform with two providers outside. */
export interface GatewayWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly origin: string;
  readonly database_url: string;
  readonly first: Provider;
  readonly second: Provider;
  token(person: Person): string;
  send(method: Method, path: string, body: object | null, as?: Person): Promise<Told>;
  /** A row of a query that ada runs. */
  rows(statement: string): Promise<readonly (readonly (string | null)[])[]>;
  /** Makes an endpoint that all but dan may query, with these models in turn. */
  serve(name: string, options?: ServeOptions): Promise<void>;
}

export interface ServeOptions {
  readonly providers?: readonly Provider[];
  readonly percentages?: readonly number[];
  readonly ai_gateway?: object;
  readonly key?: object;
  /** Chat when not told. */
  readonly task?: "llm/v1/chat" | "llm/v1/embeddings";
}

/** What the providers are asked with. No answer, error, table or log may hold it. */
export const KEY = "sk-canary-of-the-gateways-tests";

/** @param yaml more of `lakeward.yaml` */
export async function gatewayWorld(yaml = "", more: Partial<BootOptions> = {}): Promise<GatewayWorld> {
  const database = await freshDatabase();
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-gateway-"));
  const [first, second] = [await startProvider(saying("first")), await startProvider(saying("second"))];
  const allow = [first, second].map(({ port }) => `    - { host: 127.0.0.1, port: ${port}, purpose: model }\n`);
  await writeFile(join(data_dir, "lakeward.yaml"), `egress:\n  allow:\n${allow.join("")}${yaml}`);
  const port = await freePort();
  const fixed = { data_dir, port, tls_port: 0, database_url: database.url, progress: () => {} };
  const options = { ...fixed, log: silentLog, ...more };
  const platform = await boot(options);
  const { identity } = platform.services;
  const origin = `http://localhost:${platform.port}`;
  const tokens = new Map<Person, string>([["ada", (await readFile(platform.admin_token_path, "utf8")).trim()]]);
  for (const person of ["ben", "cleo", "dan"] as const) {
    const { id } = await identity.users.create({ name: `${person}@board.org` });
    tokens.set(person, (await identity.tokens.create(id)).token);
  }
  const token = (person: Person): string => tokens.get(person)!;
  const send: GatewayWorld["send"] = async (method, path, body, as = "ada") => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${token(as)}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: objectOf(text) };
  };
  const ok = async (...asked: Parameters<typeof send>): Promise<Told> => {
    const told = await send(...asked);
    if (told.status !== 200) throw new Error(`${asked[0]} ${asked[1]}: ${told.status} ${told.text}`);
    return told;
  };
  await ok("POST", "/api/2.0/secrets/scopes/create", { scope: "providers" });
  await ok("POST", "/api/2.0/secrets/put", { scope: "providers", key: "openai", string_value: KEY });
  const { warehouses } = (await ok("GET", "/api/2.0/sql/warehouses", null)).body;
  const warehouse_id = (warehouses as JsonObject[])[0]!.id;
  const rows: GatewayWorld["rows"] = async (statement) => {
    const { body } = await ok("POST", "/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" });
    if (!isJsonObject(body.result)) throw new Error(JSON.stringify(body.status));
    return (body.result.data_array ?? []) as (string | null)[][];
  };
  const serve: GatewayWorld["serve"] = async (name, asked = {}) => {
    const {
      providers = [first],
      percentages,
      ai_gateway,
      key = { openai_api_key: "{{secrets/providers/openai}}" },
      task = "llm/v1/chat",
    } = asked;
    const served_entities = providers.map(({ base_url }, index) => ({
      name: `model-${index}`,
      external_model: {
        name: `upstream-${index}`,
        provider: "openai",
        task,
        openai_config: { openai_api_base: base_url, ...key },
      },
    }));
    const shares = percentages ?? providers.map((_, index) => (index === 0 ? 100 : 0));
    const routes = shares.map((traffic_percentage, index) => ({
      served_entity_name: `model-${index}`,
      traffic_percentage,
    }));
    const config = { served_entities, traffic_config: { routes } };
    await ok("POST", "/api/2.0/serving-endpoints", { name, config, ...(ai_gateway && { ai_gateway }) });
    const access_control_list = ["ben", "cleo"].map((one) => ({
      user_name: `${one}@board.org`,
      permission_level: "CAN_QUERY",
    }));
    await ok("PATCH", `/api/2.0/permissions/serving-endpoints/${name}`, { access_control_list });
  };
  return {
    platform,
    origin,
    database_url: database.url,
    first,
    second,
    token,
    send,
    rows,
    serve,
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

function objectOf(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
