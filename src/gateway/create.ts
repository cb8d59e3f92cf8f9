import type { Agents } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import {
  type Metastore,
  type Permit,
  type ServicePolicies,
  type Services,
  type Sink,
  endpoint as securable,
  type Transactions,
  type What,
} from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { type Aliases, endpointNamed, endpointOfFunctions, endpointOfSimilarity } from "./aliases.ts";
import { type Ask, createAsk, createEmbed, type Embed } from "./ask.ts";
import type { AskedEndpoint } from "./asked.ts";
import { administerBudgets, type BudgetAdministration, type Budgets } from "./budgets/mod.ts";
import { createResponseCache } from "./cache/mod.ts";
import { type Configuration, createConfiguration } from "./configuration/create.ts";
import type { CredentialPorts } from "./credentials.ts";
import { createGuards } from "./guarding/guards.ts";
import type { JudgeSettings } from "./guarding/judge.ts";
import { createInvoke, type Invoke } from "./invoke.ts";
import type { Limits } from "./limits/mod.ts";
import { createPayloadLogs } from "./payload/mod.ts";
import { createPolicies } from "./policies/mod.ts";
import { Circuits } from "./routing/circuit.ts";
import { askedOf, createServiceConfiguration, type ServiceConfiguration, serviceNamed } from "./services/mod.ts";
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
  readonly metastore: Pick<Metastore, "candidates" | "createTable" | "routine">;
  readonly sink: Sink;
  readonly services: Services;
  readonly policies: ServicePolicies;
  readonly aliases: Aliases;
  /** The endpoints for SQL functions that name none; unset, they are refused. */
  readonly ai_functions?: string;
  /** The endpoint that judges what is safe; unset, the built-in lexicon does. */
  readonly safety_judge?: JudgeSettings;
  readonly ai_similarity?: string;
}

export interface Gateway {
  readonly configuration: Configuration;
  readonly services: ServiceConfiguration;
  readonly invoke: Invoke;
  readonly budgets: BudgetAdministration;
  /** The name of the endpoint that is meant by a name; the name itself when it is no alias. */
  endpointNamed(name: string): string;
  /** What is asked by a name at the gateway's own paths: a model service by its three levels, else an endpoint. */
  asked(model: string): What;
  /** Served models that failed lately. */
  circuits(): readonly { readonly endpoint_id: string; readonly entity: string; readonly isOpen: boolean }[];
  /** For questions from SQL. */
  readonly asking: {
    named(name: string | null): string;
    /** The endpoint that compares texts. */
    comparing(): string;
    readonly ask: Ask;
    readonly embed: Embed;
  };
}

/** Where Databricks keeps its own models; here they are endpoints of the workspace. */
const OWN_MODELS = "system.ai.";
const isOwnModel = (model: string): boolean => model.toLowerCase().startsWith(OWN_MODELS);

/** What stands between whoever asks and the models and agents that answer. */
export function createGateway(options: GatewayOptions): Gateway {
  const {
    clock,
    ids,
    models,
    agents,
    limits,
    budgets,
    transactions,
    site,
    aliases,
    gate,
    sink,
    ownerOf,
    services,
    safety_judge,
  } = options;
  const registry = agents.endpoints;
  const sources = createSources(models, { ...options, registry });
  const payloads = createPayloadLogs({ gate, sink, ownerOf, clock });
  const asked = async (permit: Permit<"endpoint.query">): Promise<AskedEndpoint> =>
    permit.what.type === "MODEL_SERVICE" ? askedOf(await services.service(permit)) : await registry.get(permit);
  const guards = createGuards({ gate, registry, ownerOf, invoke: () => invoke }, safety_judge);
  const circuits = new Circuits();
  const policies = createPolicies(options);
  const cache = createResponseCache(clock);
  const ports = { guards, agents, asked, sources, limits, budgets, payloads, policies, cache, circuits, clock, ids };
  const invoke: Invoke = createInvoke(ports);
  const named = (name: string): string => endpointNamed(aliases, name);
  const meantBySql = (name: string | null): string => named(name ?? endpointOfFunctions(options.ai_functions));
  const isAgent = async (permit: Permit<"endpoint.query">) => (await registry.get(permit)).kind === "agent";
  return {
    asking: {
      named: meantBySql,
      comparing: () => named(endpointOfSimilarity(options.ai_similarity)),
      ask: createAsk(invoke, isAgent),
      embed: createEmbed(invoke),
    },
    configuration: createConfiguration({ ...options, registry, safety_judge }),
    services: createServiceConfiguration({ ...options, registry }),
    invoke,
    budgets: administerBudgets({ budgets, transactions, clock, ids, ...site }),
    endpointNamed: named,
    asked: (model) => {
      const meant = named(model);
      if (meant !== model) return securable(meant);
      return isOwnModel(model)
        ? securable(named(model.slice(OWN_MODELS.length)))
        : (serviceNamed(model) ?? securable(model));
    },
    circuits: () =>
      circuits.failing(clock.now_ms()).map(([key, isOpen]) => {
        const [endpoint_id = "", ...entity] = key.split("/");
        return { endpoint_id, entity: entity.join("/"), isOpen };
      }),
  };
}
