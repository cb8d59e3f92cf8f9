import type { Credential, ModelEndpoint, ModelTask, ServedModel } from "#agents/mod.ts";
import type { Json, JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { listAt, objectAt, refuse, textAt } from "./fields.ts";

/** Databricks allows ten. Source: databricks-sdk-py `service/serving.py`, EndpointCoreConfigInput. */
const ENTITIES_MAX = 10;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Sizes and hardware of a deployment: nothing here is deployed for an endpoint of its own, so any will do. */
const sizes = ["scale_to_zero_enabled", "workload_size", "workload_type", "burst_scaling_enabled"];
/** Each would promise what is not done. */
const promised = [
  "environment_vars",
  "instance_profile_arn",
  "min_provisioned_concurrency",
  "max_provisioned_concurrency",
];
/** Tokens per second. */
const throughput = ["min_provisioned_throughput", "max_provisioned_throughput"];
const TOKENS_PER_S_MAX = 1_000_000;
const known = [
  "name",
  "entity_name",
  "entity_version",
  "external_model",
  ...sizes,
  ...promised,
  ...throughput,
  "provisioned_model_units",
];

export interface EntityPorts {
  /** Whether there is a model of this name here, or an alias of one. */
  readonly isModel: (name: string) => boolean;
  /** Reads an external model; its credentials come as references, or sealed. */
  readonly readExternal: (body: JsonObject, path: string) => ExternalRead;
  /** What a model of this name is for. */
  readonly taskOf: (name: string) => ModelTask;
}

/** An external model as `models` reads it: the fields of its wire form, and its credentials apart from them. */
export interface ExternalRead {
  readonly provider: string;
  readonly model: string;
  readonly task: ModelTask;
  readonly settings: JsonObject;
  readonly credentials: Readonly<Record<string, Credential>>;
}

/**
 * What an endpoint serves. Source: databricks-sdk-py `service/serving.py`, ServedEntityInput; a served entity is a model of
 * this server or one of a provider.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; NOT_IMPLEMENTED for what is deployed on Databricks alone.
 */
export function readEntities(
  ports: EntityPorts,
  value: Json | undefined,
): Pick<ModelEndpoint, "kind" | "task" | "entities"> {
  const entities = listAt(value, "config.served_entities").map((one, index) => readEntity(ports, one, index));
  if (entities.length === 0 || entities.length > ENTITIES_MAX)
    refuse(`'config.served_entities' must hold 1 to ${ENTITIES_MAX} served entities.`);
  const names = entities.map((one) => one.name);
  if (new Set(names).size < names.length) refuse("'config.served_entities' has two entities of one name.");
  const tasks = new Set(entities.map((one) => taskOf(ports, one)));
  if (tasks.size > 1) refuse(`All served entities of an endpoint have one task; these have: ${[...tasks].join(", ")}.`);
  const isExternal = entities.some((one) => one.source.kind === "external");
  return { kind: isExternal ? "external_model" : "foundation_model", task: [...tasks][0]!, entities };
}

const taskOf = ({ taskOf: named }: EntityPorts, { source }: ServedModel): ModelTask =>
  source.kind === "external" ? source.task : named(source.model);

function readEntity(ports: EntityPorts, value: Json, index: number): ServedModel {
  const at = `config.served_entities[${index}]`;
  const fields = objectAt(value, at, known);
  const unkept = promised.find((name) => fields[name] !== undefined);
  if (unkept) throw new Fault("NOT_IMPLEMENTED", `'${at}.${unkept}' is not available on this server. Leave it out.`);
  if (fields.provisioned_model_units !== undefined)
    throw new Fault(
      "NOT_IMPLEMENTED",
      `'${at}.provisioned_model_units' is not available on this server, whose models have no units of capacity. Set 'max_provisioned_throughput', in tokens per second.`,
    );
  const source = fields.external_model === undefined ? foundation(ports, fields, at) : external(ports, fields, at);
  const name = fields.name === undefined ? nameFor(source) : textAt(fields.name, `${at}.name`);
  if (!NAME.test(name)) refuse(`'${at}.name' cannot be '${name.slice(0, 64)}': letters, digits, - and _, 63 at most.`);
  return { name, source };
}

/** Source of the default: databricks-sdk-py ServedEntityInput.name. */
const nameFor = ({ model }: ServedModel["source"]): string => model.replaceAll(/[.:/]/g, "-").slice(0, 63);

function foundation(ports: EntityPorts, fields: JsonObject, at: string): ServedModel["source"] {
  const model = textAt(fields.entity_name, `${at}.entity_name`);
  if (!ports.isModel(model))
    refuse(
      `'${at}.entity_name' names '${model.slice(0, 128)}', which is not configured here. Serve a provider's model as 'external_model'.`,
    );
  const provisioned = provisionedOf(fields, at);
  return { kind: "foundation", model, ...(provisioned && { provisioned }) };
}

/** The bounds of an endpoint's own throughput. It is not scaled here: what may be asked of the model is the upper one. */
function provisionedOf(fields: JsonObject, at: string) {
  const { min_provisioned_throughput: min, max_provisioned_throughput: max } = fields;
  if (min === undefined && max === undefined) return undefined;
  if (max === undefined) return refuse(`'${at}.max_provisioned_throughput' is needed beside the lower bound.`);
  const max_tokens_per_s = tokensPerSecondAt(max, `${at}.max_provisioned_throughput`, 1);
  const min_tokens_per_s = min === undefined ? 0 : tokensPerSecondAt(min, `${at}.min_provisioned_throughput`, 0);
  if (min_tokens_per_s > max_tokens_per_s)
    refuse(`'${at}.min_provisioned_throughput' cannot be more than 'max_provisioned_throughput'.`);
  return { min_tokens_per_s, max_tokens_per_s };
}

function tokensPerSecondAt(value: Json, at: string, min: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= TOKENS_PER_S_MAX) return value;
  return refuse(`'${at}' must be a whole number of tokens per second, ${min} to ${TOKENS_PER_S_MAX}.`);
}

function external(ports: EntityPorts, fields: JsonObject, at: string): ServedModel["source"] {
  if (fields.entity_name !== undefined)
    refuse(`'${at}' has both 'entity_name' and 'external_model': it serves one of them.`);
  const provisioned = throughput.find((name) => fields[name] !== undefined);
  if (provisioned)
    refuse(`'${at}.${provisioned}' is for models of this server: what a provider's can take is the provider's to say.`);
  const body = fields.external_model;
  if (body === null || typeof body !== "object" || Array.isArray(body))
    return refuse(`'${at}.external_model' must be an object.`);
  return { kind: "external", ...ports.readExternal(body as JsonObject, `${at}.external_model`) };
}
