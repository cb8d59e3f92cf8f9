import type { Agents } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Metastore, Permit, Sink } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { type Aliases, endpointNamed, endpointOfFunctions, endpointOfSimilarity } from "./aliases.ts";
import { type Ask, createAsk, createEmbed, type Embed } from "./ask.ts";
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
  readonly metastore: Pick<Metastore, "candidates" | "createTable">;
  readonly sink: Sink;
  readonly aliases: Aliases;
  /** The endpoints for SQL functions that name none; unset, they are refused. */
  readonly ai_functions?: string;
  readonly ai_similarity?: string;
}

export interface Gateway {
  readonly configuration: Configuration;
  readonly invoke: Invoke;
  /** The name of the endpoint that is meant by a name; the name itself when it is no alias. */
  endpointNamed(name: string): string;
  /** For questions from SQL. */
  readonly asking: {
    named(name: string | null): string;
    /** The endpoint that compares texts. */
    comparing(): string;
    readonly ask: Ask;
    readonly embed: Embed;
  };
}

/** What stands between whoever asks and the models and agents that answer. */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, ids, models, agents, limits, sealing, aliases, gate, metastore, sink, ownerOf } = options;
  const registry = agents.endpoints;
  const sources = createSources(models, options);
  const payloads = createPayloadLogs({ gate, sink, ownerOf, clock });
  const ports = { agents, registry, sources, limits, payloads, circuits: new Circuits(), clock, ids };
  const invoke = createInvoke(ports);
  const named = (name: string): string => endpointNamed(aliases, name);
  const meant = (name: string | null): string => named(name ?? endpointOfFunctions(options.ai_functions));
  const isAgent = async (permit: Permit<"endpoint.query">) => (await registry.get(permit)).kind === "agent";
  return {
    asking: {
      named: meant,
      comparing: () => named(endpointOfSimilarity(options.ai_similarity)),
      ask: createAsk(invoke, isAgent),
      embed: createEmbed(invoke),
    },
    configuration: createConfiguration({ registry, models, sealing, aliases, gate, metastore, sink, ownerOf }),
    invoke,
    endpointNamed: named,
  };
}
