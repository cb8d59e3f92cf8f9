import type { ChangeOwner } from "../ast/container.ts";
import { faultAt } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { expectKind } from "./kind.ts";
import { targetOf } from "./target.ts";

type Updatable = "catalog.update" | "schema.update" | "table.update" | "function.update";

const actionFor: Readonly<Record<string, Updatable>> = {
  CATALOG: "catalog.update",
  SCHEMA: "schema.update",
  TABLE: "table.update",
  FUNCTION: "function.update",
};

/** ALTER {CATALOG | SCHEMA | TABLE | VIEW | FUNCTION} name [SET] OWNER TO principal. */
export async function changeOwner(ports: SqlPorts, session: Session, statement: ChangeOwner): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const action = actionFor[what.type];
  if (!action) throw faultAt(statement.at, `The owner of a ${what.type} is not changed by SQL`);
  const permit = await ports.gate.enter(session.who, action, what, session.doorway);
  return under(permit, async () => {
    if (what.type === "TABLE") await expectKind(ports, session, statement.target, what);
    await ports.metastore.setOwner(permit, statement.owner.text);
    return DONE;
  });
}
