/** Amounts are whole billionths of a dollar, so that sums are exact: a token of the cheapest model costs some of them. */
const NANODOLLARS = 1_000_000_000;
/** What a budget's amount may be at most, in dollars: beyond it a number of JavaScript is not exact any more. */
export const DOLLARS_MAX = 1_000_000;

const AMOUNT = /^(\d{1,7})(?:\.(\d{1,9}))?$/;

/** Billionths of a dollar of an amount as `12.5`; undefined when it is none, or too large. */
export function nanodollarsOf(amount: string): number | undefined {
  const [, whole, part = ""] = AMOUNT.exec(amount) ?? [];
  if (whole === undefined || Number(whole) > DOLLARS_MAX) return undefined;
  return Number(whole) * NANODOLLARS + Number(part.padEnd(9, "0"));
}

/**
 * What dollars come to, rounded up: nothing that costs something counts as nothing. What is beyond all budgets, as a question with a bound of
 * any number of tokens, is as much as a number can be exact.
 */
export const nanodollarsFor = (dollars: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(Number((dollars * NANODOLLARS).toFixed(3))));

/** An amount as a text without zeros at its end: `12.5`. */
export function dollarsOf(nanodollars: number): string {
  const whole = Math.floor(nanodollars / NANODOLLARS);
  const part = String(nanodollars % NANODOLLARS)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return part === "" ? String(whole) : `${whole}.${part}`;
}
