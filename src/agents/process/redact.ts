/** What stands where a secret stood. */
const MARK = "[secret]";

/**
 * A text without the secrets that the agent was started with, as far as they stand in it word for word: what an agent throws or
 * writes before it dies goes to callers and into the log. Longest first, since one may hold another.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const longest = secrets.filter((one) => one !== "").toSorted((a, b) => b.length - a.length);
  return longest.reduce((rest, secret) => rest.replaceAll(secret, MARK), text);
}
