import { entityId, type ModelEndpoint, type ServedModel } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import type { Tally } from "../tally.ts";
import { askInTurn, type Begun, NoAnswer } from "./ask.ts";
import type { Circuits } from "./circuit.ts";
import { ordered, placeOf } from "./split.ts";

/** The provider of models that this server has itself. */
const BUILT_IN = "lakeward";

/** A question that a model of the endpoint is to answer. */
interface Beginning<T> {
  readonly endpoint: ModelEndpoint;
  /** As it came: the same question goes the same way. */
  readonly body: JsonObject;
  readonly tally: Tally;
  readonly ask: (entity: ServedModel, until: AbortSignal) => Promise<AsyncIterable<T>>;
  readonly signal: AbortSignal;
}

/** The first model that begins to answer; what was tried is tallied whether or not one does. @throws Fault of the last one tried. */
export async function begin<T>(
  { clock, circuits }: { readonly clock: Clock; readonly circuits: Circuits },
  { endpoint, body, tally, ask, signal }: Beginning<T>,
): Promise<Begun<T>> {
  const hasFallback = endpoint.ai_gateway.fallback_config?.enabled === true;
  // Where there is one route, every place is on it.
  const place = endpoint.routes.length > 1 ? placeOf(JSON.stringify(body)) : 0;
  const entities = ordered(endpoint, place, hasFallback);
  try {
    const begun = await askInTurn({ clock, circuits, endpoint_id: endpoint.id }, entities, ask, signal);
    const index = endpoint.entities.indexOf(begun.entity);
    const { name, source } = begun.entity;
    const provider = source.kind === "external" ? source.provider : BUILT_IN;
    const destination = { name, provider, model: source.model };
    tally.tried(begun.attempts, entityId(endpoint.id, endpoint.config_version, index), destination);
    return begun;
  } catch (thrown) {
    if (!(thrown instanceof NoAnswer)) throw thrown;
    tally.tried(thrown.attempts);
    throw thrown.fault;
  }
}
