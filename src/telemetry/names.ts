import type { DecisionRecord, ModelUsage } from "#kernel/mod.ts";

/** What OpenTelemetry calls the providers that it has names for; others keep theirs. */
const providerNames: Readonly<Record<string, string>> = {
  "amazon-bedrock": "aws.bedrock",
  "google-cloud-vertex-ai": "gcp.vertex_ai",
  "databricks-model-serving": "databricks",
};

/** Operations by the protocol that an endpoint was asked in. */
const operations: Readonly<Record<string, string>> = {
  embeddings: "embeddings",
  completions: "text_completion",
  "generate-content": "generate_content",
};

/** A question to an endpoint as the conventions for generative AI name it. */
export interface GenAiNames {
  readonly operation: string;
  readonly provider: string;
  /** Empty for an agent, and where no model was reached. */
  readonly model: string;
  readonly endpoint: string;
}

/** An agent is what answered, with no model of its own named. */
const isAgents = ({ destination, served_entity_id }: ModelUsage): boolean =>
  destination === undefined && served_entity_id !== undefined;

export function genAiNamesOf({ what }: Pick<DecisionRecord, "what">, usage: ModelUsage): GenAiNames {
  const { destination, api } = usage;
  return {
    operation: isAgents(usage) ? "invoke_agent" : (operations[api] ?? "chat"),
    provider: destination ? (providerNames[destination.provider] ?? destination.provider) : "",
    model: destination?.model ?? "",
    endpoint: what[0]!.name,
  };
}

/** A statement's kind as SQL calls it: `create_table` is CREATE TABLE. */
export const sqlOperation = (kind: string): string =>
  kind === "query_statement" ? "SELECT" : kind.replaceAll("_", " ").toUpperCase();

/** `db.system.name`, since statements are asked of this server whatever engine runs them. */
export const DB_SYSTEM = "lakeward";
