import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { addressAt, type ProviderFields, refuse } from "../../settings.ts";
import { type Credentials, headerCredentialAt } from "../credential.ts";
import type { OpenAiTarget } from "./model.ts";

/** Source: databricks-sdk-py `service/serving.py`, OpenAiConfig. */
export const openaiFields: ProviderFields = {
  object: "openai_config",
  needed: [],
  optional: [
    "openai_api_base",
    "openai_api_type",
    "openai_api_version",
    "openai_deployment_name",
    "openai_organization",
  ],
  credentials: ["openai_api_key"],
};

/** Source: databricks-sdk-py `service/serving.py`, DatabricksModelServingConfig. */
export const databricksFields: ProviderFields = {
  object: "databricks_model_serving_config",
  needed: ["databricks_workspace_url"],
  optional: [],
  credentials: ["databricks_api_token"],
};

/** Source: databricks-sdk-py `service/serving.py`, CustomProviderConfig. */
export const customFields: ProviderFields = {
  object: "custom_provider_config",
  needed: ["custom_provider_url"],
  optional: [],
  credentials: [],
  nested: {
    bearer_token_auth: { credential: "token", plain: [] },
    api_key_auth: { credential: "value", plain: ["key"] },
  },
};

/** A deployment becomes a segment of the path, of which '..' would be none. */
const DEPLOYMENT = /^[A-Za-z0-9][\w.-]{0,63}$/;

const OPENAI_URL = "https://api.openai.com/v1";

const textIn = (object: Json | undefined, name: string): string | undefined => {
  const value = isJsonObject(object) ? object[name] : undefined;
  return typeof value === "string" ? value : undefined;
};

/** What of the protocol a model is asked by, as it stands in an address. */
export type OpenAiCall = "chat/completions" | "embeddings";

/** @throws Fault INVALID_PARAMETER_VALUE */
export function openaiTarget(
  settings: JsonObject,
  credentials: Credentials,
  model: string,
  call: OpenAiCall,
): OpenAiTarget {
  const config = settings.openai_config;
  const at = "openai_config";
  const key = headerCredentialAt(credentials, `${at}.openai_api_key`);
  const base = textIn(config, "openai_api_base");
  const type = textIn(config, "openai_api_type") ?? "openai";
  const organization = textIn(config, "openai_organization");
  if (type === "azure") {
    const deployment = textIn(config, "openai_deployment_name");
    const version = textIn(config, "openai_api_version");
    if (!base || !deployment || !version)
      return refuse(
        `'${at}' needs openai_api_base, openai_deployment_name and openai_api_version where the type is azure.`,
      );
    if (!DEPLOYMENT.test(deployment))
      refuse(
        `'${at}.openai_deployment_name' must be of letters, digits, '-', '_' and '.', and begin with one of the first two.`,
      );
    const address = addressAt(base, `${at}.openai_api_base`);
    const query = new URLSearchParams({ "api-version": version });
    const url = `${address}/openai/deployments/${deployment}/${call}?${query}`;
    return { url, headers: { "api-key": key }, model };
  }
  if (organization && !/^[\w.-]{1,128}$/.test(organization))
    refuse(`'${at}.openai_organization' must be an organization's id.`);
  if (type !== "openai") return refuse(`'${at}.openai_api_type' must be openai or azure.`);
  return {
    url: `${addressAt(base ?? OPENAI_URL, `${at}.openai_api_base`)}/${call}`,
    headers: { authorization: `Bearer ${key}`, ...(organization && { "openai-organization": organization }) },
    model,
  };
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function databricksTarget(
  settings: JsonObject,
  credentials: Credentials,
  model: string,
  call: OpenAiCall,
): OpenAiTarget {
  const at = "databricks_model_serving_config";
  const token = headerCredentialAt(credentials, `${at}.databricks_api_token`);
  const workspace = textIn(settings[at], "databricks_workspace_url") ?? "";
  const address = addressAt(workspace, `${at}.databricks_workspace_url`);
  const headers = { authorization: `Bearer ${token}` };
  return { url: `${address}/serving-endpoints/${call}`, headers, model, beyond: ["top_k", "thinking"] };
}

/** The address is that of the call itself. @throws Fault INVALID_PARAMETER_VALUE */
export function customTarget(settings: JsonObject, credentials: Credentials, model: string): OpenAiTarget {
  const at = "custom_provider_config";
  const config = settings[at];
  const url = addressAt(textIn(config, "custom_provider_url") ?? "", `${at}.custom_provider_url`);
  // Servers of one's own sample by it, as vLLM, llama.cpp and Ollama do.
  const asked = { model, beyond: ["top_k"] } as const;
  const given = (path: string): string | undefined =>
    credentials[`${at}.${path}`] === undefined ? undefined : headerCredentialAt(credentials, `${at}.${path}`);
  const token = given("bearer_token_auth.token");
  const value = given("api_key_auth.value");
  const key = isJsonObject(config) ? textIn(config.api_key_auth, "key") : undefined;
  if (token !== undefined && value === undefined)
    return { url, headers: { authorization: `Bearer ${token}` }, ...asked };
  if (value === undefined || token !== undefined || !key || !/^[\w-]{1,64}$/.test(key))
    return refuse(`'${at}' needs bearer_token_auth, or api_key_auth with the name of a header as its key.`);
  return { url, headers: { [key.toLowerCase()]: value }, ...asked };
}
