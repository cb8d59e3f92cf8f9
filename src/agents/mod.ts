/**
 * agents: serving endpoints, and the agents behind them.
 *
 * Owns: the registry of endpoints, what agents declare and by which methods they reach it, their processes, environments and
 * confinement, invocations, the shape of their streams and traces.
 * Never: reads data for an agent (it has its own tokens and the public doors), keeps a token or a secret, decides who may ask.
 * Depends on: models, db (store.ts), kernel, wire, base; identity, catalog, audit and secrets by ports.
 */

export { type Agents, createAgents } from "./create.ts";
export { infoOf } from "./info.ts";
export { AgentProcess } from "./process/agent-process.ts";
export type { NewEndpoint, NewModels, Registry } from "./registry.ts";
export {
  type Credential,
  type EndpointTag,
  type ExternalSource,
  entityId,
  type ModelEndpoint,
  type ModelTask,
  type ServedEndpoint,
  type ServedModel,
} from "./served.ts";
