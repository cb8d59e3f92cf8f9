import type { ModelEndpoint, ModelTask, ServedEndpoint, ServedModel } from "#agents/mod.ts";

/** A model of a model provider service, which alone holds the provider's settings and its credential. */
export interface ProviderSource {
  readonly kind: "provider_service";
  /** Full name of the service, and its id: another one that takes the name later is not meant. */
  readonly service: string;
  readonly service_id: string;
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  readonly task: ModelTask;
  /** Where the model service says them itself. */
  readonly native_api_types?: readonly string[];
}

/** The one model behind a serving endpoint that has no rules of its own. */
export interface EndpointSource {
  readonly kind: "serving_endpoint";
  readonly endpoint: string;
  readonly endpoint_id: string;
  /** Of a provider's model; absent of this server's own. */
  readonly provider?: string;
  readonly model: string;
  readonly task: ModelTask;
}

/** A model that a question may go to: an endpoint's own, or one that a model service has from elsewhere. */
export interface Destination {
  readonly name: string;
  readonly source: ServedModel["source"] | ProviderSource | EndpointSource;
}

/** A function that looks at what is asked and answered: the one of this id, by whatever text it has. */
export interface AttachedPolicy {
  readonly function: string;
  readonly id: string;
}

/** Models that are asked under rules: those of a serving endpoint, or of a model service. */
export interface AskedModels extends Omit<ModelEndpoint, "entities"> {
  readonly entities: readonly Destination[];
  /** Those that are fallen back on, in their order; all others where it is not said. */
  readonly fallbacks?: readonly string[];
  /** Service policies, in the order in which they look. */
  readonly policies?: readonly AttachedPolicy[];
}

/** What a question is put to. */
export type AskedEndpoint = AskedModels | Extract<ServedEndpoint, { readonly kind: "agent" }>;
