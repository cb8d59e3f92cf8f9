import type { Registry, ServedEndpoint } from "#agents/mod.ts";
import type { Json, JsonObject } from "#base/json.ts";
import { type Gate, type Permit, type Services, endpoint as securable, type Who } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { type Aliases, endpointNamed } from "../aliases.ts";
import type { AskedModels, EndpointSource, ProviderSource } from "../asked.ts";
import type { Budgets } from "../budgets/mod.ts";
import { objectAt, refuse, textAt } from "../configuration/fields.ts";
import { withScope } from "../with-scope.ts";
import { taskOf } from "./api-types.ts";
import { type ReadDestination, shareAt } from "./model-config.ts";
import { partAfter, providerAt } from "./names.ts";
import { apiTypesAt, type ProviderConfig, providerConfigOf } from "./provider-config.ts";
import { providerKinds, type Target } from "./providers.ts";

/** A destination as it is kept. */
export interface KeptDestination {
  readonly name: string;
  readonly destination_type: string;
  readonly source: ProviderSource | EndpointSource;
  readonly traffic_percentage?: number;
  /** The object of its type, as it was given. */
  readonly shown: JsonObject;
}

export interface DestinationPorts {
  readonly gate: () => Gate;
  readonly services: Pick<Services, "service">;
  readonly registry: Pick<Registry, "get">;
  readonly aliases: Aliases;
  readonly budgets: TaggedBudgets;
}

/** Budgets that are for endpoints by their tags. */
export type TaggedBudgets = Pick<Budgets, "areForTags">;

type Configuring = Permit<"service.create"> | Permit<"service.update">;
type Found = Pick<KeptDestination, "source" | "shown">;

interface DestinationKind {
  readonly field: string;
  readonly read: (ports: DestinationPorts, permit: Configuring, value: Json | undefined, at: string) => Promise<Found>;
}

/** Source: databricks-sdk-py `service/catalog.py`, ModelServiceConfigDestinationConfigDestinationType and the three objects. */
const kinds: Readonly<Record<string, DestinationKind>> = {
  DESTINATION_TYPE_EXTERNAL_FOUNDATION_MODEL: { field: "external_model_config", read: readExternalModel },
  DESTINATION_TYPE_PAY_PER_TOKEN_FOUNDATION_MODEL: { field: "pay_per_token_config", read: readPayPerToken },
  DESTINATION_TYPE_PROVISIONED_THROUGHPUT_FOUNDATION_MODEL: {
    field: "provisioned_throughput_config",
    read: readProvisioned,
  },
};

/** It becomes a header of the answer. */
const NAME = /^[A-Za-z0-9][\w.-]{0,127}$/;
/** Where the server's own models stand as models of Unity Catalog. */
const OWN_MODELS = "system.ai.";

/**
 * Reads destinations for whoever configures: each thing that is named must be theirs to use, or somebody could reach by a service's owner
 * what is not theirs. Source: databricks-sdk-py `service/catalog.py`, create_model_service.
 */
export const destinationReader =
  (ports: DestinationPorts, permit: Configuring): ReadDestination =>
  async (value, at) => {
    const fields = objectAt(value, at, [
      "name",
      "destination_type",
      "traffic_percentage",
      "is_deleted",
      ...Object.values(kinds).map(({ field }) => field),
    ]);
    const { destination_type, traffic_percentage } = fields;
    const type = typeof destination_type === "string" && Object.hasOwn(kinds, destination_type) ? destination_type : "";
    const kind = kinds[type];
    if (!kind) return refuse(`'${at}.destination_type' must be one of: ${Object.keys(kinds).join(", ")}.`);
    const other = Object.values(kinds).find(({ field }) => field !== kind.field && fields[field] !== undefined);
    if (other) refuse(`'${at}.${other.field}' does not belong to '${type}', which has '${kind.field}'.`);
    const name = textAt(fields.name, `${at}.name`);
    if (!NAME.test(name)) refuse(`'${at}.name' must be of letters, digits, '-', '_' and '.', 128 at most.`);
    return {
      name,
      destination_type: type,
      ...(await kind.read(ports, permit, fields[kind.field], `${at}.${kind.field}`)),
      ...(traffic_percentage !== undefined && {
        traffic_percentage: shareAt(traffic_percentage, `${at}.traffic_percentage`),
      }),
    };
  };

async function readExternalModel(
  { gate, services }: DestinationPorts,
  permit: Configuring,
  value: Json | undefined,
  at: string,
): Promise<Found> {
  const { model_provider_service, target } = objectAt(value, at, ["model_provider_service", "target"]);
  const what = providerAt(
    textAt(model_provider_service, `${at}.model_provider_service`),
    `${at}.model_provider_service`,
  );
  const { model, native_api_types } = objectAt(target, `${at}.target`, ["model", "native_api_types"]);
  const entering = gate().enter(asking(permit.who), "service.execute", what, permit.doorway);
  await using naming = await entering.catch(unnameable(`${at}.model_provider_service`, "on which you lack EXECUTE"));
  const provider = await services.service(naming);
  await naming.settle({ status: "ok" });
  const config = providerConfigOf(provider.config);
  const named = textAt(model, `${at}.target.model`);
  const types =
    native_api_types === undefined ? undefined : apiTypesAt(native_api_types, `${at}.target.native_api_types`);
  const found = targetOf(config, named, types);
  if (!found)
    return refuse(
      `'${at}.target.model' is none of the models that '${what.name}' lists; where it allows all, 'native_api_types' are needed.`,
    );
  const source = {
    kind: "provider_service",
    service: what.name,
    service_id: provider.id,
    provider: providerKinds[config.provider_type]!.provider,
    model: named,
    task: taskOf(found.native_api_types, `${at}.target.native_api_types`),
    ...(types && { native_api_types: types }),
  } as const;
  return { source, shown: value as JsonObject };
}

