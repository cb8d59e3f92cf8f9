import type { ModelTask } from "#agents/mod.ts";
import type { Json, JsonObject } from "#base/json.ts";
import type { AiGatewayConfig, Guardrails, RateLimit } from "#wire/serving/ai-gateway.ts";
import type { AttachedPolicy } from "../asked.ts";
import { assertKeepable } from "../configuration/ai-gateway.ts";
import { listAt, numberAt, objectAt, refuse, textAt } from "../configuration/fields.ts";
import type { KeptDestination } from "./destinations.ts";
import { partAfter } from "./names.ts";
import { readServiceLimits } from "./rate-limits.ts";

/** A model service as it is kept. */
export interface ModelServiceConfig {
  readonly task: ModelTask;
  readonly destinations: readonly KeptDestination[];
  readonly fallbacks: readonly KeptDestination[];
  readonly rate_limits?: readonly RateLimit[];
  /** With its prefix always told. */
  readonly inference_table?: NonNullable<AiGatewayConfig["inference_table_config"]>;
  readonly guardrails?: Guardrails;
  readonly service_policies?: readonly AttachedPolicy[];
}

/** Reads destinations, which asks the gate about each thing that they name. */
export type ReadDestination = (value: Json, at: string) => Promise<KeptDestination>;

/** Reads attached policies, which asks the gate about each. */
type ReadPolicies = (value: Json) => Promise<readonly AttachedPolicy[]>;

/** What asks the gate about each thing that a configuration names. */
export interface ServiceReaders {
  readonly destination: ReadDestination;
  readonly policies: ReadPolicies;
  readonly guardrails: (value: Json) => Promise<Guardrails>;
}

/** Source: databricks-sdk-py `service/catalog.py`, ModelServiceConfigRoutingConfig, ModelServiceConfigFallbackConfig. */
const DESTINATIONS_MAX = 10;
const FALLBACKS_MAX = 5;
const WHOLE = 100;

/**
 * The parts of a configuration that are changed by themselves, by the paths of `update_mask`. Source: databricks-sdk-py
 * `service/catalog.py`, update_model_service; guardrails and service_policies are ours.
 */
export const modelParts = [
  "config.routing.destinations",
  "config.routing.fallback.destinations",
  "config.rate_limits",
  "config.inference_table",
  "config.guardrails",
  "config.service_policies",
] as const;
export type ModelPart = (typeof modelParts)[number];

/** Parts that a replaced configuration keeps when it does not tell them: a client that does not know them takes none away. */
const kept: ReadonlySet<ModelPart> = new Set(["config.guardrails", "config.service_policies"]);

/**
 * Reads the parts of a model service's configuration that are to be changed; all others stay as they were. What is accepted is kept and
 * shown as it was given. Source: databricks-sdk-py `service/catalog.py`, ModelServiceConfig; `guardrails` are ours, in the form that an
 * endpoint's `ai_gateway` has.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; as `readers`.
 */
