import { type Answer, agentAnswer, answerOf } from "../answer.ts";
import type { Case } from "../case.ts";
import { httpRequestOf } from "../wants.ts";
import type { Workspace } from "../workspace.ts";

/** The door of Unity Catalog, permissions and serving REST. An agent is asked with the caller's own token; it gets its own. */
export async function askHttp(workspace: Workspace, one: Case): Promise<Answer> {
  const request = httpRequestOf(one);
  if (!request) throw new Error(`'${one.case}' has no request for the door http.`);
  const { method, path, body } = request;
  const token = await workspace.token(one.as, one.token, one.asks ? undefined : one.through);
  const received = await workspace.send(token, method, withId(workspace, path), body);
  return one.asks ? agentAnswer(received) : answerOf(received);
}

/** Where a case names the warehouse, REST wants its id. */
const withId = (workspace: Workspace, path: string): string =>
  path.replace(/(?<=\/warehouses\/)starter$/, workspace.warehouse_id);
