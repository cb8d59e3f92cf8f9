import type { Identifier, Name } from "./name.ts";
import type { PolicyCall } from "./policy.ts";
import type { Position } from "./position.ts";
import type { Query } from "./query.ts";
import type { TypeSyntax } from "./type.ts";

export interface ColumnDeclaration {
  readonly kind: "column_declaration";
  readonly at: Position;
  readonly name: Identifier;
  readonly type: TypeSyntax;
  readonly nullable: boolean;
  readonly comment: string | null;
  readonly mask: PolicyCall | null;
}

/** With `query` a CTAS; then `columns` is empty and the query names them. Without it there is at least one column. */
export interface CreateTable {
  readonly kind: "create_table";
  readonly at: Position;
  readonly name: Name;
  readonly replace: boolean;
  readonly if_not_exists: boolean;
  readonly columns: readonly ColumnDeclaration[];
  readonly row_filter: PolicyCall | null;
  readonly comment: string | null;
  readonly query: Query | null;
}

/** `columns` is empty when not written: then the query's columns go to the table's, in order. */
export interface Insert {
  readonly kind: "insert";
  readonly at: Position;
  readonly table: Name;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

/** `ALTER TABLE t SET ROW FILTER f ON (…)`; `filter` null for `DROP ROW FILTER`. */
export interface ChangeRowFilter {
  readonly kind: "change_row_filter";
  readonly at: Position;
  readonly table: Name;
  readonly filter: PolicyCall | null;
}

/** `ALTER TABLE t ALTER COLUMN c SET MASK f …`; `mask` null for `DROP MASK`. */
export interface ChangeColumnMask {
  readonly kind: "change_column_mask";
  readonly at: Position;
  readonly table: Name;
  readonly column: Identifier;
  readonly mask: PolicyCall | null;
}
