import { anyMapping, neededText } from "#base/settings.ts";
import { Fault } from "#wire/errors.ts";
import { isFoundationName } from "#wire/serving/foundation-names.ts";

/** Databricks' names of models, each with the endpoint of this workspace that is asked in its place. */
export type Aliases = Readonly<Record<string, string>>;

/**
 * Reads `models.aliases` of lakeward.yaml. A name leads to an endpoint and nowhere else: who may ask, the limits and the guardrails are
 * that endpoint's, and the record names it. @throws Error that names the place.
 */
export function readAliases(value: unknown, at: string): Aliases {
  const given = anyMapping(value ?? {}, at, "names of Databricks' models, each with an endpoint of this workspace");
  const aliases = Object.fromEntries(
    Object.entries(given).map(([name, target]) => [name, neededText(target, `${at}.${name}`)]),
  );
  for (const [name, target] of Object.entries(aliases)) {
    if (!isFoundationName(name))
      throw new Error(
        `${at}.${name} is no name of Databricks' models, as databricks-claude-sonnet-4: name the endpoint so`,
      );
    if (Object.hasOwn(aliases, target)) throw new Error(`${at}.${name} leads to another alias: name its endpoint`);
  }
  return aliases;
}

/** The endpoint for SQL functions that name none. @throws Fault INVALID_STATE when the operator has set none. */
export function endpointOfFunctions(ai_functions: string | undefined): string {
  if (ai_functions !== undefined) return ai_functions;
  throw new Fault(
    "INVALID_STATE",
    "No model is set for AI functions. Ask one by name, ai_query('endpoint', …), or have an administrator write into lakeward.yaml: models: { ai_functions: name of an endpoint }.",
  );
}

/** The endpoint whose vectors SQL compares. @throws Fault INVALID_STATE when the operator has set none. */
export function endpointOfSimilarity(ai_similarity: string | undefined): string {
  if (ai_similarity !== undefined) return ai_similarity;
  throw new Fault(
    "INVALID_STATE",
    "No embedding model is set for ai_similarity. Have an administrator write into lakeward.yaml: models: { ai_similarity: name of an endpoint of an embedding model }.",
  );
}

/** The endpoint that is meant by a name. */
export const endpointNamed = (aliases: Aliases, name: string): string =>
  Object.hasOwn(aliases, name) ? aliases[name]! : name;
