import type { JsonObject } from "#base/json.ts";
import { type ProviderFields, refuse } from "../../settings.ts";
import { type Credentials, credentialAt, headerCredentialAt } from "../credential.ts";
import { objectIn, textIn } from "../read.ts";

/** Source: databricks-sdk-py `service/serving.py`, AmazonBedrockConfig. */
export const bedrockFields: ProviderFields = {
  object: "amazon_bedrock_config",
  needed: ["aws_region", "bedrock_provider"],
  optional: ["instance_profile_arn"],
  credentials: ["aws_access_key_id", "aws_secret_access_key"],
};

/** A model of Bedrock: where it is asked, and by whose signature. */
export interface BedrockTarget {
  readonly region: string;
  readonly key_id: string;
  readonly secret: string;
  /** In lower case. */
  readonly provider: string;
  /** Its path, before what is done with it. */
  readonly path: string;
  readonly model: string;
}

/** Source: databricks-sdk-py `service/serving.py`, AmazonBedrockConfigBedrockProvider. */
const makers = ["ai21labs", "amazon", "anthropic", "cohere"];

/** A region becomes a part of the host's name: it is nothing but a region's name, of the partitions under amazonaws.com. */
const REGION = /^(af|ap|ca|eu|il|me|mx|sa|us)(-gov)?-[a-z]{4,10}-\d{1,2}$/;
/** A model becomes a part of the path: its id, or the ARN of what stands for it. Source: Bedrock's API reference, Converse, modelId. */
const MODEL = /^[A-Za-z0-9][\w.:/-]{0,2047}$/;

/** @throws Fault INVALID_PARAMETER_VALUE, INVALID_STATE */
export function bedrockTarget(settings: JsonObject, credentials: Credentials, model: string): BedrockTarget {
  const at = "amazon_bedrock_config";
  const config = objectIn(settings[at]);
  const region = textIn(config.aws_region);
  const provider = textIn(config.bedrock_provider).toLowerCase();
  if (config.instance_profile_arn !== undefined)
    refuse(
      `'${at}.instance_profile_arn' is not supported: this server has no instance profile. Give aws_access_key_id and aws_secret_access_key.`,
    );
  if (!REGION.test(region)) refuse(`'${at}.aws_region' must be the name of an AWS region, such as us-east-1.`);
  if (!makers.includes(provider)) refuse(`'${at}.bedrock_provider' must be one of: ${makers.join(", ")}.`);
  if (!MODEL.test(model)) refuse("'name' must be a model's id in Bedrock, or the ARN of an inference profile.");
  return {
    region,
    key_id: headerCredentialAt(credentials, `${at}.aws_access_key_id`),
    secret: credentialAt(credentials, `${at}.aws_secret_access_key`),
    provider,
    path: `/model/${encodeURIComponent(model)}`,
    model,
  };
}
