import { catalog, metastore } from "#kernel/mod.ts";
import type { CreateCatalog, CreateSchema } from "../ast/container.ts";
import { catalogName, schemaName, splitName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { DONE, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { unlessExists } from "./existence.ts";

/** CREATE CATALOG [IF NOT EXISTS] name [COMMENT c]. */
export async function createCatalog(
  ports: SqlPorts,
  session: Session,
  statement: CreateCatalog,
): Promise<StatementResult> {
  const name = catalogName(statement.name, session.current);
  const permit = await ports.gate.enter(session.who, "catalog.create", metastore, session.doorway);
  return under(permit, async () => {
    await unlessExists("CATALOG_ALREADY_EXISTS", statement.if_not_exists, () =>
      ports.metastore.createCatalog(permit, {
        name,
        ...(statement.comment !== null && { comment: statement.comment }),
      }),
    );
    return DONE;
  });
}

/** CREATE SCHEMA [IF NOT EXISTS] [catalog.]name [COMMENT c]. */
export async function createSchema(
  ports: SqlPorts,
  session: Session,
  statement: CreateSchema,
): Promise<StatementResult> {
  const { parent, last } = splitName(schemaName(statement.name, session.current));
  const permit = await ports.gate.enter(session.who, "schema.create", catalog(parent), session.doorway);
  return under(permit, async () => {
    await unlessExists("SCHEMA_ALREADY_EXISTS", statement.if_not_exists, () =>
      ports.metastore.createSchema(permit, {
        name: last,
        ...(statement.comment !== null && { comment: statement.comment }),
      }),
    );
    return DONE;
  });
}
