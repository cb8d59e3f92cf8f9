import type { ProviderFields } from "../../settings.ts";
import { type Credentials, headerCredentialAt } from "../credential.ts";

/** Source: databricks-sdk-py `service/serving.py`, AnthropicConfig. */
export const anthropicFields: ProviderFields = {
  object: "anthropic_config",
  needed: [],
  optional: [],
  credentials: ["anthropic_api_key"],
};

/** Nothing of the configuration changes it, so that the key goes nowhere else. */
export const ANTHROPIC_URL = "https://api.anthropic.com/v1/messages";

/**
 * The version that has `temperature`, `top_p` and `top_k`, which 2026-10-21 refuses.
 * Source: platform.claude.com/docs/en/api/versioning.
 */
const ANTHROPIC_VERSION = "2023-06-01";

/** @throws Fault INVALID_PARAMETER_VALUE, INVALID_STATE */
export const anthropicHeaders = (credentials: Credentials): Readonly<Record<string, string>> => ({
  "x-api-key": headerCredentialAt(credentials, "anthropic_config.anthropic_api_key"),
  "anthropic-version": ANTHROPIC_VERSION,
});
