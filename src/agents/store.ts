import { bumpGovernance, type Database } from "#db/mod.ts";
import type { Transaction } from "#kernel/mod.ts";
import { isScope } from "#wire/scopes.ts";
import { type SecurableType, securables } from "#wire/securables.ts";
import type { External, ServedEndpoint, UsedResource } from "./served.ts";

/** The registry of serving endpoints in Postgres. */
export interface EndpointStore {
  insert(transaction: Transaction, endpoint: ServedEndpoint): Promise<void>;
  /** Replaces description and configuration of the endpoint with this id. */
  update(transaction: Transaction, endpoint: ServedEndpoint): Promise<void>;
  find(name: string): Promise<ServedEndpoint | undefined>;
  /** All names, in order. */
  names(): Promise<readonly string[]>;
  /** Those of `names` that exist, in order of name. */
  several(names: readonly string[]): Promise<readonly ServedEndpoint[]>;
}

export function endpointStore(db: Database): EndpointStore {
  return {
    insert: async (transaction, endpoint) => {
      const { id, name, kind, description, creator } = endpoint;
      await db
        .on(transaction)
        .insertInto("serving_endpoints")
        .values({
          id,
          name,
          kind,
          description,
          creator,
          config: JSON.stringify(configOf(endpoint)),
          created_at: new Date(endpoint.created_at_ms),
          updated_at: new Date(endpoint.updated_at_ms),
        })
        .execute();
    },
    update: async (transaction, endpoint) => {
      await db
        .on(transaction)
        .updateTable("serving_endpoints")
        .set({
          description: endpoint.description,
          config: JSON.stringify(configOf(endpoint)),
          updated_at: new Date(endpoint.updated_at_ms),
        })
        .where("id", "=", endpoint.id)
        .execute();
      // What an agent declares narrows what its tokens open.
      await bumpGovernance(transaction);
    },
    find: async (name) => {
      const row = await db.on().selectFrom("serving_endpoints").selectAll().where("name", "=", name).executeTakeFirst();
      return row && endpointOf(row);
    },
    names: async () => {
      const rows = await db.on().selectFrom("serving_endpoints").select("name").orderBy("name").execute();
      return rows.map((row) => row.name);
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

interface Config {
  readonly model?: string;
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
  readonly kind: "foundation_model" | "agent";
  readonly description: string;
  readonly creator: string;
  readonly config: Config;
  readonly created_at: Date;
  readonly updated_at: Date;
}

function configOf(endpoint: ServedEndpoint): Config {
  if (endpoint.kind === "foundation_model") return { model: endpoint.model };
  const { code, scopes, resources, external, environment, principal } = endpoint;
  const own = principal && { principal: { id: principal.id, name: principal.name } };
  return { ...code, scopes, resources, external, environment, ...own };
}

function endpointOf(row: Row): ServedEndpoint {
  const { id, name, description, creator, config } = row;
  const described = {
    id,
    name,
    description,
    creator,
    created_at_ms: row.created_at.getTime(),
    updated_at_ms: row.updated_at.getTime(),
  };
  if (row.kind === "foundation_model") return { ...described, kind: "foundation_model", model: config.model ?? "" };
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

/** Nothing for a kind of securable that there is no more. */
function resourceOf({ type, name, method }: NonNullable<Config["resources"]>[number]): readonly UsedResource[] {
  if (!isSecurableType(type)) return [];
  return [{ type, name, method: method === "automatic_passthrough" ? method : "on_behalf_of" }];
}

const isSecurableType = (type: string): type is SecurableType => Object.hasOwn(securables, type);
