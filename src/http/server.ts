import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Endpoint } from "#api/endpoint.ts";
import type { Services } from "#api/services.ts";
import type { IdSource } from "#base/ids.ts";
import { REQUEST_BODY_BYTES_MAX } from "#base/limits.ts";
import type { Log } from "#base/log.ts";
import { Doorway } from "#kernel/mod.ts";
import { errors, Fault, faultOf } from "#wire/errors.ts";
import { assertDeclared, fastifyPath, restName } from "./declared.ts";
import { renderError } from "./errors.ts";
import { Hosts } from "./hosts.ts";
import { send } from "./render.ts";
import { runEndpoint } from "./run.ts";
import { traceIdOf } from "./trace.ts";

export interface HttpOptions {
  readonly endpoints: readonly Endpoint[];
  readonly services: Services;
  readonly ids: IdSource;
  readonly log: Log;
  readonly port: number;
  /** Port and certificate of the TLS listener; without it there is none. */
  readonly tls?: { readonly port: number; readonly key: string; readonly cert: string };
}

export interface HttpServer {
  readonly port: number;
  readonly tls_port: number | null;
  /** Stops accepting, lets requests under way end for a while, then closes. */
  close(): Promise<void>;
}

/** How long requests under way may take to end when the server closes. */
const CLOSE_GRACE_MS = 2000;

/** Names in a URL can be three parts of 255 bytes, percent-encoded. */
const PARAMETER_LENGTH_MAX = 3 * 3 * 256;

/**
 * Listens plain and, when given a certificate, with TLS.
 * @throws Error when the endpoints are not well declared, or a port is in use (named).
 */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  assertDeclared(options.endpoints);
  const hosts = new Hosts(options.services.site.public_url);
  const plain = application(options, hosts, undefined);
  const tls = options.tls ? application(options, hosts, options.tls) : null;
  const port = await listen(plain, options.port, hosts);
  const tls_port = tls && options.tls ? await listen(tls, options.tls.port, hosts) : null;
  return { port, tls_port, close: async () => void (await Promise.all([closed(plain), tls && closed(tls)])) };
}

type Application = FastifyInstance;

function application(options: HttpOptions, hosts: Hosts, tls: { key: string; cert: string } | undefined): Application {
  const app: Application = Fastify({
    https: tls ? { key: tls.key, cert: tls.cert } : null,
    bodyLimit: REQUEST_BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    forceCloseConnections: "idle",
  } as object);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  const handle = (endpoint: Endpoint | null) => (request: FastifyRequest, reply: FastifyReply) =>
    serve(options, hosts, endpoint, request, reply);
  for (const endpoint of options.endpoints) {
    app.route({
      method: endpoint.method,
      url: fastifyPath(endpoint.path),
      handler: handle(endpoint),
      errorHandler: (cause, request, reply) => sendError(options, endpoint, bodyFault(cause), request, reply),
    });
  }
  app.setNotFoundHandler(handle(null));
  app.setErrorHandler((cause, request, reply) => sendError(options, null, bodyFault(cause), request, reply));
  return app;
}

async function listen(app: Application, port: number, hosts: Hosts): Promise<number> {
  try {
    await app.listen({ port, host: "localhost" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new Error(`Port ${port} is in use. Choose another one by --port or --tls-port.`, { cause });
  }
  const listening = (app.server.address() as AddressInfo).port;
  hosts.addPort(listening);
  return listening;
}

async function closed(app: Application): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
  await app.close();
  clearTimeout(timer);
}

async function serve(
  options: HttpOptions,
  hosts: Hosts,
  endpoint: Endpoint | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const request_id = options.ids.uuid();
  try {
    if (!hosts.allows(request.headers.host)) {
      throw new Fault("PERMISSION_DENIED", "This host name is not served here. Use the public URL.");
    }
    if (!hosts.allowsOrigin(request.headers.origin)) {
      throw new Fault("PERMISSION_DENIED", "Requests from pages of another origin are refused.");
    }
    const url = new URL(request.url, "http://path.only");
    if (!endpoint) throw new Fault("ENDPOINT_NOT_FOUND", `No API found for '${request.method} ${url.pathname}'.`);
    const headers = headersOf(request);
    const doorway = new Doorway("http", {
      request_id,
      trace_id: traceIdOf(headers.traceparent, options.ids),
      source_ip: request.socket.remoteAddress ?? "",
      user_agent: headers["user-agent"] ?? "",
    });
    const made = await runEndpoint(endpoint, options.services, {
      params: paramsOf(endpoint, request),
      query: url.searchParams,
      body: typeof request.body === "string" ? request.body : "",
      call: { doorway, headers, signal: signalOf(reply), authorization: request.headers.authorization },
    });
    await send(reply, made, request_id);
  } catch (thrown) {
    await sendFault(options, endpoint, thrown, request_id, reply);
  }
}

function paramsOf(endpoint: Endpoint, request: FastifyRequest): Record<string, string> {
  const { "*": rest, ...named } = request.params as Record<string, string>;
  const name = restName(endpoint.path);
  return name === undefined || rest === undefined ? named : { ...named, [name]: rest };
}

/** Aborted when the client goes away before the reply is whole. */
function signalOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Headers in lower case; credentials are withheld. */
function headersOf(request: FastifyRequest): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name === "authorization" || name === "cookie" || value === undefined) continue;
    read[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return read;
}

/** What Fastify itself refuses before `serve`: a body that is too large or broken off. */
function bodyFault(cause: unknown): Fault {
  const code = (cause as { code?: string }).code;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new Fault("REQUEST_TOO_LARGE", `The request body is larger than ${REQUEST_BODY_BYTES_MAX} bytes.`, {
      cause,
    });
  }
  if (code?.startsWith("FST_ERR_CTP"))
    return new Fault("MALFORMED_REQUEST", "The request body could not be read.", { cause });
  return faultOf(cause);
}

async function sendError(
  options: HttpOptions,
  endpoint: Endpoint | null,
  fault: Fault,
  _request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await sendFault(options, endpoint, fault, options.ids.uuid(), reply);
}

async function sendFault(
  options: HttpOptions,
  endpoint: Endpoint | null,
  thrown: unknown,
  request_id: string,
  reply: FastifyReply,
): Promise<void> {
  const fault = faultOf(thrown);
  if (errors[fault.code].http >= 500) {
    options.log.error({ request_id, code: fault.code, internal: fault.options.internal }, fault.message);
  }
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  await send(reply, renderError(fault, endpoint?.errors ?? "databricks", request_id), request_id);
}
