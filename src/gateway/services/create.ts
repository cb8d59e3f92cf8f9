import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { type Permit, type ServiceDefinition, type Services, type ServiceType, type What, what } from "#kernel/mod.ts";
import { objectAt, refuse, textAt } from "../configuration/fields.ts";
import { assertGuards } from "../guarding/assert.ts";
import type { JudgeSettings } from "../guarding/judge.ts";
import { readGuardrails } from "../guardrails/mod.ts";
import { type MakingPorts, payloadTable, withPayloadTable } from "../payload/mod.ts";
import { type PolicyPorts, readAttached } from "../policies/mod.ts";
import { asking, type DestinationPorts, destinationReader } from "./destinations.ts";
import { providerConfigShown, versionOf } from "./info.ts";
import {
  type ModelPart,
  type ModelServiceConfig,
  modelConfigOf,
  modelParts,
  readModelService,
  type ServiceReaders,
} from "./model-config.ts";
import { type ProviderPorts, providerConfigOf, readProvider } from "./provider-config.ts";

/** Services as REST sets them. Every change is whole, or not there. */
export interface ServiceConfiguration {
  /** Makes a service of this name in the permit's schema. */
  create(
    permit: Permit<"service.create">,
    type: ServiceType,
    name: string,
    body: JsonObject,
  ): Promise<ServiceDefinition>;
  /** Changes what `update_mask` names. */
  update(
    permit: Permit<"service.update">,
    update_mask: string,
    etag: string | undefined,
    body: JsonObject,
  ): Promise<ServiceDefinition>;
  remove(permit: Permit<"service.delete">, etag: string | undefined): Promise<void>;
}

export interface ServiceConfigurationPorts extends MakingPorts, DestinationPorts, ProviderPorts, PolicyPorts {
  readonly metastore: MakingPorts["metastore"] & PolicyPorts["metastore"];
  readonly services: Services;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
  readonly safety_judge?: JudgeSettings;
}

/** What the server tells of a service: whoever sends back what was read sends it too, and changes nothing by it. */
const told = [
  "name",
  "create_time",
  "created_by",
  "effective_owner",
  "etag",
  "metastore_id",
  "update_time",
  "updated_by",
  "supported_api_types",
];

/** The parts of a provider service's configuration that are changed by themselves; `provider` is the object of its type. */
const providerPaths = ["config.provider", "config.targets", "config.allow_all_targets"];

export function createServiceConfiguration(ports: ServiceConfigurationPorts): ServiceConfiguration {
  const { services } = ports;
  return {
    create: async (permit, type, name, body) => {
      const fields = objectAt(body, "body", ["comment", "config", ...told]);
      if (fields.name !== undefined) refuse("'name' is made of 'parent' and the service's id: leave it out.");
      const full = what(type, `${permit.what.name}.${name.toLowerCase()}`);
      const comment = fields.comment === undefined ? {} : { comment: textAt(fields.comment, "comment") };
      if (type === "MODEL_PROVIDER_SERVICE") {
        const config = readProvider(ports, full.name, fields.config);
        await assertMayStore(ports, permit);
        return services.createService(permit, { type, name, ...comment, config: asJson(config) });
      }
      const options = { parts: new Set(modelParts), name: name.toLowerCase() };
      const config = await readModelService(fields.config, options, readersOf(ports, permit, full.name));
      const table = tableOf(config, full);
      const keep = (also?: Parameters<Services["createService"]>[2]) =>
        services.createService(permit, { type, name, ...comment, config: asJson(config) }, also);
      const owner = permit.who.subject.name;
      return table ? await withPayloadTable(ports, permit, { what: full, owner }, table, keep) : await keep();
    },

    update: async (permit, update_mask, etag, body) => {
      const { config, ...rest } = objectAt(body, "body", ["comment", "config", ...told]);
      const before = await services.service(permit);
      const isModel = before.type === "MODEL_SERVICE";
      const paths = pathsOf(update_mask, isModel ? modelParts : providerPaths);
      const comment = paths.has("comment") && {
        comment: rest.comment === undefined ? null : textAt(rest.comment, "comment"),
      };
      const version = versionOf(etag) ?? before.version;
      const change = { ...comment };
      if (![...paths].some((path) => path.startsWith("config")))
        return services.updateService(permit, versionOf(etag), () => change);
      if (!isModel) {
        const merged = mergedProvider(before, config, paths);
        const changed = readProvider(ports, before.name, merged, providerConfigOf(before.config));
        return services.updateService(permit, version, () => ({ ...change, config: asJson(changed) }));
      }
      return updateModel(ports, permit, { before, version, paths, config, change });
    },

    remove: (permit, etag) => services.dropService(permit, versionOf(etag)),
  };
}

