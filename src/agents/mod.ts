/**
 * agents: serving endpoints, and the agents behind them.
 *
 * Owns: the registry of endpoints, agents' processes and their confinement, invocations, the shape of their streams and traces.
 * Never: reads data for an agent (it has its own token and the public doors), keeps a token, decides who may ask.
 * Depends on: models, db (store.ts), kernel, wire, base; identity, catalog and audit by ports.
 */

export { createAgents } from "./create.ts";
export { infoOf } from "./info.ts";
export { AgentProcess } from "./process/agent-process.ts";
export type { NewEndpoint } from "./registry.ts";
