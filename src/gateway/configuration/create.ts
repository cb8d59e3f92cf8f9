import type { EndpointTag, NewModels, Registry, ServedEndpoint } from "#agents/mod.ts";
import type { Json, JsonObject } from "#base/json.ts";
import { type Permit, type Sealing, endpoint as securable } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import type { Aliases } from "../aliases.ts";
import { assertMayName, sealedFor } from "../credentials.ts";
import { assertGuards } from "../guarding/assert.ts";
import type { JudgeSettings } from "../guarding/judge.ts";
import { payloadTable, withPayloadTable } from "../payload/mod.ts";
import { assertKeepable, readAiGateway, readGoverned, readLegacyLimits } from "./ai-gateway.ts";
import { type EntityPorts, readEntities } from "./entities.ts";
import { listAt, objectAt, refuse, textAt } from "./fields.ts";
import { governWithTable, type InferenceTablePorts } from "./inference-table.ts";
import { changedTags, readTags } from "./tags.ts";
import { readTraffic } from "./traffic.ts";

/** What is served at an endpoint, under which rules: as REST sets it. Every change is whole, or not there. */
export interface Configuration {
  create(permit: Permit<"endpoint.create">, body: JsonObject): Promise<ServedEndpoint>;
  /** Another version of what is served; it counts at once. */
  serve(permit: Permit<"endpoint.update">, body: JsonObject): Promise<ServedEndpoint>;
  govern(permit: Permit<"endpoint.update">, body: JsonObject): Promise<AiGatewayConfig>;
  limit(permit: Permit<"endpoint.update">, body: JsonObject): Promise<NonNullable<AiGatewayConfig["rate_limits"]>>;
  label(permit: Permit<"endpoint.update">, body: JsonObject): Promise<readonly EndpointTag[]>;
}

export interface ConfigurationPorts extends InferenceTablePorts {
  readonly models: Models;
  readonly sealing: () => Sealing;
  readonly aliases: Aliases;
  readonly safety_judge: JudgeSettings | undefined;
}

const newFields = ["name", "description", "config", "ai_gateway", "rate_limits", "tags", "route_optimized"];
/** The SDK for Python repeats the endpoint's name in its configuration. */
const configFields = ["name", "served_entities", "served_models", "traffic_config", "auto_capture_config"];

export function createConfiguration(ports: ConfigurationPorts): Configuration {
  const { registry, models, sealing, gate, aliases, safety_judge } = ports;
  const judgesTopics = safety_judge?.kind === "instruct";
  const guarding = { gate, registry, ...(safety_judge && { judge: safety_judge.endpoint }) };
  const read = (
    value: Json | undefined,
    endpoint: string,
  ): Pick<NewModels, "kind" | "task" | "entities" | "routes"> => {
    const config = objectAt(value, "config", configFields);
    if (config.name !== undefined && config.name !== endpoint)
      refuse("'config.name' must be the endpoint's name, or left out.");
    if (config.auto_capture_config !== undefined)
      throw new Fault(
        "NOT_IMPLEMENTED",
        "'config.auto_capture_config' is not available on this server: exchanges are kept by 'ai_gateway.inference_table_config'.",
      );
    if (config.served_models !== undefined) refuse("'config.served_models' has become 'config.served_entities'.");
    const served = readEntities(entityPorts(models, sealing(), endpoint), config.served_entities);
    return {
      ...served,
      routes: readTraffic(
        config.traffic_config,
        served.entities.map((one) => one.name),
      ),
    };
  };
  const assertNameable = async (
    permit: Permit<"endpoint.create"> | Permit<"endpoint.update">,
    entities: NewModels["entities"],
  ): Promise<void> => {
    for (const { source } of entities) if (source.kind === "external") await assertMayName(gate(), permit, source);
  };
  return {
    create: async (permit, body) => {
      const fields = objectAt(body, "body", newFields);
      const name = textAt(fields.name, "name");
      if (Object.hasOwn(aliases, name))
        refuse(
          `'${name}' means the endpoint '${aliases[name]}' here, by 'models.aliases' in lakeward.yaml. Choose another name, or have it taken out there.`,
        );
      if (fields.route_optimized === true)
        throw new Fault("NOT_IMPLEMENTED", "'route_optimized' endpoints are not available on this server.");
      const served = read(fields.config, name);
      await assertNameable(permit, served.entities);
      const created = {
        name,
        description: fields.description === undefined ? "" : textAt(fields.description, "description"),
        ...served,
        ai_gateway: readGoverned(fields, { ...served, judgesTopics }),
        tags: changedTags([], fields.tags === undefined ? [] : readTags(fields.tags, "tags"), []),
      };
      await assertGuards(guarding, permit, name, created.ai_gateway);
      const wanted = payloadTable(created.ai_gateway.inference_table_config, name);
      const keep = (also?: Parameters<Registry["create"]>[2]) => registry.create(permit, created, also);
      const owner = permit.who.subject.name;
      return wanted
        ? await withPayloadTable(ports, permit, { what: securable(name), owner }, wanted, keep)
        : await keep();
    },
    serve: async (permit, body) => {
      const { name, ...config } = body;
      const served = read(config, String(name));
      await assertNameable(permit, served.entities);
      return await registry.change(permit, ({ ai_gateway }) => {
        assertKeepable(ai_gateway, served);
        return { served };
      });
    },
    govern: async (permit, { name: _, ...body }) => {
      const before = await registry.get(permit);
      const wanted = readAiGateway(body, { ...before, judgesTopics });
      await assertGuards(guarding, permit, before.name, wanted);
      const changed = await governWithTable(ports, permit, before, wanted);
      return changed.ai_gateway;
    },
    limit: async (permit, { name: _, ...body }) => {
      const rate_limits = readLegacyLimits(objectAt(body, "body", ["rate_limits"]).rate_limits) ?? [];
      await registry.change(permit, ({ ai_gateway }) => ({ ai_gateway: { ...ai_gateway, rate_limits } }));
      return rate_limits;
    },
    label: async (permit, { name: _, ...body }) => {
      const { add_tags, delete_tags } = objectAt(body, "body", ["add_tags", "delete_tags"]);
      const add = add_tags === undefined ? [] : readTags(add_tags, "add_tags");
      const remove = delete_tags === undefined ? [] : listAt(delete_tags, "delete_tags");
      const keys = remove.map((one, index) => textAt(one, `delete_tags[${index}]`));
      const changed = await registry.change(permit, ({ tags }) => ({ tags: changedTags(tags, add, keys) }));
      return changed.tags;
    },
  };
}

/** How what is served is read: plain credentials are sealed for the endpoint before they are kept anywhere. */
function entityPorts(models: Models, sealing: Sealing, endpoint: string): EntityPorts {
  return {
    isModel: (name) => models.has(name),
    taskOf: (name) => models.taskOf(name),
    readExternal: (body, path) => {
      const { credentials, ...external } = models.readExternal(body, path);
      const kept = Object.entries(credentials).map(([field, given]) => {
        if ("secret" in given) return [field, given] as const;
        const { data_key_id, sealed } = sealing.seal(sealedFor(endpoint, field), Buffer.from(given.plaintext));
        return [field, { data_key_id, sealed_base64: Buffer.from(sealed).toString("base64") }] as const;
      });
      return { ...external, credentials: Object.fromEntries(kept) };
    },
  };
}