/** The model of this name that a provider service offers, asked by `types` where it allows all; undefined when it offers none. */
export function targetOf(config: ProviderConfig, model: string, types?: readonly string[]): Target | undefined {
  const listed = config.targets.find((one) => one.model === model);
  if (listed) return { ...listed, native_api_types: types ?? listed.native_api_types };
  return config.allow_all_targets && types ? { model, native_api_types: types } : undefined;
}

async function readPayPerToken(
  ports: DestinationPorts,
  permit: Configuring,
  value: Json | undefined,
  at: string,
): Promise<Found> {
  const path = `${at}.model`;
  const full = partAfter("models", textAt(objectAt(value, at, ["model"]).model, path), 3, path);
  if (!full.startsWith(OWN_MODELS))
    refuse(
      `'${path}' must be 'models/${OWN_MODELS}{endpoint}': models of this server stand there, by their endpoints.`,
    );
  const name = endpointNamed(ports.aliases, full.slice(OWN_MODELS.length));
  const entering = ports.gate().enter(asking(permit.who), "endpoint.query", securable(name), permit.doorway);
  await using naming = await entering.catch(unnameable(path, "on whose endpoint you lack CAN_QUERY"));
  const source = await sourceOf(ports, await ports.registry.get(naming), path);
  await naming.settle({ status: "ok" });
  return { source, shown: value as JsonObject };
}

async function readProvisioned(
  ports: DestinationPorts,
  permit: Configuring,
  value: Json | undefined,
  at: string,
): Promise<Found> {
  const path = `${at}.model_serving_endpoint`;
  const named = textAt(objectAt(value, at, ["model_serving_endpoint", "model"]).model_serving_endpoint, path);
  const what = securable(partAfter("serving-endpoints", named, 1, path));
  const entering = ports.gate().enter(asking(permit.who), "endpoint.update", what, permit.doorway);
  await using naming = await entering.catch(unnameable(path, "on which you lack CAN_MANAGE"));
  const source = await sourceOf(ports, await ports.registry.get(naming), path);
  await naming.settle({ status: "ok" });
  return { source, shown: { model_serving_endpoint: named } };
}

async function sourceOf({ budgets }: DestinationPorts, endpoint: ServedEndpoint, at: string): Promise<EndpointSource> {
  const entity = await soleEntityOf(budgets, endpoint);
  if (typeof entity === "string") return refuse(`'${at}' ${entity}`);
  const { id, name, task } = endpoint as AskedModels;
  const { source } = entity;
  return {
    kind: "serving_endpoint",
    endpoint: name,
    endpoint_id: id,
    ...(source.kind === "external" && { provider: source.provider }),
    model: source.model,
    task,
  };
}

/**
 * The one model of an endpoint that a service may ask in its place; or why there is none. An endpoint's own limits, guardrails and table,
 * and budgets for its tags, would not hold for what comes by a service, so it must have none.
 */
export async function soleEntityOf(budgets: TaggedBudgets, endpoint: ServedEndpoint) {
  if (endpoint.kind === "agent") return "serves an agent, which no service asks.";
  const { rate_limits = [], guardrails, inference_table_config } = endpoint.ai_gateway;
  if (rate_limits.length > 0 || guardrails !== undefined || inference_table_config?.enabled)
    return "has rules of its own (rate_limits, guardrails or an inference table), which would not hold through a service: take them away there, or serve the model at another endpoint.";
  if (await budgets.areForTags(endpoint))
    return "has tags that a budget is for, which would not hold through a service: serve the model at another endpoint, or have the budget be for all.";
  const [entity, ...more] = endpoint.entities;
  if (entity?.source.kind === "foundation" && entity.source.provisioned)
    return "has a throughput of its own, which would not hold through a service: serve the model at another endpoint.";
  return entity && more.length === 0 ? entity : "serves several models: name an endpoint that serves one.";
}

/** Whoever asks or configures, as the one for whom what a service names is looked at. Their token need not open models. */
export const asking = (who: Who): Who => withScope(who, "model-serving");

const unnameable =
  (at: string, lacking: string) =>
  (thrown: unknown): never => {
    const fault = faultOf(thrown);
    if (fault.code !== "PERMISSION_DENIED" && fault.code !== "RESOURCE_DOES_NOT_EXIST") throw fault;
    throw new Fault("INVALID_PARAMETER_VALUE", `'${at}' names what does not exist, or ${lacking}.`, {
      internal: fault.code,
    });
  };
