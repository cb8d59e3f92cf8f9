import type { JsonObject } from "#base/json.ts";
import { type ProviderFields, refuse } from "../../settings.ts";
import { type Credentials, credentialAt } from "../credential.ts";
import { objectIn, textIn } from "../read.ts";

/** Source: databricks-sdk-py `service/serving.py`, GoogleCloudVertexAiConfig. */
export const vertexFields: ProviderFields = {
  object: "google_cloud_vertex_ai_config",
  needed: ["project_id", "region"],
  optional: [],
  credentials: ["private_key"],
};

/** A model of Vertex AI: where it is asked, and by which service account. */
export interface VertexTarget {
  /** Of the model, without what is done with it. */
  readonly url: string;
  readonly model: string;
  /** The service account's key file, as it was given. */
  readonly key_file: string;
}

/** Which Google's own client asks: v1 lacks the mode of calls that keep to their tools' schemas. Source: @google/genai. */
const VERSION = "v1beta1";

/** Locations of several regions. Source: @google/genai, MULTI_REGIONAL_LOCATIONS. */
const MULTI_REGIONS: readonly string[] = ["us", "eu"];
/** A region becomes a part of the host's name: it is nothing but a location's name. */
const REGION = /^[a-z]{2,12}-[a-z]{4,12}\d{1,2}$/;
/** Source: cloud.google.com/resource-manager/docs/creating-managing-projects; before the colon stands a domain of old projects. */
const PROJECT = /^([a-z0-9.-]{1,60}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** Models of other makers have protocols of their own there. */
const MODEL = /^gemini-[\w.@-]{1,100}$/;

function hostOf(region: string): string {
  if (region === "global") return "aiplatform.googleapis.com";
  return MULTI_REGIONS.includes(region)
    ? `aiplatform.${region}.rep.googleapis.com`
    : `${region}-aiplatform.googleapis.com`;
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function vertexTarget(settings: JsonObject, credentials: Credentials, model: string): VertexTarget {
  const at = "google_cloud_vertex_ai_config";
  const config = objectIn(settings[at]);
  const [project, region] = [textIn(config.project_id), textIn(config.region)];
  if (!REGION.test(region) && region !== "global" && !MULTI_REGIONS.includes(region))
    refuse(`'${at}.region' must be the name of a location, such as us-central1 or global.`);
  if (!PROJECT.test(project)) refuse(`'${at}.project_id' must be the id of a project.`);
  if (!MODEL.test(model))
    refuse("'name' must be a Gemini model's, such as gemini-2.5-flash: others are not asked in Vertex AI.");
  return {
    url: `https://${hostOf(region)}/${VERSION}/projects/${encodeURIComponent(project)}/locations/${region}/publishers/google/models/${encodeURIComponent(model)}`,
    model,
    key_file: credentialAt(credentials, `${at}.private_key`),
  };
}
