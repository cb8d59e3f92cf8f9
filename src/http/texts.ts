import { Fault } from "#wire/errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A body's text; a byte order mark is left out. @throws Fault MALFORMED_REQUEST when it is not UTF-8. */
export function textOf(body: unknown): string {
  if (!(body instanceof Uint8Array)) return "";
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new Fault("MALFORMED_REQUEST", "The request body is not valid UTF-8.", { cause });
  }
}

/**
 * The parameters of a query or a form. What URLSearchParams would mend silently, a broken escape or bytes that are not UTF-8,
 * is an error: two parties that mend it differently would read two requests.
 * @throws Fault MALFORMED_REQUEST
 */
export function parametersOf(encoded: string): URLSearchParams {
  try {
    decodeURIComponent(encoded);
  } catch (cause) {
    throw new Fault("MALFORMED_REQUEST", "The parameters are not percent-encoded UTF-8.", { cause });
  }
  return new URLSearchParams(encoded);
}

/** What a request target says. `host` is there when it is a whole address, and then counts more than the header of that name. */
export interface Target {
  readonly host?: string;
  readonly path: string;
  readonly query: string;
}

/**
 * A request target's parts, undecoded (RFC 9112 section 3.2). It is no URL, and resolving it as one would read `//x` as a host;
 * only a client that takes this server for a proxy sends a whole address.
 */
export function targetOf(target: string): Target {
  const [, host, rest = ""] = /^(?:https?:\/\/([^/?#]*))?([^#]*)/is.exec(target) ?? [];
  const at = rest.indexOf("?");
  const parts = at < 0 ? { path: rest, query: "" } : { path: rest.slice(0, at), query: rest.slice(at + 1) };
  return host === undefined ? parts : { host, ...parts };
}
