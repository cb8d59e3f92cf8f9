import type { ServiceDefinition } from "#kernel/mod.ts";
import { refuse } from "../configuration/fields.ts";
import { supported } from "./api-types.ts";
import type { KeptDestination } from "./destinations.ts";
import { type ModelServiceConfig, modelConfigOf } from "./model-config.ts";
import { collections } from "./names.ts";
import { type ProviderConfig, providerConfigOf } from "./provider-config.ts";
import { providerKinds } from "./providers.ts";
import { shownLimit } from "./rate-limits.ts";

/** BASIC leaves out what a service stands on, and whom its limits name. Source: databricks-sdk-py `service/catalog.py`, list_model_services. */
export type View = "BASIC" | "FULL";

/** A service as REST shows it. Source: databricks-sdk-py `service/catalog.py`, ModelService and ModelProviderService. */
export function serviceInfo(service: ServiceDefinition, view: View, metastore_id: string) {
  const { type, name, owner, comment, created_at, created_by, updated_at, updated_by } = service;
  return {
    name: `${collections[type]}/${name}`,
    ...(comment !== null && { comment }),
    ...(type === "MODEL_SERVICE"
      ? modelInfo(modelConfigOf(service.config), view)
      : { config: providerConfigShown(providerConfigOf(service.config)) }),
    effective_owner: owner,
    etag: etagOf(service),
    metastore_id,
    create_time: created_at.toISOString(),
    created_by,
    update_time: updated_at.toISOString(),
    updated_by,
  };
}

function modelInfo(config: ModelServiceConfig, view: View) {
  return { config: modelConfigShown(config, view), supported_api_types: supported[config.task] };
}

function modelConfigShown(
  { destinations, fallbacks, rate_limits, inference_table, guardrails, service_policies }: ModelServiceConfig,
  view: View,
) {
  const isFull = view === "FULL";
  const fallback = fallbacks.length > 0 && { fallback: { destinations: fallbacks.map(shownDestination) } };
  return {
    ...(isFull && { routing: { destinations: destinations.map(shownDestination), ...fallback } }),
    ...(rate_limits && { rate_limits: rate_limits.map((one) => shownLimit(one, isFull)) }),
    ...(isFull && inference_table && { inference_table: shownTable(inference_table) }),
    ...(isFull && guardrails && { guardrails }),
    ...(isFull &&
      service_policies && {
        service_policies: service_policies.map((one) => ({ function: `functions/${one.function}` })),
      }),
  };
}

function shownTable(table: NonNullable<ModelServiceConfig["inference_table"]>) {
  const { catalog_name, schema_name, table_name_prefix } = table;
  const parent = `${catalog_name}.${schema_name}`;
  return {
    parent: `schemas/${parent}`,
    table_name_prefix,
    table: `tables/${parent}.${table_name_prefix}_payload`.toLowerCase(),
  };
}

/** Where each kind of destination's object stands. */
const objects: Readonly<Record<string, string>> = {
  DESTINATION_TYPE_EXTERNAL_FOUNDATION_MODEL: "external_model_config",
  DESTINATION_TYPE_PAY_PER_TOKEN_FOUNDATION_MODEL: "pay_per_token_config",
  DESTINATION_TYPE_PROVISIONED_THROUGHPUT_FOUNDATION_MODEL: "provisioned_throughput_config",
};

const shownDestination = ({ name, destination_type, traffic_percentage, shown }: KeptDestination) => ({
  name,
  destination_type,
  ...(traffic_percentage !== undefined && { traffic_percentage }),
  [objects[destination_type]!]: shown,
});

/** The configuration without a secret's value, which may be sent back as it is. */
export function providerConfigShown({ provider_type, settings, targets, allow_all_targets }: ProviderConfig) {
  return {
    provider_type,
    [providerKinds[provider_type]!.field]: { direct: settings },
    targets,
    allow_all_targets,
    forward_headers: false,
    forward_query_parameters: false,
    forward_unmanaged_paths: false,
  };
}

/** Which version of a service was read. */
const etagOf = ({ id, version }: ServiceDefinition): string => Buffer.from(`${id}:${version}`).toString("base64");

/** The version that an etag stands for; undefined without one. @throws Fault INVALID_PARAMETER_VALUE when it is no etag. */
export function versionOf(etag: string | undefined): number | undefined {
  if (etag === undefined || etag === "") return undefined;
  const [, version] = /^[^:]+:(\d{1,9})$/.exec(Buffer.from(etag, "base64").toString("utf8")) ?? [];
  return version === undefined ? refuse("'etag' must be one that was read of this service.") : Number(version);
}
