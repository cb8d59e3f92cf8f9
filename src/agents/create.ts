import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Log } from "#base/log.ts";
import type { Database } from "#db/mod.ts";
import type {
  Actor,
  ActorSource,
  AgentPrincipals,
  AuditTrail,
  Gate,
  OnBehalfOf,
  Scan,
  SecretSource,
  SecurableRegister,
  What,
} from "#kernel/mod.ts";
import { environments } from "./environment.ts";
import { createInvocations, type Invocations } from "./invoke.ts";
import { createRegistry, type Registry } from "./registry.ts";
import type { ServedEndpoint } from "./served.ts";
import { type ServedSite, servedEntitiesScan } from "./served-entities.ts";
import { endpointStore } from "./store.ts";

/** Agents remembered at once, with what they declare: about 1 KB each. */
const ACTORS_MAX = 1_000;
/** Endpoints remembered at once, with their models and rules: a few KB each. */
const ENDPOINTS_MAX = 1_000;

export interface AgentsOptions {
  readonly db: Database;
  readonly site: ServedSite;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly securables: SecurableRegister;
  readonly trail: AuditTrail;
  /** Given as a function, since identity itself needs `actors` from here. */
  readonly identity: () => OnBehalfOf & AgentPrincipals;
  readonly secrets: SecretSource;
  /** Given as functions, since both stand on what is made after this. */
  readonly gate: () => Gate;
  readonly ownerOf: (what: What) => Promise<string | undefined>;
  /** Base URL at which an agent reaches this server; asked at each start, when the port is known. */
  readonly host: () => string;
}

export interface Agents {
  readonly actors: ActorSource;
  readonly endpoints: Registry;
  readonly invocations: Invocations;
  /** `system.serving.served_entities`. */
  readonly scans: readonly Scan[];
  /** Ends every agent's process. */
  close(): Promise<void>;
}

export function createAgents(options: AgentsOptions): Agents {
  const { db, identity } = options;
  const principals: AgentPrincipals = {
    registerIn: (transaction, name) => identity().registerIn(transaction, name),
    mintAsItself: (actor) => identity().mintAsItself(actor),
    whoIs: (principal, scopes) => identity().whoIs(principal, scopes),
  };
  const store = endpointStore(db);
  const endpoints = db.governance.cache<ServedEndpoint>(ENDPOINTS_MAX);
  const remembered = (name: string) => endpoints.get(name, () => store.find(name));
  const registry = createRegistry({ ...options, store, remembered, transactions: db, principals });
  const invocations = createInvocations({
    ...options,
    registry,
    identity: { ...principals, mintOnBehalfOf: (input) => identity().mintOnBehalfOf(input) },
    environment: environments({ ...options, principals }),
  });
  const actors = db.governance.cache<Actor>(ACTORS_MAX);
  return {
    actors: { find: (kind, name) => actors.get(`${kind} ${name}`, () => registry.find(kind, name)) },
    endpoints: registry,
    invocations,
    scans: [servedEntitiesScan(store, options.site)],
    close: () => invocations.close(),
  };
}
