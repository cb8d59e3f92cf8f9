import { type AddressInfo, isIP } from "node:net";
import type { Duplex } from "node:stream";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Endpoint, Method } from "#api/endpoint.ts";
import type { Services } from "#api/services.ts";
import type { IdSource } from "#base/ids.ts";
import { REQUEST_BODY_BYTES_MAX } from "#base/limits.ts";
import type { Log } from "#base/log.ts";
import { Doorway, type Observer, type RequestEnd, type RequestInfo, unobserved } from "#kernel/mod.ts";
import { errors, Fault, faultOf } from "#wire/errors.ts";
import { assertDeclared, fastifyPath, fastifyPaths, pathsOfOneMethod, restName } from "./declared.ts";
import { type Described, renderError } from "./errors.ts";
import { Hosts } from "./hosts.ts";
import { send } from "./render.ts";
import { runEndpoint } from "./run.ts";
import { parametersOf, targetOf, textOf } from "./texts.ts";
import { traceOf } from "./trace.ts";
import { answerUnreadable, unreadable } from "./unreadable.ts";

export interface HttpOptions {
  readonly endpoints: readonly Endpoint[];
  readonly services: Services;
  readonly ids: IdSource;
  readonly log: Log;
  readonly observer?: Observer;
  readonly port: number;
  /** Addresses or ranges of proxies whose X-Forwarded-For is believed. Of any other sender it is not read. */
  readonly trusted_proxies?: readonly string[];
  /** Port and certificate of the TLS listener; without it there is none. */
  readonly tls?: { readonly port: number; readonly key: string; readonly cert: string };
}

export interface HttpServer {
  readonly port: number;
  readonly tls_port: number | null;
  /** Stops accepting, lets requests under way end for a while, then closes. */
  close(): Promise<void>;
}

/** Before the path of a protected resource (RFC 9728 section 3.1). */
const RESOURCE_METADATA = "/.well-known/oauth-protected-resource";

/** How long requests under way may take to end when the server closes. */
const CLOSE_GRACE_MS = 2000;

/** Names in a URL can be three parts of 255 bytes, percent-encoded. */
const PARAMETER_LENGTH_MAX = 3 * 3 * 256;

/** A path that nothing is served at is repeated in the answer, but not at any length. */
const PATH_SHOWN_MAX = 200;

/** Two parties that each take another one of several would see two requests (RFC 9112 section 3.2, RFC 9110 section 5.3). */
const SENT_ONCE: ReadonlySet<string> = new Set(["host", "authorization"]);

