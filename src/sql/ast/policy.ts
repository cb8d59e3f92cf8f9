import type { Literal } from "./literal.ts";
import type { Identifier, Name } from "./name.ts";
import type { Position } from "./position.ts";

/** A column of the governed table, by its bare name. */
export interface PolicyColumn {
  readonly kind: "policy_column";
  readonly at: Position;
  readonly name: Identifier;
}

/** STRING, numeric, BOOLEAN, INTERVAL or NULL; a sign is folded into the number. */
export interface PolicyLiteral {
  readonly kind: "policy_literal";
  readonly at: Position;
  readonly value: Literal;
}

/** The function of a row filter or column mask with its arguments; a mask's first argument, the column itself, is not among them. */
export interface PolicyCall {
  readonly kind: "policy_call";
  readonly at: Position;
  readonly function: Name;
  readonly arguments: readonly (PolicyColumn | PolicyLiteral)[];
}
