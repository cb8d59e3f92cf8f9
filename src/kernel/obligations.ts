/** An argument of a policy function: a column of the governed table, or a literal. */
export type PolicyArgument =
  | { readonly kind: "column"; readonly column: string }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null };

/** Only rows for which `function(arguments)` is TRUE may be seen; FALSE and NULL drop the row. */
export interface RowFilter {
  readonly type: "row_filter";
  /** Name to show people: never the policy's text. */
  readonly policy: string;
  readonly function: string;
  readonly arguments: readonly PolicyArgument[];
}

/** Instead of `column`, `function(column, arguments)` is seen, everywhere in the statement. */
export interface ColumnMask {
  readonly type: "column_mask";
  readonly policy: string;
  readonly column: string;
  readonly function: string;
  readonly arguments: readonly PolicyArgument[];
}

/** What must be done while the permitted action is performed. A door that cannot do it may not let the caller through. */
export type Obligation = RowFilter | ColumnMask;

export type ObligationType = Obligation["type"];
