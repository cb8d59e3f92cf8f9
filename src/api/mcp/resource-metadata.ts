import { Type } from "typebox";
import { Fault } from "#wire/errors.ts";
import { surfaceOf } from "#wire/scopes.ts";
import type { Endpoint } from "../endpoint.ts";
import { openEndpoint } from "../endpoint.ts";

/** A template path as a pattern: `{name}` is one part. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);

/**
 * RFC 9728: where an MCP client learns which authorization server and scope each server wants. The path is inserted after the
 * well-known part. It says the same whether a schema exists or not.
 */
export function resourceMetadata(servers: readonly Endpoint[]): Endpoint {
  return openEndpoint({
    method: "GET",
    path: "/.well-known/oauth-protected-resource/{path...}",
    open: "clients read it before they have a token",
    input: Type.Object({ path: Type.String() }),
    output: Type.Object({
      resource: Type.String(),
      authorization_servers: Type.Array(Type.String()),
      scopes_supported: Type.Array(Type.String()),
      bearer_methods_supported: Type.Array(Type.String()),
    }),
    run: async ({ site }, { path }) => {
      const server = servers.find((one) => patternOf(one.path).test(`/${path}`));
      if (!server?.scope) throw new Fault("ENDPOINT_NOT_FOUND", "No MCP server is served at that path.");
      return {
        resource: `${site.public_url}/${path}`,
        authorization_servers: [site.issuer],
        scopes_supported: [surfaceOf(server.scope)],
        bearer_methods_supported: ["header"],
      };
    },
  });
}
