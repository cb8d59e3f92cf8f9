import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "#base/log.ts";
import { systemIds } from "#host/mod.ts";
import { type Actor, Doorway, workspace } from "#kernel/mod.ts";
import type { Scope } from "#wire/scopes.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { OFFICER, READER, STRANGER, setting } from "../sql/setting.ts";

/** What a JSON-RPC request was answered with. */
export interface RpcAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly result?: ToolAnswer;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface StatementAnswer {
  readonly statement_id: string;
  readonly status: { readonly state: string; readonly error?: { readonly message: string } };
  readonly manifest?: {
    readonly truncated: boolean;
    readonly total_row_count: number;
    readonly schema: { readonly columns: readonly { readonly name: string; readonly type_text: string }[] };
  };
  readonly result?: { readonly data_array: readonly { readonly values: readonly object[] }[] };
}

interface ToolAnswer {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly structuredContent: StatementAnswer;
  readonly tools: readonly { readonly name: string; readonly inputSchema: object; readonly annotations?: object }[];
  readonly _meta: { readonly governance: object };
}

export interface McpWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly warehouse_id: string;
  readonly tokens: Readonly<Record<"admin" | "reader" | "officer" | "stranger", string>>;
  url(server?: string): string;
  /** A token of the reader on whose behalf an agent acts that declared these resources. */
  agentToken(name: string, resources: Actor["resources"], scopes?: readonly Scope[]): Promise<string>;
  /** Sends one JSON-RPC message, with no header but the token. */
  rpc(token: string | null, message: object | string, headers?: Record<string, string>): Promise<RpcAnswer>;
  /** Calls a tool of the SQL server. */
  call(token: string, name: string, args: object, meta?: object): Promise<RpcAnswer>;
  /** The statement that a call of a tool gave. @throws Error when it gave an error. */
  run(token: string, name: string, query: string): Promise<StatementAnswer>;
}

/**
 * A booted platform with the SQL tests' organisation in it. The reader and the officer may use the warehouse, the stranger may not.
 */
export async function mcpWorld(): Promise<McpWorld> {
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-mcp-"));
  const platform = await boot({ data_dir, port: 0, tls_port: 0, log: silentLog, progress: () => {} });
  const { identity, gate, agents, sql } = platform.services;
  const origin = `http://localhost:${platform.port}`;
  const admin = (await readFile(platform.admin_token_path, "utf8")).trim();
  const warehouse_id = sql.warehouses.own;
  const person = async (name: string): Promise<string> =>
    (await identity.tokens.create((await identity.users.create({ name })).id)).token;
  const tokens = {
    admin,
    reader: await person(READER),
    officer: await person(OFFICER),
    stranger: await person(STRANGER),
  };
  const hr = await identity.groups.create({ name: "hr" });
  const officer = await identity.users.find(OFFICER);
  await identity.groups.addMember(hr.id, officer!.id);
  const rest = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${admin}` };
    const response = await fetch(`${origin}${path}`, { method, headers, body: JSON.stringify(body) });
    return (await response.json()) as Record<string, unknown>;
  };
  await rest("PATCH", `/api/2.0/permissions/warehouses/${warehouse_id}`, {
    access_control_list: [READER, OFFICER].map((user_name) => ({ user_name, permission_level: "CAN_USE" })),
  });
  for (const statement of setting) {
    const answer = await rest("POST", "/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" });
    const status = answer.status as StatementAnswer["status"];
    if (status.state !== "SUCCEEDED") throw new Error(`${statement}: ${status.error?.message}`);
  }
  const url = (server = "sql"): string => `${origin}/api/2.0/mcp/${server}`;
  const rpc: McpWorld["rpc"] = async (token, message, headers = {}) => {
    const response = await fetch(url(), {
      method: "POST",
      headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
      body: typeof message === "string" ? message : JSON.stringify(message),
    });
    const text = await response.text();
    const parsed = text === "" ? {} : (JSON.parse(text) as Partial<RpcAnswer>);
    return { ...parsed, status: response.status, headers: response.headers, text };
  };
  const call: McpWorld["call"] = (token, name, args, meta) =>
    rpc(token, {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: args, ...(meta && { _meta: meta }) },
    });
  return {
    platform,
    warehouse_id,
    tokens,
    url,
    rpc,
    call,
    agentToken: async (name, resources, scopes = ["sql"]) => {
      const request = { request_id: systemIds.uuid(), trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
      const owner = await identity.authenticate(`Bearer ${admin}`);
      await using permit = await gate.enter(owner, "endpoint.create", workspace, new Doorway("http", request));
      const code = { folder: data_dir, entry: "agent.ts", dependencies: [] };
      await agents.endpoints.create(permit, { kind: "agent", name, description: name, code, scopes, resources });
      await permit.settle({ status: "ok" });
      const actor = await agents.actors.find("agent", name);
      const who = await identity.authenticate(`Bearer ${tokens.reader}`);
      return (await identity.mintOnBehalfOf({ who, actor: actor!, scopes })).token;
    },
    run: async (token, name, query) => {
      const answer = await call(token, name, { query });
      if (!answer.result) throw new Error(`${query}: ${answer.text}`);
      return answer.result.structuredContent;
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}
