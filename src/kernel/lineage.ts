/** A view or function that stands between a statement and what it reads. */
export interface Hop {
  readonly type: "VIEW" | "FUNCTION";
  readonly name: string;
}

/** A table or view that a statement read, by one way. */
export interface ReadRelation {
  readonly name: string;
  readonly type: "TABLE" | "VIEW";
  /** Outermost first; empty for what the statement itself names. */
  readonly through: readonly Hop[];
  /** Names of the policies that were applied; of a view none, as they are those of its tables. */
  readonly row_filters: readonly string[];
  readonly column_masks: readonly { readonly column: string; readonly policy: string }[];
}

/** A column that a statement read, and the column written from it; null where nothing was written. */
export interface ColumnFlow {
  /** Index among `reads`. */
  readonly from: number;
  readonly column: string;
  readonly to: string | null;
  /** Policies whose values were seen in the column's stead, also beneath a view. */
  readonly masked_by: readonly string[];
}

/** Where a statement's rows came from and where they went: names alone. It is part of the statement's record. */
export interface Lineage {
  readonly statement_id: string;
  /** Null for rows that were only read. */
  readonly target: { readonly type: "TABLE" | "VIEW"; readonly name: string } | null;
  readonly reads: readonly ReadRelation[];
  readonly columns: readonly ColumnFlow[];
  /** The statement is too entangled to be told whole: columns are missing. */
  readonly cut?: true;
}
