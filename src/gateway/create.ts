import type { Agents } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Metastore, Permit, Sink, Transactions } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { type Aliases, endpointNamed, endpointOfFunctions } from "./aliases.ts";
import { type Ask, createAsk } from "./ask.ts";
import { administerBudgets, type BudgetAdministration, type Budgets } from "./budgets/mod.ts";
import { createResponseCache } from "./cache/mod.ts";
import { type Configuration, createConfiguration } from "./configuration/create.ts";
import type { CredentialPorts } from "./credentials.ts";
import { createInvoke, type Invoke } from "./invoke.ts";
import type { Limits } from "./limits/mod.ts";
import { createPayloadLogs } from "./payload/mod.ts";
import { Circuits } from "./routing/circuit.ts";
import { createSources } from "./sources.ts";

export interface GatewayOptions extends CredentialPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly models: Models;
  readonly agents: Agents;
  readonly limits: Limits;
  readonly budgets: Budgets;
  readonly transactions: Transactions;
  readonly site: { readonly account_id: string; readonly workspace_id: string };
  readonly metastore: Pick<Metastore, "candidates" | "createTable">;
  readonly sink: Sink;
  readonly aliases: Aliases;
  /** The endpoint for SQL functions that name none; unset, they are refused. */
  readonly ai_functions?: string;
}

export interface Gateway {
  readonly configuration: Configuration;
  readonly invoke: Invoke;
  readonly budgets: BudgetAdministration;
  /** The name of the endpoint that is meant by a name; the name itself when it is no alias. */
  endpointNamed(name: string): string;
  /** For questions from SQL. */
  readonly asking: { named(name: string | null): string; readonly ask: Ask };
}

/** What stands between whoever asks and the models and agents that answer. */
export function createGateway(options: GatewayOptions): Gateway {
  const { budgets, transactions, site } = options;
  const { clock, ids, models, agents, limits, sealing, aliases, gate, metastore, sink, ownerOf, ai_functions } =
    options;
  const registry = agents.endpoints;
  const sources = createSources(models, options);
  const payloads = createPayloadLogs({ gate, sink, ownerOf, clock });
  const cache = createResponseCache(clock);
  const ports = { agents, registry, sources, limits, budgets, payloads, cache, circuits: new Circuits(), clock, ids };
  const invoke = createInvoke(ports);
  const named = (name: string): string => endpointNamed(aliases, name);
  const meant = (name: string | null): string => named(name ?? endpointOfFunctions(ai_functions));
  const isAgent = async (permit: Permit<"endpoint.query">) => (await registry.get(permit)).kind === "agent";
  return {
    asking: { named: meant, ask: createAsk(invoke, isAgent) },
    configuration: createConfiguration({ registry, models, sealing, aliases, gate, metastore, sink, ownerOf }),
    invoke,
    budgets: administerBudgets({ budgets, transactions, clock, ids, ...site }),
    endpointNamed: named,
  };
}
