import type { JsonObject } from "#base/json.ts";
import type { Principal, What, WorkspaceMethod } from "#kernel/mod.ts";
import type { Scope } from "#wire/scopes.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import type { AgentCode } from "./process/spawn.ts";

/** A label of an endpoint, for whoever reads its bills. */
export interface EndpointTag {
  readonly key: string;
  readonly value?: string;
}

interface Described {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly creator: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  /** Grows with each change of what is served. */
  readonly config_version: number;
  readonly ai_gateway: AiGatewayConfig;
  readonly tags: readonly EndpointTag[];
}

/** What a provider is paid with: a secret by its reference, or a value that was given in plain text and is sealed. */
export type Credential = { readonly secret: string } | { readonly data_key_id: string; readonly sealed_base64: string };

/** A model of a provider outside, as it was configured, without any credential's value. */
export interface ExternalSource {
  readonly kind: "external";
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  readonly task: ModelTask;
  readonly settings: JsonObject;
  /** By the path of the field that held each. */
  readonly credentials: Readonly<Record<string, Credential>>;
}

/** A model by its name in `models`. */
export interface FoundationSource {
  readonly kind: "foundation";
  readonly model: string;
  /** What of it this endpoint has for itself; absent where it is paid by the token. Tokens are those of question and answer. */
  readonly provisioned?: { readonly min_tokens_per_s: number; readonly max_tokens_per_s: number };
}

export type ModelTask = "llm/v1/chat" | "llm/v1/completions" | "llm/v1/embeddings";

/** One model behind an endpoint. */
export interface ServedModel {
  readonly name: string;
  readonly source: FoundationSource | ExternalSource;
}

/** An endpoint that serves models, of which each request asks one and, when that fails, the next. */
export interface ModelEndpoint extends Described {
  readonly kind: "foundation_model" | "external_model";
  readonly task: ModelTask;
  /** In the order in which they are fallen back on. */
  readonly entities: readonly ServedModel[];
  /** Shares of the traffic, 100 in all. */
  readonly routes: readonly { readonly entity: string; readonly percentage: number }[];
}

/** What an agent reaches in the workspace, and as whom. */
export type UsedResource = What & { readonly method: WorkspaceMethod };

/** A host outside, and the environment variables that hold what it asks for. */
export interface External {
  readonly host: string;
  readonly variables: readonly string[];
}

/** An endpoint that serves an agent, with all that it may ever reach for the people it acts for. */
export interface ServedAgent extends Described {
  readonly kind: "agent";
  readonly code: AgentCode;
  readonly scopes: readonly Scope[];
  readonly resources: readonly UsedResource[];
  readonly external: readonly External[];
  /** As declared: secrets by reference. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its own; absent of an agent from before agents had one, until its next update. */
  readonly principal?: Principal;
}

export type ServedEndpoint = ModelEndpoint | ServedAgent;

/** Names what is served, with the version of the configuration that serves it. */
export const entityId = (endpoint_id: string, config_version: number, index: number): string =>
  `${endpoint_id.replaceAll("-", "").slice(0, 24)}${config_version.toString(16).padStart(6, "0")}${index.toString(16).padStart(2, "0")}`;
