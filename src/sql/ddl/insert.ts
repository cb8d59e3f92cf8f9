import { type Lineage, type TableDefinition, type Transaction, table } from "#kernel/mod.ts";
import { type Identifier, nameKey } from "../ast/name.ts";
import type { Query } from "../ast/query.ts";
import type { Insert } from "../ast/writing.ts";
import { writtenLineage } from "../lineage/reads.ts";
import { Access } from "../plan/access.ts";
import { column, derivedTable, item, query, select, tableAlias } from "../plan/build.ts";
import { faultAt, objectName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { planQuery } from "../plan/query.ts";
import type { Session, StatementResult } from "../plan/session.ts";
import { NO_POLICIES } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { assignable } from "../plan/types.ts";
import { writeRows } from "./write.ts";

/**
 * INSERT INTO table [(columns)] query: a blind append. Values are cast to the columns' types as on assignment; what may lose
 * meaning (text to number) is refused, a value out of range fails the statement. Columns that are not named get NULL.
 */
export async function insert(ports: SqlPorts, session: Session, statement: Insert): Promise<StatementResult> {
  const name = objectName(statement.table, session.current);
  const permit = await ports.gate.enter(session.who, "table.insert", table(name), session.doorway);
  return under(
    permit,
    async () => {
      const target = await ports.metastore.relation(permit);
      if (target.kind !== "table")
        throw faultAt(statement.table.at, `'${name}' is a view: rows go into tables`, "EXPECT_TABLE_NOT_VIEW", "42809");
      const access = new Access(ports, session);
      const rows = await access.closing(
        () =>
          insertUnder(ports, session, access, statement, target, (transaction, rows, lineage) =>
            permit.settleIn(transaction, { status: "ok", rows, lineage }),
          ),
        (count) => count,
      );
      return insertedResult(rows);
    },
    ({ rows }) => Number(rows[0]?.[0]),
  );
}

async function insertUnder(
  ports: SqlPorts,
  session: Session,
  access: Access,
  statement: Insert,
  target: TableDefinition,
  also: (transaction: Transaction, rows: number, lineage: Lineage) => Promise<void>,
): Promise<number> {
  const plan = await planQuery(ports, session, access, arranged(statement, target));
  if (plan.columns.length !== target.columns.length)
    throw faultAt(
      statement.at,
      `The query has ${plan.columns.length} columns, and ${target.columns.length} are to be filled`,
      "INSERT_COLUMN_ARITY_MISMATCH",
      "21S01",
    );
  for (const [i, column] of target.columns.entries()) {
    const given = plan.columns[i]!.type;
    if (assignable(given, column.type)) continue;
    throw faultAt(
      statement.at,
      `Column \`${column.name}\` is ${column.type} and cannot take ${given}: cast the value`,
      "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
      "KD000",
    );
  }
  const names = target.columns.map((column) => column.name);
  const lineage = writtenLineage(session.statement_id, { type: "TABLE", name: target.name }, names, plan.reads);
  const { id, columns } = target;
  return writeRows(ports, session, plan, { id, columns, read_version: "any" }, (transaction, rows) =>
    also(transaction, rows, lineage),
  );
}

/** The query with its columns in the table's order, NULL where none is named. */
function arranged(statement: Insert, target: TableDefinition): Query {
  const { at, columns: named } = statement;
  if (named.length === 0) return statement.query;
  for (const each of named) refuseUnknown(each, named, target);
  const alias = "given";
  const keys = named.map(nameKey);
  const items = target.columns.map(({ name }) =>
    keys.includes(name.toLowerCase())
      ? item(at, column(at, alias, name), name)
      : item(at, Object.freeze({ kind: "null_literal", at }), name),
  );
  const rows = derivedTable(at, statement.query, tableAlias(at, alias, keys));
  return query(at, select(at, items, [rows]));
}

function refuseUnknown(column: Identifier, named: readonly Identifier[], target: TableDefinition): void {
  const key = nameKey(column);
  if (!target.columns.some((one) => one.name.toLowerCase() === key))
    throw faultAt(column.at, `Table '${target.name}' has no column \`${column.text}\``, "UNRESOLVED_COLUMN", "42703");
  if (named.filter((one) => nameKey(one) === key).length > 1)
    throw faultAt(column.at, `Column \`${column.text}\` is named twice`, "COLUMN_ALREADY_EXISTS", "42711");
}

/** Databricks answers an INSERT with these two counts. */
function insertedResult(rows: number): StatementResult {
  const columns = ["num_affected_rows", "num_inserted_rows"].map((name) => ({ name, type: "BIGINT" }));
  return { columns, rows: [[String(rows), String(rows)]], truncated: false, governed: NO_POLICIES };
}
