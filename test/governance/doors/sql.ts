import { type Answer, statementAnswer } from "../answer.ts";
import type { Case } from "../case.ts";
import { statementOf } from "../wants.ts";
import type { Workspace } from "../workspace.ts";

/** The door of the Statement Execution API. */
export async function askSql(workspace: Workspace, one: Case): Promise<Answer> {
  const statement = statementOf(one);
  if (statement === null) throw new Error(`'${one.case}' has no statement for the door sql.`);
  const token = await workspace.token(one.as, one.token, one.through);
  const received = await workspace.execute(token, statement, warehouseOf(workspace, one));
  return statementAnswer(received, received.body);
}

/** The id of the warehouse on which a case runs; a name that is none of world.yaml's is an id already. */
export const warehouseOf = (workspace: Workspace, { uses = "starter" }: Case): string =>
  uses === "starter" ? workspace.warehouse_id : uses;
