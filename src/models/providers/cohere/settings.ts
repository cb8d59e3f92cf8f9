import type { JsonObject } from "#base/json.ts";
import { addressAt, type ProviderFields } from "../../settings.ts";
import { type Credentials, headerCredentialAt } from "../credential.ts";
import { objectIn, textIn } from "../read.ts";

/** Source: databricks-sdk-py `service/serving.py`, CohereConfig. */
export const cohereFields: ProviderFields = {
  object: "cohere_config",
  needed: [],
  optional: ["cohere_api_base"],
  credentials: ["cohere_api_key"],
};

const COHERE_URL = "https://api.cohere.com";

/** A model of Cohere's: where it is asked, and with what. */
export interface CohereTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

/** A base may name a version, which is the protocol's to say. @throws Fault INVALID_PARAMETER_VALUE, INVALID_STATE */
export function cohereTarget(settings: JsonObject, credentials: Credentials, model: string): CohereTarget {
  const at = "cohere_config";
  const base = addressAt(textIn(objectIn(settings[at]).cohere_api_base) || COHERE_URL, `${at}.cohere_api_base`);
  const key = headerCredentialAt(credentials, `${at}.cohere_api_key`);
  return { url: `${base.replace(/\/v[12]$/, "")}/v2/chat`, headers: { authorization: `Bearer ${key}` }, model };
}
