/**
 * The `ai_gateway` object of a serving endpoint.
 * Source: databricks-sdk-py `service/serving.py`, AiGatewayConfig and what it holds.
 */
export interface AiGatewayConfig {
  readonly rate_limits?: readonly RateLimit[];
  readonly guardrails?: Guardrails;
  readonly inference_table_config?: InferenceTableConfig;
  readonly usage_tracking_config?: { readonly enabled?: boolean };
  readonly fallback_config?: { readonly enabled: boolean };
  readonly response_cache_config?: ResponseCacheConfig;
}

/** Whether answers are given again to whoever asks the same. Ours: Databricks has no such field. */
export interface ResponseCacheConfig {
  readonly enabled: boolean;
  /** How long an answer is given again; an hour when absent. */
  readonly max_age_seconds?: number;
}

/** `request_tag` is of the newer gateway, `RATE_LIMIT_KEY_REQUEST_TAG` there. */
export type RateLimitKey = "user" | "endpoint" | "user_group" | "service_principal" | "request_tag";

export interface RateLimit {
  /** Requests in a period; 0 lets none through. */
  readonly calls?: number;
  /** Tokens in a period, of question and answer together. */
  readonly tokens?: number;
  /** `endpoint` when absent. */
  readonly key?: RateLimitKey;
  /** A user's e-mail, a group's name, a service principal's application id; with key `user` and none, each user has it. */
  readonly principal?: string;
  /** The tag whose questions are counted, each of its values by itself; with key `request_tag`, and no other. */
  readonly request_tag_key?: string;
  /** The one value that is meant, in place of what each value has. */
  readonly request_tag_value?: string;
  readonly renewal_period: "minute" | "hour";
}

export interface Guardrails {
  readonly input?: GuardrailParameters;
  readonly output?: GuardrailParameters;
}

export interface GuardrailParameters {
  readonly safety?: boolean;
  readonly pii?: { readonly behavior: "NONE" | "BLOCK" | "MASK" };
  readonly invalid_keywords?: readonly string[];
  readonly valid_topics?: readonly string[];
  /** Of this server: no client's types have it. */
  readonly custom?: readonly CustomGuardrail[];
}

/** An endpoint that is asked about each request, or each choice of an answer. */
export interface CustomGuardrail {
  readonly endpoint_name: string;
  /** What becomes of what it does not decide: `BLOCK` when absent. */
  readonly on_failure?: "BLOCK" | "PROCEED";
}

export interface InferenceTableConfig {
  readonly enabled?: boolean;
  readonly catalog_name?: string;
  readonly schema_name?: string;
  readonly table_name_prefix?: string;
}
