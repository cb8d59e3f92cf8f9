import type { What } from "#kernel/mod.ts";
import type { SecurableReference } from "../ast/securable.ts";
import { faultAt } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import type { Session } from "../plan/session.ts";
import { under } from "../plan/settle.ts";

/** A VIEW named as a TABLE, or the other way round, is an error for whoever may change it. */
export async function expectKind(
  ports: SqlPorts,
  session: Session,
  reference: SecurableReference,
  what: What,
): Promise<void> {
  const permit = await ports.gate.enter(session.who, "table.read_metadata", what, session.doorway);
  const { kind } = await under(permit, () => ports.metastore.relation(permit));
  if (kind === "view" && reference.word === "TABLE")
    throw faultAt(reference.at, `'${what.name}' is a view: say VIEW`, "EXPECT_TABLE_NOT_VIEW", "42809");
  if (kind === "table" && reference.word === "VIEW")
    throw faultAt(reference.at, `'${what.name}' is a table: say TABLE`, "EXPECT_VIEW_NOT_TABLE", "42809");
}
