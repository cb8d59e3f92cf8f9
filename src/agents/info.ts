import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { ServedEntity, ServingEndpointInfo } from "#wire/serving/endpoints.ts";
import { actorOf } from "./actor.ts";
import { referenceOf } from "./references.ts";
import type { ExternalSource, ModelEndpoint, ServedAgent, ServedEndpoint, ServedModel } from "./served.ts";

/** An endpoint as REST shows it. Where its code lies on the machine stays inside, and so does every credential given in plain text. */
export function infoOf(endpoint: ServedEndpoint, public_url: string): ServingEndpointInfo {
  const entities = endpoint.kind === "agent" ? [agentEntity(endpoint)] : endpoint.entities.map(modelEntity);
  const stamped = {
    creation_timestamp: endpoint.updated_at_ms,
    creator: endpoint.creator,
    state: { deployment: "DEPLOYMENT_READY", deployment_state_message: "" },
  } as const;
  return {
    id: endpoint.id,
    name: endpoint.name,
    description: endpoint.description,
    task: endpoint.kind === "agent" ? "agent/v1/responses" : endpoint.task,
    creator: endpoint.creator,
    creation_timestamp: endpoint.created_at_ms,
    last_updated_timestamp: endpoint.updated_at_ms,
    state: { ready: "READY", config_update: "NOT_UPDATING" },
    config: {
      config_version: endpoint.config_version,
      served_entities: entities.map((one) => ({ ...one, ...stamped })),
      traffic_config: { routes: routesOf(endpoint) },
    },
    ai_gateway: endpoint.ai_gateway,
    tags: endpoint.tags,
    endpoint_url: `${public_url}/serving-endpoints/${endpoint.name}/invocations`,
    ...(endpoint.kind === "agent" && {
      auth_policy: {
        user_auth_policy: { api_scopes: endpoint.scopes },
        system_auth_policy: { resources: actorOf(endpoint).own?.resources ?? [] },
      },
      ...(endpoint.principal && { service_principal_client_id: endpoint.principal.name }),
    }),
  };
}

type Shown = Omit<ServedEntity, "creation_timestamp" | "creator" | "state">;

const agentEntity = (agent: ServedAgent): Shown => ({
  name: agent.name,
  entity_name: agent.name,
  entity_version: "1",
  environment_vars: references(agent),
});

/** A foundation model's name is told twice, as clients read it. Source: databricks-sdk-py ServedEntityOutput. */
function modelEntity({ name, source }: ServedModel): Shown {
  if (source.kind === "foundation")
    return {
      name,
      entity_name: source.model,
      entity_version: "1",
      foundation_model: { name: source.model, display_name: source.model },
      ...(source.provisioned && {
        min_provisioned_throughput: source.provisioned.min_tokens_per_s,
        max_provisioned_throughput: source.provisioned.max_tokens_per_s,
      }),
    };
  const { provider, model, task } = source;
  return { name, external_model: { name: model, provider, task, ...withReferences(source) } };
}

/** References are shown where they were written, values never. */
function withReferences({ settings, credentials }: ExternalSource): JsonObject {
  return Object.entries(credentials).reduce(
    (shown, [path, credential]) => ("secret" in credential ? placed(shown, path.split("."), credential.secret) : shown),
    settings,
  );
}

function placed(object: JsonObject, [name, ...rest]: readonly string[], value: string): JsonObject {
  if (name === undefined) return object;
  const inner = object[name];
  return { ...object, [name]: rest.length === 0 ? value : placed(isJsonObject(inner) ? inner : {}, rest, value) };
}

function routesOf(endpoint: ServedEndpoint) {
  const routes =
    endpoint.kind === "agent" ? [{ entity: endpoint.name, percentage: 100 }] : (endpoint as ModelEndpoint).routes;
  return routes.map(({ entity, percentage }) => ({
    served_model_name: entity,
    served_entity_name: entity,
    traffic_percentage: percentage,
  }));
}

const references = ({ environment }: ServedAgent): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => referenceOf(value)));
