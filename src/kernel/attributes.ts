import type { ColumnMask, Obligation, PolicyArgument, RowFilter } from "./obligations.ts";
import { holdsOf, type Tag, type TagCondition } from "./tags.ts";
import { spoken, type What } from "./what.ts";

/** An argument of an attribute policy's function: a matched column, by its alias, or a literal. */
export type AttributeArgument =
  | { readonly kind: "alias"; readonly alias: string }
  | Extract<PolicyArgument, { readonly kind: "literal" }>;

/** One MATCH COLUMNS condition; its alias is null when nothing refers to it. */
export interface ColumnMatch {
  readonly alias: string | null;
  readonly condition: TagCondition;
}

/** A row filter or column mask that holds for all tables beneath a securable, where tags and the caller are as it says. */
export interface AttributePolicy {
  readonly name: string;
  readonly on: What;
  readonly to: readonly string[];
  readonly except: readonly string[];
  /** Asked of the table's tags, inherited ones included. */
  readonly when: TagCondition | null;
  /** Asked of each column's own tags; each must be met by a column. */
  readonly match: readonly ColumnMatch[];
  readonly function: string;
  /** Alias of the columns that a mask is for; null of a row filter. */
  readonly masks: string | null;
  readonly using: readonly AttributeArgument[];
  /** Keys that its conditions name and that are governed no more. */
  readonly ungoverned: readonly string[];
}

/** What attribute policies say about one table: the policies of it and its parents, its tags and its columns' tags. */
export interface AttributeFacts {
  readonly policies: readonly AttributePolicy[];
  readonly tags: readonly Tag[];
  readonly columns: readonly { readonly name: string; readonly tags: readonly Tag[] }[];
}

/** Why policies cannot be told apart or applied, so that nobody they are for reads the table. */
export interface PolicyRefusal {
  /** The error condition. */
  readonly condition: string;
  readonly detail: string;
}

/** The obligations that follow for one caller, the table's own included; or why none of it may be read. */
export interface Applied {
  readonly obligations: readonly Obligation[];
  readonly refusal: PolicyRefusal | null;
}

/** What one policy comes to on one table for those it concerns: the filter or masks, why it protects nothing, or why none may read. */
export type Outcome =
  | { readonly obligations: readonly Obligation[] }
  | { readonly idle: "WHEN does not hold for the table" | "no column matches" }
  | { readonly refusal: PolicyRefusal };

/**
 * The policies in force for a caller of these names. At most one row filter and one mask of each column may be; conditions as on
 * Databricks ("ABAC policies", conflicts), but for those of a lost dependency, which are ours.
 */
export function policiesFor(
  table: What,
  own: readonly Obligation[],
  facts: AttributeFacts | undefined,
  names: ReadonlySet<string>,
): Applied {
  if (!facts || facts.policies.length === 0) return { obligations: own, refusal: null };
  const outcomes = facts.policies.filter((one) => concerns(one, names)).map((one) => outcomeOf(one, facts));
  const refused = outcomes.find((one) => "refusal" in one);
  if (refused) return { obligations: [], refusal: refused.refusal };
  const obligations = [...own, ...outcomes.flatMap((one) => ("obligations" in one ? one.obligations : []))];
  const refusal = conflictOf(table, obligations);
  return { obligations: refusal ? [] : obligations, refusal };
}

/** Whether a policy is for a caller of these names: one of TO, and none of EXCEPT. */
function concerns(policy: AttributePolicy, names: ReadonlySet<string>): boolean {
  return policy.to.some((one) => names.has(one)) && !policy.except.some((one) => names.has(one));
}

/** What the policy comes to on the table of these facts. */
export function outcomeOf(policy: AttributePolicy, facts: AttributeFacts): Outcome {
  const [lost] = policy.ungoverned;
  if (lost !== undefined)
    return refused(policy, "UC_ABAC_UNKNOWN_TAG_POLICY", `asks for the tag '${lost}', which is governed no more`);
  if (policy.when && !holdsOf(policy.when, facts.tags)) return { idle: "WHEN does not hold for the table" };
  const matched = policy.match.map(({ alias, condition }) => ({
    alias,
    columns: facts.columns.filter((column) => holdsOf(condition, column.tags)).map((column) => column.name),
  }));
  if (matched.some((one) => one.columns.length === 0)) return { idle: "no column matches" };
  const columnsOf = (alias: string) => matched.find((one) => one.alias === alias)?.columns ?? [];
  const given: PolicyArgument[] = [];
  for (const argument of policy.using) {
    if (argument.kind === "literal") given.push(argument);
    else {
      const [column, ...more] = columnsOf(argument.alias);
      if (column === undefined || more.length > 0)
        return refused(
          policy,
          "UC_ABAC_AMBIGUOUS_COLUMN_MATCH",
          `gives '${argument.alias}' to its function, and more than one column matches it`,
        );
      given.push({ kind: "column", column });
    }
  }
  const common = { policy: policy.name, function: policy.function, arguments: given };
  if (policy.masks === null) return { obligations: [{ type: "row_filter", ...common } satisfies RowFilter] };
  const masks = columnsOf(policy.masks).map(
    (column) => ({ type: "column_mask", column, ...common }) satisfies ColumnMask,
  );
  return { obligations: masks };
}

function refused(policy: AttributePolicy, condition: string, what: string): Outcome {
  return { refusal: { condition, detail: `Policy '${policy.name}' of ${spoken(policy.on)} ${what}` } };
}

function conflictOf(table: What, obligations: readonly Obligation[]): PolicyRefusal | null {
  const filters = obligations.filter((one) => one.type === "row_filter");
  if (filters.length > 1)
    return conflict("UC_ABAC_MULTIPLE_ROW_FILTERS", `${spoken(table)} has`, "row filters", filters);
  const masks = Map.groupBy(
    obligations.filter((one) => one.type === "column_mask"),
    (one) => one.column.toLowerCase(),
  );
  for (const [column, found] of masks)
    if (found.length > 1)
      return conflict("UC_ABAC_MULTIPLE_COLUMN_MASKS", `Column '${column}' of ${spoken(table)} has`, "masks", found);
  return null;
}

function conflict(condition: string, of: string, what: string, found: readonly Obligation[]): PolicyRefusal {
  const policies = found.map((one) => `'${one.policy}'`).join(", ");
  return { condition, detail: `${of} more than one of the ${what} ${policies} for you` };
}
