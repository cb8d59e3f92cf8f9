import { once } from "node:events";
import { createServer } from "node:https";
import type { ServerCertificate } from "../../src/net/ca.ts";

/** What a client asked and what it was answered. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

/** Stands between a client and the server, and keeps what they say to each other. */
export interface RecordingProxy extends AsyncDisposable {
  /** What was said since the last time. */
  take(): readonly Exchange[];
}

/** Headers that belong to one connection (RFC 9110, section 7.6.1), or are written anew by what sends it on. */
const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "host",
  "accept-encoding",
]);

/** Serves https at `port` of localhost and passes all on to the server at `origin`. */
export async function recordingProxy(
  port: number,
  certificate: ServerCertificate,
  origin: string,
): Promise<RecordingProxy> {
  let exchanges: Exchange[] = [];
  const proxy = createServer({ cert: certificate.cert, key: certificate.key }, async (request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        OF_ONE_CONNECTION.has(name) ? [] : [[name, String(value)]],
      ),
    );
    const answered = await fetch(origin + path, {
      method,
      headers: { ...headers, "x-forwarded-proto": "https" },
      redirect: "manual",
      ...(body !== "" && { body }),
    });
    const answer = await answered.text();
    exchanges.push({ method, path, headers, body, status: answered.status, answer });
    for (const [name, value] of answered.headers)
      if (!OF_ONE_CONNECTION.has(name) && name !== "set-cookie") response.setHeader(name, value);
    response.setHeader("set-cookie", answered.headers.getSetCookie());
    response.writeHead(answered.status).end(answer);
  });
  proxy.listen(port, "localhost");
  await once(proxy, "listening");
  return {
    take: () => {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      proxy.closeAllConnections();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}
