import type { ServingEndpointInfo } from "#wire/serving/endpoints.ts";
import { actorOf } from "./actor.ts";
import { referenceOf } from "./references.ts";
import type { ServedAgent, ServedEndpoint } from "./served.ts";

/** An endpoint as REST shows it. Where its code lies on the machine stays inside. */
export function infoOf(endpoint: ServedEndpoint, public_url: string): ServingEndpointInfo {
  const entity = endpoint.kind === "agent" ? endpoint.name : endpoint.model;
  return {
    id: endpoint.id,
    name: endpoint.name,
    description: endpoint.description,
    task: endpoint.kind === "agent" ? "agent/v1/responses" : "llm/v1/chat",
    creator: endpoint.creator,
    creation_timestamp: endpoint.created_at_ms,
    last_updated_timestamp: endpoint.updated_at_ms,
    state: { ready: "READY", config_update: "NOT_UPDATING" },
    config: {
      config_version: 1,
      served_entities: [
        {
          name: entity,
          entity_name: entity,
          entity_version: "1",
          state: { deployment: "DEPLOYMENT_READY", deployment_state_message: "" },
          ...(endpoint.kind === "agent" && { environment_vars: references(endpoint) }),
        },
      ],
      traffic_config: { routes: [{ served_entity_name: entity, traffic_percentage: 100 }] },
    },
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

const references = ({ environment }: ServedAgent): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => referenceOf(value)));
