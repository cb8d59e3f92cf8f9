import { createHash } from "node:crypto";
import type { AskedModels, Destination } from "../asked.ts";

/** A place between 0 and 100 that the same request has every time, so that it is answered by the same model. */
export function placeOf(request: string): number {
  const words = createHash("sha256").update(request).digest();
  return (words.readUInt32BE(0) / 2 ** 32) * 100;
}

/**
 * The models to ask, in order: the one that the shares give this place, and with fallback all others as they are listed, those
 * with no share of their own included; of a model service, those that it lists for that. Sources: Databricks docs "Configure AI Gateway on
 * model serving endpoints", fallbacks; databricks-sdk-py `service/catalog.py`, ModelServiceConfigFallbackConfig.
 */
export function ordered(
  { entities, routes, fallbacks }: Pick<AskedModels, "entities" | "routes" | "fallbacks">,
  place: number,
  hasFallback: boolean,
): readonly Destination[] {
  let upTo = 0;
  const chosen = routes.find(({ percentage }) => {
    upTo += percentage;
    return place < upTo;
  });
  const first = entities.find((one) => one.name === chosen?.entity) ?? entities[0]!;
  if (!hasFallback) return [first];
  return [first, ...entities.filter((one) => one !== first && (fallbacks?.includes(one.name) ?? true))];
}
