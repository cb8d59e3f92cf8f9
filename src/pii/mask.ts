import type { Entity } from "./entities.ts";
import type { Span } from "./span.ts";

/** What stands in an entity's place, as Presidio and Databricks' guardrail write it. */
export const placeholder = (entity: Entity): string => `<${entity}>`;

/** The text with each span replaced by its placeholder. Spans in order and without overlaps, as `detect` gives them. */
export function mask(text: string, spans: readonly Span[]): string {
  let masked = "";
  let at = 0;
  for (const { entity, start, end } of spans) {
    masked += text.slice(at, start) + placeholder(entity);
    at = end;
  }
  return masked + text.slice(at);
}
