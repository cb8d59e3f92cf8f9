import type { Expression } from "../ast/expression.ts";
import type { Query } from "../ast/query.ts";

/** The printers that call each other in a circle; tied together in print.ts. */
export interface Printer {
  readonly expression: (node: Expression) => string;
  readonly query: (node: Query) => string;
}
