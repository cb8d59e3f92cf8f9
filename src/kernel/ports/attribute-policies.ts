import type { AttributeArgument, Outcome } from "../attributes.ts";
import type { Permit } from "../permit.ts";
import type { TagCondition } from "../tags.ts";
import type { What } from "../what.ts";

/** A condition as it was written, and as it is read. */
export interface ConditionText {
  readonly text: string;
  readonly condition: TagCondition;
}

/** An attribute policy as whoever makes it says it. `masks` is the alias of the columns that a mask is for; null of a row filter. */
export interface NewPolicy {
  readonly name: string;
  readonly comment: string | null;
  readonly function: string;
  readonly to: readonly string[];
  readonly except: readonly string[];
  readonly when: ConditionText | null;
  readonly match: readonly { readonly alias: string | null; readonly condition: ConditionText }[];
  readonly masks: string | null;
  readonly using: readonly AttributeArgument[];
}

export interface DefinedPolicy extends NewPolicy {
  readonly id: string;
  readonly on: What;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/**
 * Row filters and column masks that hold by tags for all tables beneath a securable. Implemented by catalog. Each change bumps
 * the governance version in its own transaction. Faults: INVALID_PARAMETER_VALUE, RESOURCE_ALREADY_EXISTS,
 * RESOURCE_DOES_NOT_EXIST, QUOTA_EXCEEDED, PRINCIPAL_DOES_NOT_EXIST, and the function's not-found code without EXECUTE on it.
 */
export interface AttributePolicies {
  createPolicy(
    permit: Permit<"policies.update">,
    made: NewPolicy,
    options: { readonly replace: boolean },
  ): Promise<void>;
  /** Puts `made` in the place of the policy of that name, which may get another. */
  changePolicy(permit: Permit<"policies.update">, name: string, made: NewPolicy): Promise<void>;
  dropPolicy(permit: Permit<"policies.update">, name: string): Promise<void>;
  policy(permit: Permit<"policies.read"> | Permit<"policies.update">, name: string): Promise<DefinedPolicy>;
  /** Those of the permit's securable, and with `inherited` those of its parents behind them. */
  policies(
    permit: Permit<"policies.read">,
    options: { readonly inherited: boolean },
  ): Promise<readonly DefinedPolicy[]>;
  /** Those of the permit's securable and its parents, each with what it comes to there for those it concerns; null but on a table. */
  effectivePolicies(
    permit: Permit<"policies.read">,
  ): Promise<readonly (DefinedPolicy & { readonly outcome: Outcome | null })[]>;
}
