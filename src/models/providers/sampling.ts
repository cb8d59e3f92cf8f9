import type { JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import type { Sampling } from "../request.ts";

/** How a provider spells each parameter; it has none that is not named. */
export type SamplingWords = Readonly<Partial<Record<keyof Sampling, string>>>;

/** Values that ask for nothing. */
const neutral: Readonly<Partial<Record<keyof Sampling, number>>> = { n: 1, presence_penalty: 0, frequency_penalty: 0 };

/** The parameters in a provider's words. @throws Fault BAD_REQUEST naming one that it has no word for. */
export function samplingBody(sampling: Sampling, words: SamplingWords): JsonObject {
  const body: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(sampling) as [keyof Sampling, JsonObject[string]][]) {
    const word = words[name];
    if (word !== undefined) body[word] = value;
    else if (value !== undefined && value !== neutral[name]) throw unsupported(name, "Leave it out.");
  }
  return body;
}

/** What this provider's models cannot be asked, in the words of the form of questions. */
export const unsupported = (name: string, instead: string): Fault =>
  new Fault("BAD_REQUEST", `'${name}' is not supported by the provider of this endpoint's model. ${instead}`);
