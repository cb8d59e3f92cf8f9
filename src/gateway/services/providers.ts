import type { JsonObject } from "#base/json.ts";
import { refuse } from "../configuration/fields.ts";
import { type Shape, settingAt, settingIn } from "./shape.ts";

/** A model that a provider service offers. */
export interface Target {
  readonly model: string;
  /** Of a custom provider: what is appended to its address. */
  readonly endpoint_route?: string;
  readonly native_api_types: readonly string[];
}

/** A secret's value by the path of its field. */
type Secret = (path: string) => string;

/** How a kind of provider is configured as a service, and how that is said as an external model, which `models` reads. */
export interface ProviderKind {
  /** The field of the configuration that holds its settings. */
  readonly field: string;
  /** Its name among the external models. */
  readonly provider: string;
  /** Of the settings' one form, `direct`. */
  readonly direct: Shape;
  /** Forms beside `direct` that clients know. */
  readonly others?: readonly string[];
  /** The object that an external model of this provider has. @throws Fault INVALID_PARAMETER_VALUE */
  readonly written: (settings: JsonObject, secret: Secret, target: Target) => JsonObject;
}

/** The version of Azure's API that has all that is asked of a deployment here. Source: Azure OpenAI's REST reference, latest GA. */
const AZURE_VERSION = "2024-10-21";

/** Source: databricks-sdk-py `service/serving.py`, AmazonBedrockConfigBedrockProvider. */
const makers = ["ai21labs", "amazon", "anthropic", "cohere"];

/** A route stays beneath the address: it has no steps upwards, query or fragment. */
const ROUTE = /^\/?(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w./~-]{1,512}$/;

const withoutEmpty = (fields: Readonly<Record<string, string | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;

/**
 * The kinds of provider that can be asked. Source: databricks-sdk-py `service/catalog.py`, ModelProviderServiceConfig and what it
 * holds.
 */
export const providerKinds: Readonly<Record<string, ProviderKind>> = {
  EXTERNAL_MODEL_PROVIDER_TYPE_OPENAI: {
    field: "openai",
    provider: "openai",
    direct: { api_key: "secret", base_url: "address", organization: "text" },
    written: (settings, secret) => ({
      openai_config: {
        openai_api_key_plaintext: secret("api_key"),
        ...withoutEmpty({
          openai_api_base: settingIn(settings, "base_url"),
          openai_organization: settingIn(settings, "organization"),
        }),
      },
    }),
  },
  EXTERNAL_MODEL_PROVIDER_TYPE_AZURE_OPENAI: {
    field: "azure_openai",
    provider: "openai",
    direct: {
      api_key: "secret",
      base_url: "address",
      entra_service_principal: "absent",
      service_credential: "absent",
    },
    written: (settings, secret, { model }) => ({
      openai_config: {
        openai_api_type: "azure",
        openai_api_version: AZURE_VERSION,
        openai_api_base: settingAt(settings, "base_url"),
        openai_deployment_name: model,
        openai_api_key_plaintext: secret("api_key"),
      },
    }),
  },
  EXTERNAL_MODEL_PROVIDER_TYPE_ANTHROPIC: {
    field: "anthropic",
    provider: "anthropic",
    direct: { api_key: "secret" },
    others: ["relayed"],
    written: (_settings, secret) => ({ anthropic_config: { anthropic_api_key_plaintext: secret("api_key") } }),
  },
  EXTERNAL_MODEL_PROVIDER_TYPE_AMAZON_BEDROCK: {
    field: "amazon_bedrock",
    provider: "amazon-bedrock",
    direct: {
      region: "text",
      aws_access_key: { access_key_id: "text", secret_access_key: "secret" },
      service_credential: "absent",
    },
    written: (settings, secret, { model }) => ({
      amazon_bedrock_config: {
        aws_region: settingAt(settings, "region"),
        bedrock_provider: makerOf(model),
        aws_access_key_id_plaintext: settingAt(settings, "aws_access_key.access_key_id"),
        aws_secret_access_key_plaintext: secret("aws_access_key.secret_access_key"),
      },
    }),
  },
  EXTERNAL_MODEL_PROVIDER_TYPE_CUSTOM: {
    field: "custom",
    provider: "custom",
    direct: {
      api_key: "secret",
      base_url: "address",
      header_auth: { api_key_name: "text", api_key_value: "secret" },
    },
    written: (settings, secret, { endpoint_route }) => ({
      custom_provider_config: {
        custom_provider_url: addressOf(settingAt(settings, "base_url"), endpoint_route),
        ...(settings.api_key !== undefined && { bearer_token_auth: { token_plaintext: secret("api_key") } }),
        ...(settings.header_auth !== undefined && {
          api_key_auth: {
            key: settingAt(settings, "header_auth.api_key_name"),
            value_plaintext: secret("header_auth.api_key_value"),
          },
        }),
      },
    }),
  },
};

/** Kinds that clients know, and that this server has no way to ask. */
export const absentKinds: readonly string[] = [
  "EXTERNAL_MODEL_PROVIDER_TYPE_BEDROCK_MANTLE",
  "EXTERNAL_MODEL_PROVIDER_TYPE_GEMINI_ENTERPRISE",
  "EXTERNAL_MODEL_PROVIDER_TYPE_MICROSOFT_FOUNDRY",
];

/** A model's id in Bedrock begins with its maker, after the region of an inference profile. */
const makerOf = (model: string): string =>
  makers.find((maker) => model.split(".").slice(0, 2).includes(maker)) ??
  refuse(`The model '${model.slice(0, 64)}' names no maker that is known here: ${makers.join(", ")}.`);

function addressOf(base_url: string, route: string | undefined): string {
  if (route === undefined || route === "") return base_url;
  if (!ROUTE.test(route)) refuse("'endpoint_route' must be a relative path without '..', query and fragment.");
  return `${base_url}/${route.replace(/^\//, "")}`;
}
