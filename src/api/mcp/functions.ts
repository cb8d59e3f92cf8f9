import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import { type Call, endpoint, Reply } from "../endpoint.ts";
import type { Services } from "../services.ts";

const Name = Type.String({ minLength: 1 });
const Answer = Type.Unknown();

interface Input {
  readonly catalog: string;
  readonly schema: string;
  readonly function?: string;
  readonly body: string;
}

async function answer(
  { mcp, site }: Services,
  who: Parameters<Services["mcp"]["functions"]>[0]["who"],
  input: Input,
  call: Call,
): Promise<Reply> {
  const visit = { who, doorway: call.doorway.into("mcp"), signal: call.signal };
  const request = { url: `${site.public_url}/api/2.0/mcp/functions`, headers: call.headers, body: input.body };
  return new Reply(await mcp.functions(visit, `${input.catalog}.${input.schema}`, input.function, request));
}

const schemaFunctions = endpoint({
  method: "POST",
  path: "/api/2.0/mcp/functions/{catalog}/{schema}",
  scope: "unity-catalog",
  accepts: "raw",
  errors: "jsonrpc",
  input: Type.Object({ catalog: Name, schema: Name, body: Type.String() }),
  output: Answer,
  what: () => workspace,
  action: "mcp.connect_functions",
  run: (services, permit, input, call) => answer(services, permit.who, input, call),
});

const oneFunction = endpoint({
  method: "POST",
  path: "/api/2.0/mcp/functions/{catalog}/{schema}/{function}",
  scope: "unity-catalog",
  accepts: "raw",
  errors: "jsonrpc",
  input: Type.Object({ catalog: Name, schema: Name, function: Name, body: Type.String() }),
  output: Answer,
  what: () => workspace,
  action: "mcp.connect_functions",
  run: (services, permit, input, call) => answer(services, permit.who, input, call),
});

export const mcpEndpoints = Object.freeze([schemaFunctions, oneFunction]);
