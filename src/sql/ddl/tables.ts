import { type ColumnDefinition, type MaskBinding, schema } from "#kernel/mod.ts";
import { nameKey } from "../ast/name.ts";
import type { ColumnDeclaration, CreateTable } from "../ast/writing.ts";
import { writtenLineage } from "../lineage/reads.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { Access } from "../plan/access.ts";
import { faultAt, objectName, splitName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { planQuery } from "../plan/query.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { typeText } from "../plan/types.ts";
import { unlessExists } from "./existence.ts";
import { bindMask, bindRowFilter } from "./policy-binding.ts";
import { writeRows } from "./write.ts";

/** CREATE TABLE name (columns …) [WITH ROW FILTER …], and CREATE TABLE name AS query. */
export async function createTable(ports: SqlPorts, session: Session, statement: CreateTable): Promise<StatementResult> {
  if (statement.replace) throw unsupportedFault(statement.at, "CREATE OR REPLACE TABLE");
  const name = objectName(statement.name, session.current);
  const { parent } = splitName(name);
  const permit = await ports.gate.enter(session.who, "table.create", schema(parent), session.doorway);
  return under(
    permit,
    async () => {
      const make = statement.query ? createAsQuery : createEmpty;
      let rows = 0;
      await unlessExists("TABLE_ALREADY_EXISTS", statement.if_not_exists, async () => {
        rows = await make(ports, session, { permit, statement, name });
      });
      return { made: DONE, rows };
    },
    ({ rows }) => rows,
  ).then(({ made }) => made);
}

interface Making {
  readonly permit: Parameters<SqlPorts["metastore"]["createTable"]>[1];
  readonly statement: CreateTable;
  readonly name: string;
}

async function createEmpty(ports: SqlPorts, session: Session, making: Making): Promise<number> {
  const { permit, statement, name } = making;
  const columns = statement.columns.map(columnOf);
  refuseDuplicates(statement, columns);
  const masks: MaskBinding[] = [];
  for (const column of statement.columns) {
    if (!column.mask) continue;
    const mask = await bindMask(ports, session, column.mask, columns, nameKey(column.name));
    masks.push({ column: column.name.text, mask });
  }
  const row_filter = statement.row_filter && (await bindRowFilter(ports, session, statement.row_filter, columns));
  await ports.transactions.run(async (transaction) => {
    await ports.metastore.createTable(transaction, permit, {
      name: splitName(name).last,
      columns,
      masks,
      ...(row_filter && { row_filter }),
      ...(statement.comment !== null && { comment: statement.comment }),
    });
    await permit.settleIn(transaction, { status: "ok", rows: 0 });
  });
  return 0;
}

/** Files first, under an id minted here; then one transaction makes the table, its first version and the record. */
async function createAsQuery(ports: SqlPorts, session: Session, making: Making): Promise<number> {
  const { permit, statement, name } = making;
  if (statement.row_filter)
    throw unsupportedFault(
      statement.row_filter.at,
      "A row filter in CREATE TABLE AS",
      "Set it by ALTER TABLE afterwards.",
    );
  const access = new Access(ports, session);
  return access.closing(
    async () => {
      const plan = await planQuery(ports, session, access, statement.query!);
      const columns: readonly ColumnDefinition[] = plan.columns.map(({ name: column, type }) => {
        if (type === "VOID")
          throw faultAt(statement.at, `Column \`${column}\` has no type: cast its NULL`, "DATATYPE_MISMATCH", "42K09");
        return { name: column, type, nullable: true };
      });
      refuseDuplicates(statement, columns);
      const id = ports.ids.uuid();
      return writeRows(ports, session, plan, { id, columns, read_version: 0 }, async (transaction, rows) => {
        await ports.metastore.createTable(transaction, permit, {
          id,
          name: splitName(name).last,
          columns,
          ...(statement.comment !== null && { comment: statement.comment }),
        });
        const target = { type: "TABLE", name } as const;
        const names = columns.map((column) => column.name);
        const lineage = writtenLineage(session.statement_id, target, names, plan.reads);
        await permit.settleIn(transaction, { status: "ok", rows, lineage });
      });
    },
    (rows) => rows,
  );
}

function columnOf(declared: ColumnDeclaration): ColumnDefinition {
  return {
    name: declared.name.text,
    type: typeText(declared.type),
    nullable: declared.nullable,
    ...(declared.comment !== null && { comment: declared.comment }),
  };
}

function refuseDuplicates(statement: CreateTable, columns: readonly ColumnDefinition[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    const key = name.toLowerCase();
    if (seen.has(key))
      throw faultAt(statement.at, `Column \`${name}\` is there twice`, "COLUMN_ALREADY_EXISTS", "42711");
    seen.add(key);
  }
}
