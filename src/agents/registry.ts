import { isAbsolute } from "node:path";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import {
  type ActorSource,
  type AgentPrincipals,
  assertPermit,
  endpoint,
  type Permit,
  type SecurableRegister,
  type Transaction,
  type Transactions,
  type What,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Scope } from "#wire/scopes.ts";
import { actorOf } from "./actor.ts";
import { type Declaration, settle } from "./declaration.ts";
import type { AgentCode } from "./process/spawn.ts";
import type { ModelEndpoint, ServedEndpoint } from "./served.ts";
import type { EndpointStore } from "./store.ts";

/** What the gateway does for an endpoint, and its labels; none when not given, and kept by an update. */
type Governed = Partial<Pick<ServedEndpoint, "ai_gateway" | "tags">>;

/** Several models behind one endpoint, or one of a provider outside. */
export type NewModels = Governed &
  Pick<ModelEndpoint, "kind" | "name" | "description" | "task" | "entities" | "routes">;

export type NewEndpoint =
  | { readonly kind: "foundation_model"; readonly name: string; readonly description: string; readonly model: string }
  | NewModels
  | (Governed &
      Declaration & {
        readonly kind: "agent";
        readonly description: string;
        readonly code: AgentCode;
        readonly scopes: readonly Scope[];
      });

/** A part of an endpoint, of which the rest stays. What is served counts as another version of the configuration. */
export type EndpointChange = Partial<
  Pick<ModelEndpoint, "ai_gateway" | "tags"> & {
    readonly served: Pick<ModelEndpoint, "kind" | "task" | "entities" | "routes">;
  }
>;

/** What is done in the same transaction: both are there, or neither is. */
type Along = (transaction: Transaction) => Promise<void>;

/** The serving endpoints of the workspace. */
export interface Registry extends ActorSource {
  /** Makes an endpoint, owned by the permit's subject, and an agent's own service principal with it. @throws Fault RESOURCE_ALREADY_EXISTS, INVALID_PARAMETER_VALUE */
  create(permit: Permit<"endpoint.create">, input: NewEndpoint, also?: Along): Promise<ServedEndpoint>;
  /** Gives the endpoint of the permit another description, model or code; an agent is started anew. @throws Fault INVALID_PARAMETER_VALUE when its kind or name would change. */
  update(permit: Permit<"endpoint.update">, input: NewEndpoint): Promise<void>;
  /**
   * Changes a part of the permit's endpoint, as `change` makes it of what is there.
   * @throws Fault INVALID_PARAMETER_VALUE when models would take an agent's place.
   */
  change(
    permit: Permit<"endpoint.update">,
    change: (endpoint: ServedEndpoint) => EndpointChange,
    also?: Along,
  ): Promise<ServedEndpoint>;
  /** Takes the endpoint away, with all rights on it. An agent's principal stays: what it did is on record under its name. */
  remove(permit: Permit<"endpoint.delete">): Promise<void>;
  /** The endpoint of the permit. */
  get(
    permit:
      | Permit<"endpoint.read_metadata">
      | Permit<"endpoint.read_logs">
      | Permit<"endpoint.query">
      | Permit<"endpoint.update">,
  ): Promise<ServedEndpoint>;
  /** Every endpoint, as a securable: pass them through `gate.filter` before anyone sees one. */
  candidates(permit: Permit<"endpoint.list">): Promise<readonly What[]>;
  /** The endpoints that a filter let through, in order of name. */
  list(permit: Permit<"endpoint.list">, visible: readonly What[]): Promise<readonly ServedEndpoint[]>;
}

