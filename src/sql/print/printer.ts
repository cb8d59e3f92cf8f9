import type { Expression, Query, Source } from "../resolve/resolved.ts";

/** The printers that call each other in a circle; tied together in duckdb.ts. */
export interface Printer {
  /** Delimited by itself: it may stand wherever a value may. */
  readonly expression: (node: Expression) => string;
  readonly query: (node: Query) => string;
  readonly source: (node: Source) => string;
  /** A printer like this one, but one step deep: the children of what it is given are printed by `children`. */
  readonly within: (children: Printer) => Printer;
}
