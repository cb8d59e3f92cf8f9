import type { Who } from "#kernel/mod.ts";
import type { Call } from "../endpoint.ts";
import type { Services } from "../services.ts";

type Sql = Services["mcp"]["sql"];

/** One request's way into an MCP server: who comes through the `mcp` door, and what they sent. */
export function passage(
  { site }: Services,
  who: Who,
  call: Call,
  server: string,
  body: string,
): { readonly visit: Parameters<Sql>[0]; readonly request: Parameters<Sql>[1] } {
  return {
    visit: { who, doorway: call.doorway.into("mcp"), signal: call.signal },
    request: { url: `${site.public_url}/api/2.0/mcp/${server}`, headers: call.headers, body },
  };
}
