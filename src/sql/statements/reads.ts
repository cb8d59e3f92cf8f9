import { Fault } from "#wire/errors.ts";
import type { Statement } from "../ast/statement.ts";

/** Whether a kind of statement only reads, whatever stands in it. A kind without a row does not compile. */
// biome-ignore format: a table is read in columns
const reads: Readonly<Record<Exclude<Statement["kind"], "explain">, boolean>> = Object.freeze({
  query_statement:    true,
  explain_governance: true,
  show_grants:        true,
  show_objects:       true,
  describe:           true,
  show_policies:      true,
  describe_policy:    true,
  create_catalog:     false,
  create_schema:      false,
  create_table:       false,
  create_view:        false,
  create_function:    false,
  drop:               false,
  change_owner:       false,
  insert:             false,
  change_row_filter:  false,
  change_column_mask: false,
  create_policy:      false,
  drop_policy:        false,
  create_governed_tag: false,
  drop_governed_tag:  false,
  change_tags:        false,
  grant:              false,
  revoke:             false,
  use_catalog:        false,
  use_schema:         false,
});

/** Decided on the tree and never on the text: a query holds queries and expressions alone, so that its kind says all. */
export function isRead(statement: Statement): boolean {
  return statement.kind === "explain" ? isRead(statement.statement) : reads[statement.kind];
}

/** @throws Fault BAD_REQUEST, SQLSTATE 25006, for a statement that would change anything. */
export function refuseWrites(statement: Statement): void {
  if (isRead(statement)) return;
  throw new Fault(
    "BAD_REQUEST",
    "Only statements that read are taken here: a query, SHOW or DESCRIBE. Send this one where writes are allowed.",
    { reason: "READ_ONLY", sqlstate: "25006", position: { line: statement.at.line, column: statement.at.column } },
  );
}
