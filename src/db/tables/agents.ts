import type { ColumnType, JSONColumnType } from "kysely";

/** Serving endpoints, both kinds. `config` is a model's name, or an agent's code with what it declared. */
export interface ServingEndpointsTable {
  id: string;
  name: string;
  kind: "foundation_model" | "agent";
  description: string;
  creator: string;
  config: JSONColumnType<EndpointConfig>;
  created_at: ColumnType<Date, Date, never>;
  updated_at: Date;
}

export interface EndpointConfig {
  /** foundation_model: the model's name here. */
  readonly model?: string;
  /** agent: absolute path of its folder, its entry file there, absolute paths of its dependencies. */
  readonly folder?: string;
  readonly entry?: string;
  readonly dependencies?: readonly string[];
  /** agent: the widest that its on-behalf-of tokens may be. */
  readonly scopes?: readonly string[];
  readonly resources?: readonly { readonly type: string; readonly name: string }[];
}

export interface AgentTables {
  serving_endpoints: ServingEndpointsTable;
}
