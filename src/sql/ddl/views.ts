import { type ColumnDefinition, schema } from "#kernel/mod.ts";
import type { CreateView } from "../ast/routine.ts";
import { type QueryReads, writtenLineage } from "../lineage/reads.ts";
import { Access } from "../plan/access.ts";
import { faultAt, objectName, splitName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { planQuery } from "../plan/query.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { unlessExists } from "./existence.ts";

/** CREATE [OR REPLACE] VIEW: its query is planned as the creator, who needs access to all it names; it runs for others as its owner's loan. */
export async function createView(ports: SqlPorts, session: Session, statement: CreateView): Promise<StatementResult> {
  const name = objectName(statement.name, session.current);
  const { parent, last } = splitName(name);
  if (session.parameters.size > 0)
    throw faultAt(statement.at, "A view's query takes no parameters", "UNSUPPORTED_FEATURE", "0A000");
  const permit = await ports.gate.enter(session.who, "table.create", schema(parent), session.doorway);
  return under(permit, async () => {
    const { columns, reads } = await shapeOf(ports, session, statement);
    const names = columns.map((column) => column.name);
    await unlessExists("TABLE_ALREADY_EXISTS", statement.if_not_exists, () =>
      ports.metastore.createView(permit, {
        name: last,
        columns,
        text: statement.text,
        current: [session.current.catalog, session.current.schema],
        replace: statement.replace,
        ...(statement.comment !== null && { comment: statement.comment }),
        lineage: writtenLineage(session.statement_id, { type: "VIEW", name }, names, reads),
      }),
    );
    return DONE;
  });
}

async function shapeOf(
  ports: SqlPorts,
  session: Session,
  statement: CreateView,
): Promise<{ readonly columns: readonly ColumnDefinition[]; readonly reads: QueryReads }> {
  const access = new Access(ports, session);
  const plan = await access.closing(
    () => planQuery(ports, session, access, statement.query),
    () => 0,
  );
  const named = statement.columns;
  if (named.length > 0 && named.length !== plan.columns.length)
    throw faultAt(
      statement.at,
      `The view names ${named.length} columns and its query has ${plan.columns.length}`,
      "CREATE_VIEW_COLUMN_ARITY_MISMATCH",
      "21S01",
    );
  const columns = plan.columns.map(({ name, type }, i): ColumnDefinition => {
    const declared = named[i];
    return {
      name: declared?.name.text ?? name,
      type,
      nullable: true,
      ...(declared && declared.comment !== null && { comment: declared.comment }),
    };
  });
  const keys = columns.map((column) => column.name.toLowerCase());
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined)
    throw faultAt(statement.at, `Column \`${twice}\` is there twice`, "COLUMN_ALREADY_EXISTS", "42711");
  return { columns, reads: plan.reads };
}
