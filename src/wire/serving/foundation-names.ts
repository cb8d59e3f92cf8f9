/**
 * Databricks' own models are asked there at endpoints that every workspace has, `databricks-claude-sonnet-4`, and as model services,
 * `system.ai.claude-sonnet-4`. New ones come each month, so they are known by how their names begin.
 * Sources: Databricks docs "Databricks-hosted foundation models available in Foundation Model APIs" and "Unity AI Gateway".
 */
const FOUNDATION = /^(?:databricks-|system\.ai\.)[\w.-]{1,100}$/;

/** Whether a name is one of Databricks' own models. */
export const isFoundationName = (name: string): boolean => FOUNDATION.test(name);

/** Numbers in a vector of Databricks' embedding models, by their names without that beginning. Source: the first of these pages. */
const dimensions: Readonly<Record<string, number>> = {
  "gte-large-en": 1_024,
  "bge-large-en": 1_024,
  "qwen3-embedding-0-6b": 1_024,
};

/**
 * What to do when no endpoint here has the name of one of Databricks' own models; empty for any other name. The same whether there is
 * an endpoint that the caller may not know of or none.
 */
export function foundationHint(name: string): string {
  if (!isFoundationName(name)) return "";
  const numbers = dimensions[name.replace(/^databricks-|^system\.ai\./, "")];
  const caution =
    numbers === undefined
      ? ""
      : ` On Databricks its vectors have ${numbers} numbers: an index filled by it can be searched by the vectors of no other model.`;
  return ` It is a name of Databricks' own models: an administrator lets it mean an endpoint of this workspace by a line '${name}: <endpoint>' under 'models.aliases' in lakeward.yaml.${caution}`;
}
