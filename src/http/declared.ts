import type { Endpoint, Method } from "#api/endpoint.ts";

/**
 * Refuses to start on a table of endpoints that collides or has a hole in its governance.
 * @throws Error naming the endpoint.
 */
export function assertDeclared(endpoints: readonly Endpoint[]): void {
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    const key = `${endpoint.method} ${endpoint.path.replaceAll(/\{[^}]*\}/g, "{}")}`;
    if (seen.has(key)) throw new Error(`Two endpoints are declared for ${key}.`);
    seen.add(key);
    const governed = Boolean(endpoint.what && endpoint.action && endpoint.scope);
    const open = Boolean(endpoint.open?.trim());
    if (governed === open) {
      throw new Error(
        `${endpoint.method} ${endpoint.path} must either name what, action and scope, or say why it is open.`,
      );
    }
  }
}

/** The wire's `{name}` and `{name...}` as Fastify spells them. */
export function fastifyPath(path: string): string {
  return path.replaceAll(/\{[^}]+\.\.\.\}/g, "*").replaceAll(/\{([^}]+)\}/g, ":$1");
}

/** Every path at which an endpoint is served. */
export function fastifyPaths({ path, slash }: Pick<Endpoint, "path" | "slash">): readonly string[] {
  return [path, ...(slash ? [`${path}/`] : [])].map(fastifyPath);
}

/** Name of the path's rest parameter, `{name...}`, if it has one. */
export function restName(path: string): string | undefined {
  return /\{([^}]+)\.\.\.\}/.exec(path)?.[1];
}

const METHODS: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** A path of which every method but one must be refused as such. */
export interface PathOfOneMethod extends Pick<Endpoint, "path" | "errors"> {
  readonly allow: Method;
  readonly others: readonly Method[];
}

/**
 * Paths whose protocol wants 405 for all methods but one: MCP's clients try GET for a stream and DELETE for a session, and
 * take 405 alone for "there is none" (MCP specification, Streamable HTTP).
 */
export function pathsOfOneMethod(endpoints: readonly Endpoint[]): readonly PathOfOneMethod[] {
  return endpoints
    .filter((one) => one.errors === "jsonrpc")
    .map(({ path, method }) => ({
      path,
      errors: "jsonrpc",
      allow: method,
      others: METHODS.filter((each) => each !== method),
    }));
}
