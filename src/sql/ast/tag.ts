import type { Identifier } from "./name.ts";
import type { Position } from "./position.ts";
import type { SecurableReference } from "./securable.ts";

/** `CREATE GOVERNED TAG key [DESCRIPTION '…'] [VALUES ('…', …)]`. Keys and values distinguish case. */
export interface CreateGovernedTag {
  readonly kind: "create_governed_tag";
  readonly at: Position;
  readonly key: string;
  readonly description: string | null;
  readonly values: readonly string[];
}

export interface DropGovernedTag {
  readonly kind: "drop_governed_tag";
  readonly at: Position;
  readonly key: string;
}

/** A tag to put on something; its value is empty when only the key was written. */
export interface TagSetting {
  readonly key: string;
  readonly value: string;
}

/** `ALTER … SET TAGS (…)`, `… UNSET TAGS (…)`, `SET TAG ON …` and `UNSET TAG ON …`. `column`: of the table or view named. */
export interface ChangeTags {
  readonly kind: "change_tags";
  readonly at: Position;
  readonly target: SecurableReference;
  readonly column: Identifier | null;
  readonly set: readonly TagSetting[];
  readonly unset: readonly string[];
}
