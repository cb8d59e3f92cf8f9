import type { AiGatewayConfig } from "./ai-gateway.ts";

/** Serving endpoints as REST shows them. Source: databricks-sdk-py `service/serving.py`, ServingEndpointDetailed. */
export type EndpointTask = "llm/v1/chat" | "llm/v1/completions" | "llm/v1/embeddings" | "agent/v1/responses";

export interface ServedEntity {
  readonly name: string;
  readonly entity_name?: string;
  readonly entity_version?: string;
  readonly foundation_model?: { readonly name: string; readonly display_name: string };
  /** As it was configured; secrets by their references alone. */
  readonly external_model?: object;
  readonly creator: string;
  readonly creation_timestamp: number;
  /** Those that name a secret, by their references. A plain value is not shown: it may be a credential of somebody careless. */
  readonly environment_vars?: Readonly<Record<string, string>>;
  readonly state: { readonly deployment: "DEPLOYMENT_READY"; readonly deployment_state_message: string };
}

export interface ServingEndpointInfo {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly task: EndpointTask;
  readonly creator: string;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly state: { readonly ready: "READY"; readonly config_update: "NOT_UPDATING" };
  readonly config: {
    readonly config_version: number;
    readonly served_entities: readonly ServedEntity[];
    readonly traffic_config: {
      readonly routes: readonly {
        readonly served_model_name: string;
        readonly served_entity_name: string;
        readonly traffic_percentage: number;
      }[];
    };
  };
  readonly ai_gateway: AiGatewayConfig;
  readonly tags: readonly { readonly key: string; readonly value?: string }[];
  readonly endpoint_url: string;
  /** Scopes that an agent's on-behalf-of token may have; absent for a model. */
  readonly auth_policy?: {
    readonly user_auth_policy: { readonly api_scopes: readonly string[] };
    readonly system_auth_policy: { readonly resources: readonly { readonly type: string; readonly name: string }[] };
  };
  /** Application id of an agent's own service principal, to which grants are written. */
  readonly service_principal_client_id?: string;
}
