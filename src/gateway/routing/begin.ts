import { entityId } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import type { ModelUsage } from "#kernel/mod.ts";
import type { AskedModels, Destination } from "../asked.ts";
import type { Tally } from "../tally.ts";
import { askInTurn, NoAnswer } from "./ask.ts";
import type { Circuits } from "./circuit.ts";
import { ordered, placeOf } from "./split.ts";

/** The provider of models that this server has itself. */
const BUILT_IN = "lakeward";

/** A question that a model of the endpoint is to answer. */
interface Question<T> {
  readonly endpoint: AskedModels;
  /** As it came: the same question goes the same way. */
  readonly body: JsonObject;
  readonly tally: Tally;
  readonly ask: (entity: Destination, until: AbortSignal) => Promise<AsyncIterable<T>>;
  readonly signal: AbortSignal;
}

/** An answer that has begun, and whose it is. */
export interface Beginning<T> {
  readonly events: AsyncIterable<T>;
  readonly served_entity_id: string;
  readonly destination: NonNullable<ModelUsage["destination"]>;
  /** The model that the traffic's shares give the question; false of one that stands in for it. */
  readonly isFirstChoice: boolean;
}

/** The first model that begins to answer; what was tried is tallied whether or not one does. @throws Fault of the last one tried. */
export async function begin<T>(
  { clock, circuits }: { readonly clock: Clock; readonly circuits: Circuits },
  { endpoint, body, tally, ask, signal }: Question<T>,
): Promise<Beginning<T>> {
  const hasFallback = endpoint.ai_gateway.fallback_config?.enabled === true;
  // Where there is one route, every place is on it.
  const place = endpoint.routes.length > 1 ? placeOf(JSON.stringify(body)) : 0;
  const entities = ordered(endpoint, place, hasFallback);
  try {
    const begun = await askInTurn({ clock, circuits, endpoint_id: endpoint.id }, entities, ask, signal);
    const index = endpoint.entities.indexOf(begun.entity);
    const destination = destinationOf(begun.entity);
    const served_entity_id = entityId(endpoint.id, endpoint.config_version, index);
    tally.tried(begun.attempts, served_entity_id, destination);
    return { events: begun.events, served_entity_id, destination, isFirstChoice: begun.entity === entities[0] };
  } catch (thrown) {
    if (!(thrown instanceof NoAnswer)) throw thrown;
    tally.tried(thrown.attempts);
    throw thrown.fault;
  }
}

/** Whose model it is, as its provider calls it, and its name at the endpoint. */
export function destinationOf({ name, source }: Destination): NonNullable<ModelUsage["destination"]> {
  const provider = "provider" in source ? source.provider : undefined;
  return { name, provider: provider ?? BUILT_IN, model: source.model };
}
