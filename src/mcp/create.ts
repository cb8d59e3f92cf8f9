import {
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { isJsonObject } from "#base/json.ts";
import { errors, faultOf } from "#wire/errors.ts";
import { type FunctionPorts, functionTools } from "./functions.ts";
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
}

const IDENTITY = { name: "lakeward-functions", version: "1.0.0" };
const JSON_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** The managed MCP servers of this slice. */
export function createMcp(ports: FunctionPorts): Mcp {
  return {
    functions: (visit, schemaName, only, request) => serve(visit, functionTools(ports, schemaName, only), request),
  };
}

async function serve(visit: Visit, tools: ToolSource, incoming: McpRequest): Promise<McpReply> {
  const { "content-length": _length, ...headers } = incoming.headers;
  // Databricks' clients send no Accept, or one type of the two that the transport insists on.
  const request = new Request(incoming.url, {
    method: "POST",
    headers: { ...headers, ...JSON_HEADERS },
    body: incoming.body,
    signal: visit.signal,
  });
  const response = (await isLegacyRequest(request))
    ? await legacy(visit, tools, request)
    : await modern(visit, tools, request);
  const read: Record<string, string> = {};
  for (const [name, value] of response.headers) read[name] = value;
  return { status: response.status, headers: read, body: await response.text() };
}

async function modern(visit: Visit, tools: ToolSource, request: Request): Promise<Response> {
  const handler = createMcpHandler(() => serverOf(visit, tools), { legacy: "reject", responseMode: "json" });
  try {
    return await handler.fetch(request);
  } finally {
    await handler.close();
  }
}

async function legacy(visit: Visit, tools: ToolSource, request: Request): Promise<Response> {
  const server = serverOf(visit, tools);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  return transport.handleRequest(request);
}

function serverOf(visit: Visit, tools: ToolSource): Server {
  const server = new Server(IDENTITY, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({
    tools: (await said(tools.list(visit))).map((tool) => ({ ...tool })),
  }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const given = isJsonObject(params.arguments) ? params.arguments : {};
    const result = await said(tools.call(visit, params.name, given));
    return { content: [...result.content], _meta: { ...result._meta } };
  });
  return server;
}

/** A Fault as JSON-RPC says it. */
async function said<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const fault = faultOf(thrown);
    throw new ProtocolError(errors[fault.code].jsonrpc, fault.message, { error_code: fault.code });
  }
}
