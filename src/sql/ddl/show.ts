import { type Action, catalog, metastore, type Ownable, schema, table, type What } from "#kernel/mod.ts";
import type { ShowObjects } from "../ast/reading.ts";
import { catalogName, objectName, schemaName, splitName } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { listing, type Session, type StatementResult } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { matchesPattern } from "./pattern.ts";

interface Listing {
  readonly type: Ownable;
  readonly see: Action;
  readonly parent: (session: Session, statement: ShowObjects) => { readonly what: What; readonly action: Action };
  readonly columns: readonly string[];
  readonly row: (name: string) => readonly string[];
}

const inSchema: Listing["parent"] = (session, statement) => ({
  what: schema(schemaName(statement.scope, session.current)),
  action: "schema.read_metadata",
});
const placed = (name: string): readonly string[] => [
  splitName(name).parent.split(".")[1] ?? "",
  splitName(name).last,
  "false",
];

/** Column names: Databricks docs "SHOW CATALOGS", "SHOW SCHEMAS", "SHOW TABLES", "SHOW VIEWS", "SHOW FUNCTIONS". */
const listings: Readonly<Record<Exclude<ShowObjects["objects"], "COLUMNS">, Listing>> = {
  CATALOGS: {
    type: "CATALOG",
    see: "catalog.read_metadata",
    parent: () => ({ what: metastore, action: "metastore.read_metadata" }),
    columns: ["catalog"],
    row: (name) => [name],
  },
  SCHEMAS: {
    type: "SCHEMA",
    see: "schema.read_metadata",
    parent: (session, statement) => ({
      what: catalog(catalogName(statement.scope, session.current)),
      action: "catalog.read_metadata",
    }),
    columns: ["databaseName"],
    row: (name) => [splitName(name).last],
  },
  TABLES: {
    type: "TABLE",
    see: "table.read_metadata",
    parent: inSchema,
    columns: ["database", "tableName", "isTemporary"],
    row: placed,
  },
  VIEWS: {
    type: "TABLE",
    see: "table.read_metadata",
    parent: inSchema,
    columns: ["namespace", "viewName", "isTemporary"],
    row: placed,
  },
  FUNCTIONS: {
    type: "FUNCTION",
    see: "function.read_metadata",
    parent: inSchema,
    columns: ["function"],
    row: (name) => [name],
  },
};

/** SHOW CATALOGS | SCHEMAS | TABLES | VIEWS | FUNCTIONS | COLUMNS: only what the caller may know of. */
export async function showObjects(ports: SqlPorts, session: Session, statement: ShowObjects): Promise<StatementResult> {
  if (statement.objects === "COLUMNS") return showColumns(ports, session, statement);
  const { type, see, parent, columns, row } = listings[statement.objects];
  const { what, action } = parent(session, statement);
  const permit = await ports.gate.enter(session.who, action, what, session.doorway);
  return under(
    permit,
    async () => {
      const candidates = await ports.metastore.candidates(type, what);
      const known = await ports.gate.filter(session.who, see, candidates, session.doorway);
      const wanted = known.filter((one) => matchesPattern(splitName(one.name).last, statement.pattern));
      const kept = statement.objects === "VIEWS" ? await viewsAmong(ports, session, wanted) : wanted;
      const names = kept.map((one) => one.name).toSorted();
      return listing(columns, names.map(row));
    },
    (made) => made.rows.length,
  );
}

async function showColumns(ports: SqlPorts, session: Session, statement: ShowObjects): Promise<StatementResult> {
  const name = objectName(statement.scope!, session.current);
  const permit = await ports.gate.enter(session.who, "table.read_metadata", table(name), session.doorway);
  return under(
    permit,
    async () => {
      const { columns } = await ports.metastore.relation(permit);
      return listing(
        ["col_name"],
        columns.map((column) => [column.name]),
      );
    },
    (made) => made.rows.length,
  );
}

async function viewsAmong(ports: SqlPorts, session: Session, known: readonly What[]): Promise<readonly What[]> {
  if (known.length === 0) return [];
  const wishes = known.map((what) => ["table.read_metadata", what] as const);
  const permits = await ports.gate.enterAll(session.who, wishes, session.doorway);
  const kinds = await Promise.all(
    permits.map((permit) => under(permit, async () => (await ports.metastore.relation(permit)).kind)),
  );
  return known.filter((_, i) => kinds[i] === "view");
}
