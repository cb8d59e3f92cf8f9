import type { Permit, What } from "#kernel/mod.ts";
import { securables } from "#wire/securables.ts";
import type { Drop } from "../ast/container.ts";
import { faultAt } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { ifExists } from "./existence.ts";
import { expectKind } from "./kind.ts";
import { targetOf } from "./target.ts";

type Droppable = "catalog.delete" | "schema.delete" | "table.delete" | "function.delete";

const actionFor: Readonly<Record<string, Droppable>> = {
  CATALOG: "catalog.delete",
  SCHEMA: "schema.delete",
  TABLE: "table.delete",
  FUNCTION: "function.delete",
};

/** DROP {CATALOG | SCHEMA | TABLE | VIEW | FUNCTION}. The change, the forgotten versions and the record are one transaction. */
export async function drop(ports: SqlPorts, session: Session, statement: Drop): Promise<StatementResult> {
  const what = targetOf(statement.target, session.current);
  const action = actionFor[what.type];
  if (!action) throw faultAt(statement.at, `A ${what.type} cannot be dropped`);
  await ifExists(securables[what.type].missing, statement.if_exists, async () => {
    const permit = await ports.gate.enter(session.who, action, what, session.doorway);
    await under(permit, () => dropUnder(ports, session, permit, statement, what));
  });
  return DONE;
}

async function dropUnder(
  ports: SqlPorts,
  session: Session,
  permit: Permit<Droppable>,
  statement: Drop,
  what: What,
): Promise<void> {
  if (what.type === "TABLE") await expectKind(ports, session, statement.target, what);
  const dropped = await ports.transactions.run(async (transaction) => {
    const ids = await ports.metastore.drop(transaction, permit, { cascade: statement.cascade });
    if (ids.length > 0) await ports.tables.drop(transaction, ids);
    await permit.settleIn(transaction, { status: "ok" });
    return ids;
  });
  if (dropped.length > 0) await ports.tables.removeDropped(dropped);
}
