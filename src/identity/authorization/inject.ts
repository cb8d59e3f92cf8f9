import type { IncomingMessage, ServerResponse } from "node:http";
import inject from "light-my-request";

/** A request of a browser or client, as our own edge read it. */
export interface InnerRequest {
  readonly method: "GET" | "POST";
  /** Below the issuer's path, with its query. */
  readonly path: string;
  readonly cookie?: string;
  /** An encoded form. */
  readonly form?: string;
}

export interface InnerReply {
  readonly status: number;
  /** `location`, `set-cookie`, `content-type` and such; a header that is there several times is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Headers that belong to the connection, which is the edge's. */
const CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "date",
  "content-length",
  "transfer-encoding",
  "keep-alive",
]);

/**
 * Runs a Node request handler without a socket, as if the request had come to the public URL: its links, redirects and cookies
 * are then for that address, whichever listener the request came by. `began` is told what the handler sees as the request.
 */
export async function run(
  handler: Handler,
  issuer: string,
  request: InnerRequest,
  began: (inner: IncomingMessage) => void = () => {},
): Promise<InnerReply> {
  const { host, protocol, pathname } = new URL(issuer);
  const dispatch: Handler = (inner, response) => {
    // How frameworks tell a handler mounted under a path where it is mounted.
    Object.assign(inner, { originalUrl: `${pathname}${inner.url}` });
    began(inner);
    handler(inner, response);
  };
  const answer = await inject(dispatch, {
    method: request.method,
    url: request.path,
    headers: {
      host,
      "x-forwarded-proto": protocol.replace(":", ""),
      ...(request.cookie && { cookie: request.cookie }),
      ...(request.form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    },
    ...(request.form !== undefined && { payload: request.form }),
  });
  const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string | readonly string[]][] => {
    if (value === undefined || CONNECTION.has(name)) return [];
    return [[name, typeof value === "number" ? String(value) : value]];
  });
  return { status: answer.statusCode, headers: Object.fromEntries(headers), body: answer.payload };
}
