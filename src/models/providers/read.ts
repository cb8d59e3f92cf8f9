import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";

// What a provider said is not believed: what is missing, or of another kind, is empty.

export const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
export const listIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
export const textIn = (value: Json | undefined): string => (typeof value === "string" ? value : "");
export const countIn = (value: Json | undefined): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
