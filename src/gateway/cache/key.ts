import { createHash } from "node:crypto";
import type { ModelEndpoint } from "#agents/mod.ts";
import type { JsonObject } from "#base/json.ts";
import type { Permit } from "#kernel/mod.ts";

/** A question as it came, but for the caller's labels. */
export interface Asked {
  readonly api: string;
  readonly isStreaming: boolean;
  readonly body: JsonObject;
  /** What guardrails made of it, where there are any: an endpoint that decides may make something else of the same question tomorrow. */
  readonly passed?: object;
}

/** What a permit says of who asks, and by what right. */
type Entered = Pick<Permit<"endpoint.query">, "who" | "lent_by" | "governance_version"> & {
  readonly doorway: Pick<Permit<"endpoint.query">["doorway"], "door">;
};

/**
 * What an answer is found by: the whole caller, all that the permit rests on, the endpoint as it is configured, and every byte of the
 * question, as it came and as it goes to the model. Of the caller nothing is left out but when the token ends, so that what a caller is given to be later is part of it too.
 *
 * The version alone does not do for the endpoint: a permit may be of a newer one than the configuration that was read (within the second
 * that another server's change may take), and what the old one answered would be found under the new.
 */
export function keyOf(
  { who, lent_by, governance_version, doorway }: Entered,
  { id, config_version, updated_at_ms }: Pick<ModelEndpoint, "id" | "config_version" | "updated_at_ms">,
  { api, isStreaming, body, passed }: Asked,
): string {
  const { expires_at_ms: _, ...caller } = who;
  const endpoint = [id, config_version, updated_at_ms];
  const all = [endpoint, caller, lent_by, governance_version, doorway.door, api, isStreaming, body, passed];
  return createHash("sha256").update(JSON.stringify(all)).digest("base64");
}
