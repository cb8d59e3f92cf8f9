import type { Agents } from "#agents/mod.ts";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Asking } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { createAsking } from "./ask.ts";
import { type Configuration, createConfiguration } from "./configuration/create.ts";
import type { CredentialPorts } from "./credentials.ts";
import { createInvoke, type Invoke } from "./invoke.ts";
import type { Limits } from "./limits/mod.ts";
import { Circuits } from "./routing/circuit.ts";
import { createSources } from "./sources.ts";

export interface GatewayOptions extends CredentialPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly models: Models;
  readonly agents: Agents;
  readonly limits: Limits;
}

export interface Gateway {
  readonly configuration: Configuration;
  readonly invoke: Invoke;
  /** For questions from SQL. */
  readonly asking: Asking;
}

/** What stands between whoever asks and the models and agents that answer. */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, ids, models, agents, limits, sealing } = options;
  const registry = agents.endpoints;
  const sources = createSources(models, options);
  const ports = { agents, registry, sources, limits, circuits: new Circuits(), clock, ids };
  const invoke = createInvoke(ports);
  return {
    asking: createAsking(invoke, async (permit) => (await registry.get(permit)).kind === "agent"),
    configuration: createConfiguration({ registry, models, sealing, gate: options.gate }),
    invoke,
  };
}
