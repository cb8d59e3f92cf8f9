import { Fault } from "#wire/errors.ts";
import type { Applying } from "./applying.ts";
import { dollarsOf } from "./money.ts";

/**
 * Why a question was refused: which budget, how much that is, and when it begins anew. What others have spent of it is told to nobody.
 * Source of the first sentence and the code: the message of a budget that blocks, as workspaces of Databricks answer it (403).
 */
export function exhausted(
  applies: readonly Applying[],
  gone: readonly number[],
  firm: number,
  renews_ms: number,
): Fault {
  const index = applies.findIndex(({ max }, i) => max !== null && gone[i]! + firm > max);
  const { budget, max, principal_id } = applies[index]!;
  const limit = `its limit of $${dollarsOf(max!)}${principal_id === "" ? "" : " for you"}`;
  const named = `Budget "${budget.display_name}" (${budget.id})`;
  const why =
    gone[index]! >= max!
      ? `${named} has reached ${limit} in this month.`
      : `${named} has less left of ${limit} in this month than this question may cost, which is $${dollarsOf(firm)}: shorten it, or lower its max_tokens.`;
  const renews = new Date(renews_ms).toISOString().slice(0, "YYYY-MM-DD".length);
  return new Fault(
    "PERMISSION_DENIED",
    `${why} It begins anew on ${renews} (UTC). Ask an administrator of the account for more.`,
  );
}

/** What nobody said the price of cannot be kept within a budget. */
export const unpriced = ({ budget }: Applying, model: string): Fault =>
  new Fault(
    "PERMISSION_DENIED",
    `Budget "${budget.display_name}" (${budget.id}) blocks what would go past it, and what the model '${model}' costs is not known. Ask an administrator to say its price by 'models.prices' in lakeward.yaml, or to take this endpoint out of the budget by its tags.`,
  );
