import { Type } from "typebox";
import { type Who, workspace } from "#kernel/mod.ts";
import { type Call, endpoint, Reply } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { passage } from "./passage.ts";

const PATH = "/api/2.0/mcp/functions/{catalog}/{schema}";
const Name = Type.String({ minLength: 1 });

interface Input {
  readonly catalog: string;
  readonly schema: string;
  readonly function?: string;
  readonly body: string;
}

async function answer(services: Services, who: Who, input: Input, call: Call): Promise<Reply> {
  const { visit, request } = passage(services, who, call, "functions", input.body);
  return new Reply(await services.mcp.functions(visit, `${input.catalog}.${input.schema}`, input.function, request));
}

export const schemaFunctions = endpoint({
  method: "POST",
  path: PATH,
  scope: "mcp.functions",
  accepts: "raw",
  errors: "jsonrpc",
  resource: true,
  input: Type.Object({ catalog: Name, schema: Name, body: Type.String() }),
  output: Type.Unknown(),
  what: () => workspace,
  action: "mcp.connect_functions",
  run: (services, permit, input, call) => answer(services, permit.who, input, call),
});

export const oneFunction = endpoint({
  method: "POST",
  path: `${PATH}/{function}`,
  scope: "mcp.functions",
  accepts: "raw",
  errors: "jsonrpc",
  resource: true,
  input: Type.Object({ catalog: Name, schema: Name, function: Name, body: Type.String() }),
  output: Type.Unknown(),
  what: () => workspace,
  action: "mcp.connect_functions",
  run: (services, permit, input, call) => answer(services, permit.who, input, call),
});