export async function readModelService(
  value: Json | undefined,
  {
    parts,
    before,
    name,
  }: { readonly parts: ReadonlySet<ModelPart>; readonly before?: ModelServiceConfig; readonly name: string },
  readers: ServiceReaders,
): Promise<ModelServiceConfig> {
  const fields = objectAt(value ?? {}, "config", [
    "routing",
    "rate_limits",
    "inference_table",
    "guardrails",
    "service_policies",
  ]);
  const routing = objectAt(fields.routing ?? {}, "config.routing", ["destinations", "fallback"]);
  const fallback = objectAt(routing.fallback ?? {}, "config.routing.fallback", ["destinations"]);
  const part = async <T>(
    path: ModelPart,
    given: Json | undefined,
    was: T | undefined,
    read: (given: Json) => T | Promise<T>,
  ): Promise<T | undefined> => {
    if (!parts.has(path) || (given === undefined && kept.has(path) && parts.size > 1)) return was;
    return given === undefined ? undefined : await read(given);
  };
  const destinations = (at: string, max: number) => async (given: Json) => {
    const list = listAt(given, at);
    if (list.length > max) refuse(`'${at}' holds at most ${max} destinations.`);
    const read: KeptDestination[] = [];
    for (const [index, one] of list.entries()) read.push(await readers.destination(one, `${at}[${index}]`));
    return read;
  };
  const [primary, second] = ["config.routing.destinations", "config.routing.fallback.destinations"] as const;
  const read = {
    destinations: shared(
      (await part(primary, routing.destinations, before?.destinations, destinations(primary, DESTINATIONS_MAX))) ?? [],
    ),
    fallbacks:
      (await part(second, fallback.destinations, before?.fallbacks, destinations(second, FALLBACKS_MAX))) ?? [],
    rate_limits: await part("config.rate_limits", fields.rate_limits, before?.rate_limits, readServiceLimits),
    inference_table: await part("config.inference_table", fields.inference_table, before?.inference_table, (given) =>
      readTable(given, name),
    ),
    guardrails: await part("config.guardrails", fields.guardrails, before?.guardrails, readers.guardrails),
    service_policies: await part(
      "config.service_policies",
      fields.service_policies,
      before?.service_policies,
      readers.policies,
    ),
  };
  const task = taskOfAll([...read.destinations, ...read.fallbacks]);
  assertKeepable({ ...(read.guardrails && { guardrails: read.guardrails }) }, { kind: "external_model", task });
  if (task !== "llm/v1/chat" && (read.service_policies?.length ?? 0) > 0)
    refuse("A service of embedding models has no 'config.service_policies': what they answer is numbers.");
  return { task, ...(withoutAbsent(read) as Omit<ModelServiceConfig, "task">) };
}

const withoutAbsent = (read: object): object =>
  Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));

/** A single destination gets all of the traffic. */
function shared(destinations: readonly KeptDestination[]): readonly KeptDestination[] {
  const at = "config.routing.destinations";
  if (destinations.length === 0) return refuse(`'${at}' must hold at least one destination.`);
  if (destinations.length === 1) return [{ ...destinations[0]!, traffic_percentage: WHOLE }];
  const shares = destinations.map((one, index) =>
    one.traffic_percentage === undefined
      ? refuse(`'${at}[${index}].traffic_percentage' is needed.`)
      : one.traffic_percentage,
  );
  const sum = shares.reduce((total, one) => total + one, 0);
  return sum === WHOLE ? destinations : refuse(`'${at}' must share out ${WHOLE} percent; these are ${sum}.`);
}

function taskOfAll(destinations: readonly KeptDestination[]): ModelTask {
  const names = destinations.map(({ name }) => name);
  if (new Set(names).size < names.length) refuse("'config.routing' has two destinations of one name.");
  const tasks = new Set(destinations.map(({ source }) => source.task));
  if (tasks.size > 1) refuse(`All destinations of a service have one task; these have: ${[...tasks].join(", ")}.`);
  return [...tasks][0]!;
}

/** `table` and `is_deleted` are told by the server; whoever sends back what was read sends them too. */
function readTable(value: Json, service: string): NonNullable<ModelServiceConfig["inference_table"]> {
  const at = "config.inference_table";
  const { parent, table_name_prefix } = objectAt(value, at, ["parent", "table_name_prefix", "table", "is_deleted"]);
  const [catalog_name, schema_name] = partAfter("schemas", textAt(parent, `${at}.parent`), 2, `${at}.parent`).split(
    ".",
  );
  const prefix = table_name_prefix === undefined ? service : textAt(table_name_prefix, `${at}.table_name_prefix`);
  if (/[./\s\p{Cc}]/u.test(prefix))
    refuse(`'${at}.table_name_prefix' must be one part of a name, without dots and blanks.`);
  return { enabled: true, catalog_name: catalog_name!, schema_name: schema_name!, table_name_prefix: prefix };
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export const shareAt = (value: Json | undefined, at: string): number => numberAt(value, at, 0, WHOLE);

/** A configuration as it lies in the catalog, which is as `readModelService` made it: nothing else writes one. */
export const modelConfigOf = (config: JsonObject): ModelServiceConfig => config as unknown as ModelServiceConfig;
