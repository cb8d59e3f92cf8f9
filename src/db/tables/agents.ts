import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";

/** Serving endpoints. `config` is the models that are served, or an agent's code with what it declared. */
export interface ServingEndpointsTable {
  id: string;
  name: string;
  kind: "foundation_model" | "external_model" | "agent";
  description: string;
  creator: string;
  config: JSONColumnType<EndpointConfig>;
  config_version: Generated<number>;
  ai_gateway: ColumnType<AiGatewayConfig, string | undefined, string>;
  tags: ColumnType<readonly { readonly key: string; readonly value?: string }[], string | undefined, string>;
  created_at: ColumnType<Date, Date, never>;
  updated_at: Date;
}

export interface EndpointConfig {
  /** foundation_model, of before there could be several: the model's name here. */
  readonly model?: string;
  /** Models: what is served, in the order in which they are tried, and their shares. */
  readonly entities?: readonly object[];
  readonly routes?: readonly { readonly entity: string; readonly percentage: number }[];
  /** agent: absolute path of its folder, its entry file there, absolute paths of its dependencies. */
  readonly folder?: string;
  readonly entry?: string;
  readonly dependencies?: readonly string[];
  /** agent: the widest that its on-behalf-of tokens may be. */
  readonly scopes?: readonly string[];
  /** Without a method, of endpoints from before there were several: on behalf of who asks. */
  readonly resources?: readonly { readonly type: string; readonly name: string; readonly method?: string }[];
  readonly external?: readonly { readonly host: string; readonly variables: readonly string[] }[];
  /** agent: environment variables; a secret by its reference alone. */
  readonly environment?: Readonly<Record<string, string>>;
  /** agent: its own service principal. */
  readonly principal?: { readonly id: string; readonly name: string };
}

/** Each entity of each version of an endpoint's configuration, kept when the endpoint is gone. */
export interface ServedEntitiesTable {
  readonly number: Generated<string>;
  id: string;
  endpoint_id: string;
  endpoint_name: string;
  config_version: number;
  name: string;
  entity: JSONColumnType<object>;
  created_by: string;
  changed_at: ColumnType<Date, Date, never>;
  endpoint_deleted_at: ColumnType<Date | null, Date | null | undefined, Date>;
}

export interface AgentTables {
  serving_endpoints: ServingEndpointsTable;
  served_entities: ServedEntitiesTable;
}
