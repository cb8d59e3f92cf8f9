import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { isScope } from "#wire/scopes.ts";
import { type SecurableType, securables } from "#wire/securables.ts";
import type { AiGatewayConfig } from "#wire/serving/ai-gateway.ts";
import {
  type EndpointTag,
  type External,
  entityId,
  type ModelEndpoint,
  type ServedEndpoint,
  type ServedModel,
  type UsedResource,
} from "./served.ts";

/** What one version of an endpoint's configuration serves, as it was. */
export interface EntityRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly endpoint_name: string;
  readonly config_version: number;
  readonly name: string;
  readonly entity: {
    readonly kind: string;
    readonly name: string;
    readonly model?: string;
    readonly provider?: string;
    readonly task?: string;
  };
  readonly created_by: string;
  readonly changed_at: Date;
  readonly endpoint_deleted_at: Date | null;
}

/** Rows of what was served, taken from Postgres at once. */
const ENTITY_ROWS_MAX = 1_000;

/** The registry of serving endpoints in Postgres. */
export interface EndpointStore {
  insert(transaction: Transaction, endpoint: ServedEndpoint): Promise<void>;
  /** Replaces all but id, name, kind and creator of the endpoint with this id. */
  update(transaction: Transaction, endpoint: ServedEndpoint): Promise<void>;
  remove(transaction: Transaction, endpoint: ServedEndpoint, at: Date): Promise<void>;
  /** Within a transaction the row is held until its end. */
  find(name: string, transaction?: Transaction): Promise<ServedEndpoint | undefined>;
  /** All names, in order. */
  names(): Promise<readonly string[]>;
  /** All that was ever served, in the order in which it came, in pieces. */
  entities(): AsyncIterable<readonly EntityRow[]>;
  /** Those of `names` that exist, in order of name. */
  several(names: readonly string[]): Promise<readonly ServedEndpoint[]>;
}

export function endpointStore(db: Database): EndpointStore {
  return {
    insert: async (transaction, endpoint) => {
      const { id, name, description, creator } = endpoint;
      await db
        .on(transaction)
        .insertInto("serving_endpoints")
        .values({
          id,
          name,
          description,
          creator,
          ...changing(endpoint),
          created_at: new Date(endpoint.created_at_ms),
        })
        .execute();
      await recordEntities(db, transaction, endpoint);
    },
    update: async (transaction, endpoint) => {
      await db
        .on(transaction)
        .updateTable("serving_endpoints")
        .set({ description: endpoint.description, ...changing(endpoint) })
        .where("id", "=", endpoint.id)
        .execute();
      await recordEntities(db, transaction, endpoint);
      // What an agent declares narrows what its tokens open.
      await bumpGovernance(transaction);
    },
    remove: async (transaction, { id }, at) => {
      await db.on(transaction).deleteFrom("serving_endpoints").where("id", "=", id).execute();
      const kept = db.on(transaction).updateTable("served_entities").set({ endpoint_deleted_at: at });
      await kept.where("endpoint_id", "=", id).execute();
      await bumpGovernance(transaction);
    },
    find: async (name, transaction) => {
      const named = db.on(transaction).selectFrom("serving_endpoints").selectAll().where("name", "=", name);
      const row = await (transaction ? named.forUpdate() : named).executeTakeFirst();
      return row && endpointOf(row);
    },
    names: async () => {
      const rows = await db.on().selectFrom("serving_endpoints").select("name").orderBy("name").execute();
      return rows.map((row) => row.name);
    },
    entities: async function* () {
      for (let after = "0"; ; ) {
        const rows = db.on().selectFrom("served_entities").selectAll().where("number", ">", after);
        const page = await rows.orderBy("number").limit(ENTITY_ROWS_MAX).execute();
        const last = page.at(-1);
        if (!last) return;
        yield page.map((row) => ({ ...row, entity: row.entity as EntityRow["entity"] }));
        after = last.number;
      }
    },
    several: async (names) => {
      if (names.length === 0) return [];
      const chosen = db
        .on()
        .selectFrom("serving_endpoints")
        .selectAll()
        .where("name", "in", [...names]);
      return (await chosen.orderBy("name").execute()).map(endpointOf);
    },
  };
}

/** What an update may change. */
const changing = (endpoint: ServedEndpoint) => ({
  kind: endpoint.kind,
  config: JSON.stringify(configOf(endpoint)),
  config_version: endpoint.config_version,
  ai_gateway: JSON.stringify(endpoint.ai_gateway),
  tags: JSON.stringify(endpoint.tags),
  updated_at: new Date(endpoint.updated_at_ms),
});

