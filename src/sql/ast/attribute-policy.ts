import type { TagCondition } from "#kernel/mod.ts";
import type { Identifier, Name } from "./name.ts";
import type { PolicyColumn, PolicyLiteral } from "./policy.ts";
import type { Position } from "./position.ts";
import type { Principal, SecurableReference } from "./securable.ts";

/** A condition on tags, with its text as written. */
export interface WrittenCondition {
  readonly text: string;
  readonly condition: TagCondition;
}

/** One of MATCH COLUMNS: `condition [[AS] alias]`. */
export interface MatchedColumns {
  readonly condition: WrittenCondition;
  readonly alias: Identifier | null;
}

/** `CREATE [OR REPLACE] POLICY …`. `masks` is ON COLUMN's alias, null of a row filter; a PolicyColumn of `using` is an alias. */
export interface CreatePolicy {
  readonly kind: "create_policy";
  readonly at: Position;
  readonly replace: boolean;
  readonly name: Identifier;
  readonly target: SecurableReference;
  readonly comment: string | null;
  readonly function: Name;
  readonly to: readonly Principal[];
  readonly except: readonly Principal[];
  readonly when: WrittenCondition | null;
  readonly match: readonly MatchedColumns[];
  readonly masks: Identifier | null;
  readonly using: readonly (PolicyColumn | PolicyLiteral)[];
}

export interface DropPolicy {
  readonly kind: "drop_policy";
  readonly at: Position;
  readonly name: Identifier;
  readonly target: SecurableReference;
}

/** `SHOW [EFFECTIVE] POLICIES ON target`. */
export interface ShowPolicies {
  readonly kind: "show_policies";
  readonly at: Position;
  readonly effective: boolean;
  readonly target: SecurableReference;
}

export interface DescribePolicy {
  readonly kind: "describe_policy";
  readonly at: Position;
  readonly name: Identifier;
  readonly target: SecurableReference;
}
