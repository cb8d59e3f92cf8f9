import type { ServiceDefinition } from "#kernel/mod.ts";
import type { AskedModels } from "../asked.ts";
import { modelConfigOf } from "./model-config.ts";

/** A model service in the form in which endpoints are asked: the two dialects of configuration come together here. */
export function askedOf(service: ServiceDefinition): AskedModels {
  const { id, name, comment, version, created_by, created_at, updated_at, config } = service;
  const { task, destinations, fallbacks, rate_limits, inference_table, guardrails, service_policies } =
    modelConfigOf(config);
  return {
    id,
    name,
    kind: "external_model",
    task,
    description: comment ?? "",
    creator: created_by,
    created_at_ms: created_at.getTime(),
    updated_at_ms: updated_at.getTime(),
    config_version: version,
    entities: [...destinations, ...fallbacks],
    routes: destinations.map((one) => ({ entity: one.name, percentage: one.traffic_percentage ?? 0 })),
    fallbacks: fallbacks.map((one) => one.name),
    ...(service_policies && { policies: service_policies }),
    ai_gateway: {
      ...(rate_limits && { rate_limits }),
      ...(guardrails && { guardrails }),
      ...(inference_table && { inference_table_config: inference_table }),
      fallback_config: { enabled: fallbacks.length > 0 },
    },
    tags: [],
  };
}