/** Keeps what this version of the configuration serves, once. */
async function recordEntities(db: Database, transaction: Transaction, endpoint: ServedEndpoint): Promise<void> {
  const { id: endpoint_id, name: endpoint_name, config_version } = endpoint;
  const known = db.on(transaction).selectFrom("served_entities").select("number");
  const same = known.where("endpoint_id", "=", endpoint_id).where("config_version", "=", config_version);
  if (await same.executeTakeFirst()) return;
  const entities = endpoint.kind === "agent" ? [agentEntity(endpoint_name)] : endpoint.entities.map(modelEntity);
  const rows = entities.map((entity, index) => ({
    id: entityId(endpoint_id, config_version, index),
    endpoint_id,
    endpoint_name,
    config_version,
    name: entity.name,
    entity: JSON.stringify(entity),
    created_by: endpoint.creator,
    changed_at: new Date(endpoint.updated_at_ms),
  }));
  await db.on(transaction).insertInto("served_entities").values(rows).execute();
}

const agentEntity = (name: string) => ({ kind: "agent", name, task: "agent/v1/responses" });

const modelEntity = ({ name, source }: ServedModel) =>
  source.kind === "foundation"
    ? { kind: "foundation_model", name, model: source.model }
    : { kind: "external_model", name, model: source.model, provider: source.provider, task: source.task };

interface Config {
  readonly model?: string;
  readonly task?: ModelEndpoint["task"];
  readonly entities?: readonly ServedModel[];
  readonly routes?: ModelEndpoint["routes"];
  readonly folder?: string;
  readonly entry?: string;
  readonly dependencies?: readonly string[];
  readonly scopes?: readonly string[];
  readonly resources?: readonly { readonly type: string; readonly name: string; readonly method?: string }[];
  readonly external?: readonly External[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly principal?: { readonly id: string; readonly name: string };
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly kind: "foundation_model" | "external_model" | "agent";
  readonly description: string;
  readonly creator: string;
  readonly config: object;
  readonly config_version: number;
  readonly ai_gateway: AiGatewayConfig;
  readonly tags: readonly EndpointTag[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

function configOf(endpoint: ServedEndpoint): Config {
  if (endpoint.kind !== "agent") {
    const { task, entities, routes } = endpoint;
    return { task, entities, routes };
  }
  const { code, scopes, resources, external, environment, principal } = endpoint;
  const own = principal && { principal: { id: principal.id, name: principal.name } };
  return { ...code, scopes, resources, external, environment, ...own };
}

function endpointOf(row: Row): ServedEndpoint {
  const { id, name, description, creator, config_version, ai_gateway, tags } = row;
  const config: Config = row.config;
  const described = {
    id,
    name,
    description,
    creator,
    config_version,
    ai_gateway,
    tags,
    created_at_ms: row.created_at.getTime(),
    updated_at_ms: row.updated_at.getTime(),
  };
  if (row.kind !== "agent") return { ...described, kind: row.kind, ...servedBy(config) };
  return {
    ...described,
    kind: "agent",
    code: { folder: config.folder ?? "", entry: config.entry ?? "", dependencies: config.dependencies ?? [] },
    scopes: (config.scopes ?? []).filter(isScope),
    resources: (config.resources ?? []).flatMap(resourceOf),
    external: config.external ?? [],
    environment: config.environment ?? {},
    ...(config.principal && { principal: { kind: "service_principal", ...config.principal } }),
  };
}

/** The models of an endpoint; one of before there could be several has a single name. */
function servedBy({
  model = "",
  task = "llm/v1/chat",
  entities,
  routes,
}: Config): Pick<ModelEndpoint, "task" | "entities" | "routes"> {
  if (entities && routes) return { task, entities, routes };
  return {
    task,
    entities: [{ name: model, source: { kind: "foundation", model } }],
    routes: [{ entity: model, percentage: 100 }],
  };
}

/** Nothing for a kind of securable that there is no more. */
function resourceOf({ type, name, method }: NonNullable<Config["resources"]>[number]): readonly UsedResource[] {
  if (!isSecurableType(type)) return [];
  return [{ type, name, method: method === "automatic_passthrough" ? method : "on_behalf_of" }];
}

const isSecurableType = (type: string): type is SecurableType => Object.hasOwn(securables, type);
