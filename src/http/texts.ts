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

/** Path and query of a request target, undecoded: it is no URL, and resolving it as one would read `//x` as a host. */
export function targetOf(target: string): { readonly path: string; readonly query: string } {
  const [before = ""] = target.split("#", 1);
  const at = before.indexOf("?");
  return at < 0 ? { path: before, query: "" } : { path: before.slice(0, at), query: before.slice(at + 1) };
}
