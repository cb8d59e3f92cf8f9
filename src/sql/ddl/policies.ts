import { type ColumnDefinition, type Permit, table } from "#kernel/mod.ts";
import { type Name, nameKey } from "../ast/name.ts";
import type { ChangeColumnMask, ChangeRowFilter } from "../ast/writing.ts";
import { faultAt, objectName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { bindMask, bindRowFilter } from "./policy-binding.ts";

/** ALTER TABLE t SET ROW FILTER f ON (…), and DROP ROW FILTER. */
export function changeRowFilter(
  ports: SqlPorts,
  session: Session,
  statement: ChangeRowFilter,
): Promise<StatementResult> {
  return changePolicy(ports, session, statement.table, async (permit, columns) => {
    const filter = statement.filter && (await bindRowFilter(ports, session, statement.filter, columns));
    await ports.metastore.setRowFilter(permit, filter);
  });
}

/** ALTER TABLE t ALTER COLUMN c SET MASK f [USING COLUMNS (…)], and DROP MASK. */
export function changeColumnMask(
  ports: SqlPorts,
  session: Session,
  statement: ChangeColumnMask,
): Promise<StatementResult> {
  return changePolicy(ports, session, statement.table, async (permit, columns, name) => {
    const column = columns.find((one) => one.name.toLowerCase() === nameKey(statement.column));
    if (!column)
      throw faultAt(
        statement.column.at,
        `Table '${name}' has no column \`${statement.column.text}\``,
        "UNRESOLVED_COLUMN",
        "42703",
      );
    const mask = statement.mask && (await bindMask(ports, session, statement.mask, columns, nameKey(statement.column)));
    await ports.metastore.setColumnMask(permit, column.name, mask);
  });
}

type PolicyChange = (
  permit: Permit<"table.set_policy">,
  columns: readonly ColumnDefinition[],
  name: string,
) => Promise<void>;

/** Under a permit for a table's policies. @throws Fault for a view, which has none of its own. */
async function changePolicy(
  ports: SqlPorts,
  session: Session,
  named: Name,
  change: PolicyChange,
): Promise<StatementResult> {
  const name = objectName(named, session.current);
  const permit = await ports.gate.enter(session.who, "table.set_policy", table(name), session.doorway);
  return under(permit, async () => {
    const { kind, columns } = await ports.metastore.relation(permit);
    if (kind !== "table")
      throw faultAt(named.at, "Policies are set on tables, not on views", "EXPECT_TABLE_NOT_VIEW", "42809");
    await change(permit, columns, name);
    return DONE;
  });
}
