import { type Answer, toolAnswer } from "../answer.ts";
import type { Case } from "../case.ts";
import { toolCallOf } from "../wants.ts";
import type { Workspace } from "../workspace.ts";
import { warehouseOf } from "./sql.ts";

/** The door of the managed MCP servers: one `tools/call`. */
export async function askMcp(workspace: Workspace, one: Case): Promise<Answer> {
  const call = toolCallOf(one);
  if (!call) throw new Error(`'${one.case}' has no tool for the door mcp.`);
  const { path, tool, arguments: given } = call;
  const token = await workspace.token(one.as, one.token, one.through);
  const meta = one.uses === undefined ? {} : { _meta: { warehouse_id: warehouseOf(workspace, one) } };
  const params = { name: tool, arguments: given, ...meta };
  return toolAnswer(await workspace.send(token, "POST", path, { jsonrpc: "2.0", id: 1, method: "tools/call", params }));
}
