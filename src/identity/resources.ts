/**
 * The protected resources to which a token may be bound (RFC 8707): the workspace's MCP servers, each by its own URL, exactly as its
 * metadata says it.
 */
const PATH = /^\/api\/2\.0\/mcp\/[^?#\s]+$/;

/** True for the URL of an MCP server of this workspace. `issuer` is `<public url>/oidc`. */
export function isResource(url: string, issuer: string): boolean {
  const base = issuer.slice(0, -"/oidc".length);
  return url.startsWith(`${base}/`) && PATH.test(url.slice(base.length));
}
