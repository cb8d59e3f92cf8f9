import { table, type What } from "#kernel/mod.ts";
import type { InferenceTableConfig } from "#wire/serving/ai-gateway.ts";

/** The table of an endpoint that is configured to have one; undefined of another. Without a prefix it has the endpoint's name. */
export function payloadTable(config: InferenceTableConfig | undefined, endpoint: string): What | undefined {
  if (!config?.enabled) return undefined;
  const { catalog_name, schema_name, table_name_prefix = endpoint } = config;
  return table(`${catalog_name}.${schema_name}.${table_name_prefix}_payload`);
}
