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
  /** Without a method, of endpoints from before there were several: on behalf of who asks. */
  readonly resources?: readonly { readonly type: string; readonly name: string; readonly method?: string }[];
  readonly external?: readonly { readonly host: string; readonly variables: readonly string[] }[];
  /** agent: environment variables; a secret by its reference alone. */
  readonly environment?: Readonly<Record<string, string>>;
  /** agent: its own service principal. */
  readonly principal?: { readonly id: string; readonly name: string };
}

export interface AgentTables {
  serving_endpoints: ServingEndpointsTable;
}