/**
 * Listens plain and, when given a certificate, with TLS.
 * @throws Error when the endpoints are not well declared, or a port is in use (named).
 */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  assertDeclared(options.endpoints);
  const hosts = new Hosts(options.services.site.public_url);
  const plain = application(options, hosts, undefined);
  const tls = options.tls ? application(options, hosts, options.tls) : null;
  const close = async (): Promise<void> => void (await Promise.all([closed(plain), tls && closed(tls)]));
  try {
    const port = await listen(plain, options.port, "--port", hosts);
    const tls_port = tls && options.tls ? await listen(tls, options.tls.port, "--tls-port", hosts) : null;
    return { port, tls_port, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

type Application = FastifyInstance;

/** Where nothing is served: no path at all, or another method of a path that has this one alone. */
type Unserved = Pick<Endpoint, "errors"> & { readonly allow?: Method };

function application(options: HttpOptions, hosts: Hosts, tls: { key: string; cert: string } | undefined): Application {
  const app: Application = Fastify({
    https: tls ? { key: tls.key, cert: tls.cert } : null,
    bodyLimit: REQUEST_BODY_BYTES_MAX,
    trustProxy: [...(options.trusted_proxies ?? [])],
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    forceCloseConnections: "idle",
    frameworkErrors: (cause: unknown, _request: FastifyRequest, reply: FastifyReply) =>
      sendFault(options, {}, unreadable(cause), options.ids.uuid(), reply),
    clientErrorHandler: (cause: unknown, socket: Duplex) => answerUnreadable(cause, socket, options.ids.uuid()),
  } as object);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const handle = (served: Endpoint | Unserved) => (request: FastifyRequest, reply: FastifyReply) =>
    serve(options, hosts, served, request, reply);
  for (const endpoint of options.endpoints)
    for (const url of fastifyPaths(endpoint))
      app.route({
        method: endpoint.method,
        url,
        handler: handle(endpoint),
        errorHandler: (cause, _request, reply) =>
          sendFault(options, endpoint, unreadable(cause), options.ids.uuid(), reply),
      });
  for (const one of pathsOfOneMethod(options.endpoints)) {
    app.route({ method: [...one.others], url: fastifyPath(one.path), handler: handle(one) });
  }
  app.setNotFoundHandler(handle({}));
  app.setErrorHandler((cause, _request, reply) => sendFault(options, {}, unreadable(cause), options.ids.uuid(), reply));
  return app;
}

/** Why a port cannot be listened on, by the system's code. */
const unusable: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another process. Stop that one",
  EACCES: "is not open to this user. Start as one who may listen on it",
};

async function listen(app: Application, port: number, flag: string, hosts: Hosts): Promise<number> {
  try {
    await app.listen({ port, host: "localhost" });
  } catch (cause) {
    const why = unusable[(cause as NodeJS.ErrnoException).code ?? ""];
    if (!why) throw cause;
    throw new Error(`Port ${port} ${why}, or choose another port by ${flag}.`, { cause });
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
  served: Endpoint | Unserved,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const request_id = options.ids.uuid();
  const { observer = unobserved } = options;
  const ended = observer.request();
  let end: Partial<RequestEnd> = "enter" in served ? { route: served.path } : {};
  try {
    refuseAmbiguous(request);
    const { path, query, host = request.headers.host } = targetOf(request.url);
    const foreign = hosts.foreign(host, request.headers.origin);
    if (foreign) throw foreign;
    if (!("enter" in served)) throw notServed(served, request.method, path);
    const headers = headersOf(request);
    const info: RequestInfo = {
      request_id,
      ...traceOf(headers, options.ids, observer),
      source_ip: sourceOf(request),
      user_agent: headers["user-agent"] ?? "",
    };
    end = { ...end, request: info };
    const doorway = new Doorway("http", info);
    const made = await runEndpoint(served, options.services, {
      url: `${options.services.site.public_url}${path}`,
      params: paramsOf(served, request),
      query: parametersOf(query),
      body: textOf(request.body),
      call: {
        doorway,
        headers,
        signal: signalOf(reply),
        authorization: request.headers.authorization,
        cookie: request.headers.cookie,
      },
    });
    await send(reply, made, request_id);
  } catch (thrown) {
    end = { ...end, error_code: faultOf(thrown).code };
    await sendFault(options, described(options, served, request.url), thrown, request_id, reply);
  } finally {
    ended({ ...end, method: request.method, status_code: reply.statusCode });
  }
}

/** What an error may say of the endpoint; for a protected resource also where its metadata are (RFC 9728 section 5.1). */
function described(options: HttpOptions, served: Endpoint | Unserved, url: string): Described {
  if (!("enter" in served) || !served.resource) return served;
  const path = url.split("?")[0];
  return { ...served, resource_metadata: `${options.services.site.public_url}${RESOURCE_METADATA}${path}` };
}

/** The nearest sender that is no trusted proxy. What a proxy hands on that is no address says nothing. */
function sourceOf({ ip, socket }: FastifyRequest): string {
  return isIP(ip) ? ip : (socket.remoteAddress ?? "");
}

function notServed({ allow }: Unserved, method: string, path: string): Fault {
  return allow
    ? new Fault("METHOD_NOT_ALLOWED", `Only ${allow} is served here.`, { headers: { allow } })
    : new Fault("ENDPOINT_NOT_FOUND", `No API found for '${method} ${path.slice(0, PATH_SHOWN_MAX)}'.`);
}

/** @throws Fault BAD_REQUEST when a header that decides whose request this is was sent more than once. */
function refuseAmbiguous({ raw: { rawHeaders } }: FastifyRequest): void {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!SENT_ONCE.has(name)) continue;
    if (seen.has(name)) throw new Fault("BAD_REQUEST", `The header '${name}' was sent more than once.`);
    seen.add(name);
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

async function sendFault(
  options: HttpOptions,
  served: Described,
  thrown: unknown,
  request_id: string,
  reply: FastifyReply,
): Promise<void> {
  const fault = faultOf(thrown);
  if (errors[fault.code].http >= 500 && fault.code !== "NOT_IMPLEMENTED") {
    options.log.error({ request_id, code: fault.code, internal: fault.options.internal }, fault.message);
  }
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  await send(reply, renderError(fault, served, request_id), request_id);
}
