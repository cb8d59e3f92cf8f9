import { modelProviderService, modelService, type ServiceType, schema, type What } from "#kernel/mod.ts";
import { refuse } from "../configuration/fields.ts";

/** How REST names each kind of service. Source: databricks-sdk-py `service/catalog.py`, the `name` of ModelService and its like. */
export const collections: Readonly<Record<ServiceType, string>> = {
  MODEL_SERVICE: "model-services",
  MODEL_PROVIDER_SERVICE: "model-provider-services",
};

/** The part of a resource's name after its collection, `model-services/main.ai.chat`. @throws Fault INVALID_PARAMETER_VALUE */
export function partAfter(collection: string, name: string, parts: number, at: string): string {
  const full = name.startsWith(`${collection}/`) ? name.slice(collection.length + 1) : "";
  const found = full.split(".");
  const form = ["{catalog}", "{schema}", "{name}"].slice(0, parts).join(".");
  return found.length === parts && found.every((part) => part !== "")
    ? full
    : refuse(`'${at}' must be '${collection}/${form}'.`);
}

/** The schema of `schemas/main.ai`. @throws Fault INVALID_PARAMETER_VALUE */
export const schemaAt = (parent: string, at: string): What => schema(partAfter("schemas", parent, 2, at));

/** @throws Fault INVALID_PARAMETER_VALUE */
export const providerAt = (name: string, at: string): What =>
  modelProviderService(partAfter(collections.MODEL_PROVIDER_SERVICE, name, 3, at));

/** The model service that is asked by a name of three levels; undefined for a name of another form. No endpoint has a dot in its name. */
export function serviceNamed(name: string): What | undefined {
  const parts = name.split(".");
  return parts.length === 3 && parts.every((part) => part !== "") ? modelService(name) : undefined;
}
