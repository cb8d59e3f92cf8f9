import type { Clock } from "#base/clock.ts";
import type { ModelUsage, Permit } from "#kernel/mod.ts";
import type { AnswerEvent, Embeddings } from "#models/mod.ts";
import type { AskedModels } from "../asked.ts";
import { BoundedCache } from "./bounded.ts";
import { AGE_S_DEFAULT } from "./config.ts";
import { type Asked, keyOf } from "./key.ts";

const MIB = 1024 * 1024;

/** Of this server, all endpoints together; as many answers of a page each as fit into the bytes. */
const BOUNDS = { entries_max: 16_384, bytes_max: 64 * MIB };
/** An answer that is larger is not kept: one alone would push out all the others. */
export const ANSWER_BYTES_MAX = MIB;

/** What a model answered, and which. */
export interface Kept<A> {
  readonly answer: A;
  readonly served_entity_id: string;
  readonly destination: NonNullable<ModelUsage["destination"]>;
}

/** Where the answer to one question is kept, or was found. */
export interface Place<A> {
  readonly found: Kept<A> | undefined;
  keep(kept: Kept<A>, bytes: number): void;
}

/** Undefined for an endpoint that gives no answer again. */
type Look<A> = (permit: Permit<"endpoint.query">, endpoint: AskedModels, asked: Asked) => Place<A> | undefined;

/** The answers of endpoints whose configuration says that they are given again, in this process. */
export interface ResponseCache {
  readonly answers: Look<readonly AnswerEvent[]>;
  readonly embeddings: Look<Embeddings>;
}

export function createResponseCache(clock: Clock): ResponseCache {
  return { answers: lookIn(clock), embeddings: lookIn(clock) };
}

function lookIn<A>(clock: Clock): Look<A> {
  const cache = new BoundedCache<Kept<A>>({ ...BOUNDS, entry_bytes_max: ANSWER_BYTES_MAX });
  return (permit, endpoint, asked) => {
    const { enabled = false, max_age_seconds = AGE_S_DEFAULT } = endpoint.ai_gateway.response_cache_config ?? {};
    if (!enabled) return undefined;
    const key = keyOf(permit, endpoint, asked);
    return {
      found: cache.find(key, clock.now_ms(), max_age_seconds * 1000),
      keep: (kept, bytes) => cache.keep(key, kept, bytes, clock.now_ms()),
    };
  };
}
