import type { Expression } from "../resolve/resolved.ts";

/**
 * How a policy gets to work: the condition that rows must meet, and the value that stands for a masked column. Others are put
 * in their place by the mutation tests alone.
 */
export interface Enforcement {
  readonly applyFilter: (filter: Expression) => Expression | null;
  readonly applyMask: (column: Expression, mask: Expression) => Expression;
}

export const enforcement: Enforcement = Object.freeze({
  applyFilter: (filter: Expression) => filter,
  applyMask: (_column: Expression, mask: Expression) => mask,
});