interface RegistryPorts {
  readonly store: EndpointStore;
  /** An endpoint by its name, as long as nothing that is governed changes. */
  readonly remembered: (name: string) => Promise<ServedEndpoint | undefined>;
  readonly transactions: Transactions;
  readonly securables: SecurableRegister;
  readonly principals: Pick<AgentPrincipals, "registerIn">;
  readonly clock: Clock;
  readonly ids: IdSource;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** Names that are paths of their own under `/serving-endpoints/`. */
const reserved: ReadonlySet<string> = new Set(["responses", "chat", "completions", "embeddings", "pt"]);

export function createRegistry(ports: RegistryPorts): Registry {
  const { store, remembered, transactions, securables, principals, clock, ids } = ports;
  const missing = (name: string): Fault =>
    new Fault("RESOURCE_DOES_NOT_EXIST", `Serving endpoint '${name}' does not exist.`);
  /** A change within the same millisecond is a change too: an agent's process goes by this time. */
  const laterThan = (endpoint: ServedEndpoint): number => Math.max(clock.now_ms(), endpoint.updated_at_ms + 1);
  /** An agent keeps the principal that it has. */
  const withPrincipal = async (transaction: Transaction, made: ServedEndpoint): Promise<ServedEndpoint> =>
    made.kind === "agent" && !made.principal
      ? { ...made, principal: await principals.registerIn(transaction, made.name) }
      : made;
  const get: Registry["get"] = async (permit) => {
    if (permit.action === "endpoint.query") assertPermit(permit, "endpoint.query");
    else if (permit.action === "endpoint.update") assertPermit(permit, "endpoint.update");
    else if (permit.action === "endpoint.read_logs") assertPermit(permit, "endpoint.read_logs");
    else assertPermit(permit, "endpoint.read_metadata");
    const found = await remembered(permit.what.name);
    if (!found) throw missing(permit.what.name);
    return found;
  };
  return {
    get,
    create: async (permit, input, also) => {
      assertPermit(permit, "endpoint.create");
      assertNew(input);
      if (await store.find(input.name)) {
        throw new Fault("RESOURCE_ALREADY_EXISTS", `Serving endpoint '${input.name}' already exists.`);
      }
      const now_ms = clock.now_ms();
      const owner = permit.who.subject.name;
      const id = ids.uuid();
      const declared = settled(input, { id, creator: owner, created_at_ms: now_ms, updated_at_ms: now_ms });
      return await transactions.run(async (transaction) => {
        await securables.register("ENDPOINT", declared.name, id, owner, transaction);
        const made = await withPrincipal(transaction, declared);
        await store.insert(transaction, made);
        await also?.(transaction);
        await permit.settleIn(transaction, { status: "ok" });
        return made;
      });
    },
    update: async (permit, input) => {
      assertPermit(permit, "endpoint.update");
      assertNew(input);
      const found = await store.find(permit.what.name);
      if (found?.name !== input.name || found.kind !== input.kind)
        throw new Fault("INVALID_PARAMETER_VALUE", `'${permit.what.name}' keeps its name and its kind.`);
      const { id, creator, created_at_ms } = found;
      const changed = settled(input, { id, creator, created_at_ms, updated_at_ms: laterThan(found) }, found);
      await transactions.run(async (transaction) => {
        await store.update(transaction, await withPrincipal(transaction, changed));
        await permit.settleIn(transaction, { status: "ok" });
      });
    },
    change: async (permit, change, also) => {
      assertPermit(permit, "endpoint.update");
      return await transactions.run(async (transaction) => {
        const found = await store.find(permit.what.name, transaction);
        if (!found) throw missing(permit.what.name);
        const { served, ...more } = change(found);
        const changed = changedBy(found, served, { ...more, updated_at_ms: laterThan(found) });
        await store.update(transaction, changed);
        await also?.(transaction);
        await permit.settleIn(transaction, { status: "ok" });
        return changed;
      });
    },
    remove: async (permit) => {
      assertPermit(permit, "endpoint.delete");
      await transactions.run(async (transaction) => {
        const found = await store.find(permit.what.name, transaction);
        if (!found) throw missing(permit.what.name);
        await store.remove(transaction, found, new Date(clock.now_ms()));
        await securables.unregister(permit.what, transaction);
        await permit.settleIn(transaction, { status: "ok" });
      });
    },
    candidates: async (permit) => {
      assertPermit(permit, "endpoint.list");
      return (await store.names()).map(endpoint);
    },
    list: async (permit, visible) => {
      assertPermit(permit, "endpoint.list");
      return await store.several(visible.map((one) => one.name));
    },
    find: async (kind, name) => {
      const found = kind === "agent" ? await store.find(name) : undefined;
      return found?.kind === "agent" ? actorOf(found) : undefined;
    },
  };
}

/** The endpoint with what it serves replaced, which makes another version of its configuration. */
function changedBy(
  found: ServedEndpoint,
  served: EndpointChange["served"],
  more: Partial<Pick<ServedEndpoint, "ai_gateway" | "tags">> & Pick<ServedEndpoint, "updated_at_ms">,
): ServedEndpoint {
  if (!served) return { ...found, ...more };
  if (found.kind === "agent")
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `Serving endpoint '${found.name}' serves an agent, whose place no model can take. Create another endpoint.`,
    );
  return { ...found, ...more, ...served, config_version: found.config_version + 1 };
}

/** The endpoint that is declared, with the principal that it has. @throws Fault INVALID_PARAMETER_VALUE by its declaration. */
function settled(
  input: NewEndpoint,
  kept: Pick<ServedEndpoint, "id" | "creator" | "created_at_ms" | "updated_at_ms">,
  before?: ServedEndpoint,
): ServedEndpoint {
  const described = {
    ...kept,
    name: input.name,
    description: input.description,
    config_version: (before?.config_version ?? 0) + 1,
    ai_gateway: before?.ai_gateway ?? {},
    tags: before?.tags ?? [],
  };
  if (input.kind === "agent") {
    const { kind, code, scopes, ai_gateway, tags } = input;
    const principal = before?.kind === "agent" && before.principal && { principal: before.principal };
    const governed = { ...(ai_gateway && { ai_gateway }), ...(tags && { tags }) };
    return { ...described, ...governed, kind, code, scopes, ...settle(input), ...principal };
  }
  if ("entities" in input) return { ...described, ...input };
  const { kind, model } = input;
  return {
    ...described,
    kind,
    task: "llm/v1/chat",
    entities: [{ name: model, source: { kind: "foundation", model } }],
    routes: [{ entity: model, percentage: 100 }],
  };
}

function assertNew(input: NewEndpoint): void {
  if (!NAME.test(input.name) || reserved.has(input.name)) {
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${input.name}' cannot name a serving endpoint: letters, digits, - and _, 63 at most, and none of ${[...reserved].join(", ")}.`,
    );
  }
  if (input.kind !== "agent") return;
  if (input.scopes.length === 0) {
    throw new Fault("INVALID_PARAMETER_VALUE", `The agent '${input.name}' must declare at least one scope.`);
  }
  const paths = [input.code.folder, ...input.code.dependencies];
  if (!paths.every(isAbsolute) || isAbsolute(input.code.entry) || input.code.entry.includes("..")) {
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `The agent '${input.name}' needs absolute folders and an entry file within its own.`,
    );
  }
}