/** Whoever configures a model service must be let to use each thing that it names. */
function readersOf(
  ports: ServiceConfigurationPorts,
  permit: Permit<"service.create"> | Permit<"service.update">,
  name: string,
): ServiceReaders {
  const { safety_judge } = ports;
  const guarding = { ...ports, ...(safety_judge && { judge: safety_judge.endpoint }) };
  return {
    destination: destinationReader(ports, permit),
    policies: (value) => readAttached(ports, permit, value),
    guardrails: async (value) => {
      const guardrails = readGuardrails(value, { judgesTopics: safety_judge?.kind === "instruct" });
      await assertGuards(guarding, { who: asking(permit.who), doorway: permit.doorway }, name, { guardrails });
      return guardrails;
    },
  };
}

interface ModelUpdate {
  readonly before: ServiceDefinition;
  readonly version: number;
  readonly paths: ReadonlySet<string>;
  readonly config: Json | undefined;
  readonly change: { readonly comment?: string | null };
}

async function updateModel(
  ports: ServiceConfigurationPorts,
  permit: Permit<"service.update">,
  { before, version, paths, config, change }: ModelUpdate,
): Promise<ServiceDefinition> {
  const had = modelConfigOf(before.config);
  const parts = new Set(modelParts.filter((part) => paths.has(part) || paths.has("config")));
  const options = { parts: parts as ReadonlySet<ModelPart>, before: had, name: before.name.split(".").at(-1)! };
  const read = await readModelService(config, options, readersOf(ports, permit, before.name));
  const keep = (also?: Parameters<Services["updateService"]>[3]) =>
    ports.services.updateService(permit, version, () => ({ ...change, config: asJson(read) }), also);
  const [table, hadTable] = [tableOf(read, permit.what), tableOf(had, permit.what)];
  if (!table || table.name === hadTable?.name) return keep();
  if (hadTable)
    refuse("'config.inference_table' names another table than before: take it away first, then name the new one.");
  const owner = (await ports.ownerOf(permit.what)) ?? before.owner;
  return withPayloadTable(ports, permit, { what: permit.what, owner }, table, keep);
}

/** Source: databricks-sdk-py `service/catalog.py`, update_model_service. @throws Fault INVALID_PARAMETER_VALUE */
function pathsOf(update_mask: string, parts: readonly string[]): ReadonlySet<string> {
  const known = ["comment", "config", ...parts];
  const paths = update_mask.split(",").map((path) => path.trim());
  const unknown = paths.find((path) => !known.includes(path));
  if (unknown !== undefined)
    refuse(`'update_mask' names '${unknown.slice(0, 100)}', which is not changed here: use ${known.join(", ")}.`);
  return new Set(paths);
}

/** What a provider service would be with the parts that are changed in place of those that it has. */
function mergedProvider(
  before: ServiceDefinition,
  given: Json | undefined,
  paths: ReadonlySet<string>,
): Json | undefined {
  if (paths.has("config")) return given;
  const had: JsonObject = asJson(providerConfigShown(providerConfigOf(before.config)));
  const sent = isJsonObject(given) ? given : {};
  const { targets, allow_all_targets, provider_type = had.provider_type, ...rest } = sent;
  const own = Object.keys(had).find((field) => isJsonObject(had[field]))!;
  const merged: Record<string, Json | undefined> = { ...had, provider_type };
  if (paths.has("config.provider")) merged[own] = rest[own];
  if (paths.has("config.targets")) merged.targets = targets;
  if (paths.has("config.allow_all_targets")) merged.allow_all_targets = allow_all_targets;
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as JsonObject;
}

const tableOf = ({ inference_table }: ModelServiceConfig, { name }: What): What | undefined =>
  payloadTable(inference_table, name);

const asJson = (config: object): JsonObject => config as JsonObject;

/** A credential is stored by whoever may do that in the schema. Source: databricks-sdk-py `service/catalog.py`, create_model_provider_service. */
async function assertMayStore({ gate }: ServiceConfigurationPorts, permit: Permit<"service.create">): Promise<void> {
  const storing = await gate().enter(permit.who, "service.store_credential", permit.what, permit.doorway);
  await storing.settle({ status: "ok" });
}
