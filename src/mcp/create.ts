import {
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Log } from "#base/log.ts";
import { type Observer, observed, unobserved } from "#kernel/mod.ts";
import { errors, Fault, faultOf } from "#wire/errors.ts";
import { type FunctionPorts, functionTools } from "./functions.ts";
import { type SqlPorts, sqlTools } from "./sql.ts";
import type { ToolSource, Visit } from "./tools.ts";

/** An MCP request's text and headers, after authentication. */
export interface McpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface McpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Mcp {
  /** Serves one request of a schema's functions, or of one function, in either protocol era; JSON, without a session. */
  functions(visit: Visit, schemaName: string, only: string | undefined, request: McpRequest): Promise<McpReply>;
  /** Serves one request to the SQL server, likewise. */
  sql(visit: Visit, request: McpRequest): Promise<McpReply>;
}

/** A server as clients are told of it, and where its own errors go. */
interface Offer {
  readonly name: string;
  readonly tools: ToolSource;
  readonly log: Log;
  readonly observer: Pick<Observer, "passage">;
}

const VERSION = "1.0.0";
const JSON_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** The managed MCP servers of this slice. */
export function createMcp(
  ports: FunctionPorts & SqlPorts & { readonly log: Log; readonly observer?: Pick<Observer, "passage"> },
): Mcp {
  const { log, observer = unobserved } = ports;
  const statements = sqlTools(ports);
  return {
    functions: (visit, schemaName, only, request) =>
      serve(
        visit,
        { name: "lakeward-functions", tools: functionTools(ports, schemaName, only), log, observer },
        request,
      ),
    sql: (visit, request) => serve(visit, { name: "lakeward-sql", tools: statements, log, observer }, request),
  };
}

async function serve(visit: Visit, offer: Offer, incoming: McpRequest): Promise<McpReply> {
  refuseBatch(incoming.body);
  const { "content-length": _length, ...headers } = incoming.headers;
  // Databricks' clients send no Accept, or one type of the two that the transport insists on.
  const request = new Request(incoming.url, {
    method: "POST",
    headers: { ...headers, ...JSON_HEADERS },
    body: incoming.body,
    signal: visit.signal,
  });
  const response = (await isLegacyRequest(request))
    ? await legacy(visit, offer, request)
    : await modern(visit, offer, request);
  const read: Record<string, string> = {};
  for (const [name, value] of response.headers) read[name] = value;
  return { status: response.status, headers: read, body: await response.text() };
}

/** One request is one message, as since the protocol of 2025-06-18: no caller starts a thousand statements by one POST. */
function refuseBatch(body: string): void {
  if (body.trimStart().startsWith("["))
    throw new Fault("BAD_REQUEST", "BAD_REQUEST: Batches are not served. Send one JSON-RPC message in each request.");
}

async function modern(visit: Visit, offer: Offer, request: Request): Promise<Response> {
  // A tool sends nothing before its result, so that every answer is JSON; a subscription would be a stream without an end.
  const handler = createMcpHandler(() => serverOf(visit, offer), { legacy: "reject", maxSubscriptions: 0 });
  try {
    return await handler.fetch(request);
  } finally {
    await handler.close();
  }
}

async function legacy(visit: Visit, offer: Offer, request: Request): Promise<Response> {
  const server = serverOf(visit, offer);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  return transport.handleRequest(request);
}

function serverOf(visit: Visit, { name, tools, log, observer }: Offer): Server {
  const { request_id } = visit.doorway.request;
  const said = <T>(work: Promise<T>): Promise<T> =>
    work.catch((thrown: unknown) => Promise.reject(sayable(thrown, request_id, log)));
  // A name that came from outside is told of once a tool answered to it.
  const telling = <T>(operation: string, work: () => Promise<T>, tool?: string): Promise<T> =>
    observed(observer, visit.doorway, async (note) => {
      note({ operation });
      const result = await work();
      if (tool !== undefined) note({ tool });
      return result;
    });
  const server = new Server({ name, version: VERSION }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({
    tools: (await said(telling("tools/list", () => tools.list(visit)))).map((tool) => ({ ...tool })),
  }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const called = { name: params.name, arguments: objectOf(params.arguments), meta: objectOf(params._meta) };
    const result = await said(telling("tools/call", () => tools.call(visit, called), called.name));
    return { ...result, content: [...result.content], _meta: { ...result._meta } };
  });
  return server;
}

const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

/** A Fault as JSON-RPC says it. One of the server's own is on record under the request's id, by which it can be asked about. */
function sayable(thrown: unknown, request_id: string, log: Log): ProtocolError {
  const { code, message, options } = faultOf(thrown);
  if (code === "INTERNAL_ERROR") log.error({ request_id, code, internal: options.internal }, message);
  return new ProtocolError(errors[code].jsonrpc, message, { error_code: code, request_id });
}
