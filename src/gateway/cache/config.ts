import type { Json } from "#base/json.ts";
import type { ResponseCacheConfig } from "#wire/serving/ai-gateway.ts";
import { flagAt, numberAt, objectAt } from "../configuration/fields.ts";

/** An answer of yesterday is another day's: models are changed by their providers without a word. */
const AGE_S_MAX = 24 * 60 * 60;

/** How long an answer is given again where nothing is said. */
export const AGE_S_DEFAULT = 60 * 60;

const PATH = "ai_gateway.response_cache_config";

/**
 * Whether an endpoint gives answers again, and for how long. Ours: Databricks' gateway has no such thing.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field.
 */
export function readResponseCache(value: Json): ResponseCacheConfig {
  const { enabled, max_age_seconds } = objectAt(value, PATH, ["enabled", "max_age_seconds"]);
  return {
    enabled: flagAt(enabled, `${PATH}.enabled`),
    ...(max_age_seconds !== undefined && {
      max_age_seconds: numberAt(max_age_seconds, `${PATH}.max_age_seconds`, 1, AGE_S_MAX),
    }),
  };
}
