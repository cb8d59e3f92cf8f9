/**
 * gateway: what stands between whoever asks and the models and agents that answer.
 *
 * Owns: what is configured at serving endpoints, which endpoint a name means, limits, budgets, guardrails, answers given again, routes and fallbacks, what a question took.
 * Never: decides who may ask (the gate does), speaks a provider's protocol (models does), keeps a credential in clear.
 * Depends on: models, agents, pii, audit (prices), db (limits/store.ts, budgets/store.ts), kernel, wire, base; secrets and identity's sealing by ports.
 */
export { type Aliases, readAliases } from "./aliases.ts";
export type { Answered } from "./answered.ts";
export { createBudgets, readPrices } from "./budgets/mod.ts";
export { createGateway, type Gateway } from "./create.ts";
export { type JudgeSettings, readJudge } from "./guarding/judge.ts";
export type { Asking } from "./invoke.ts";
export { REQUEST_TAGS_HEADER } from "./labels.ts";
export { createLimits, memoryCounters, postgresCounters, redisCounters } from "./limits/mod.ts";
export { openApiOf } from "./openapi.ts";
export { collections, schemaAt, serviceInfo, type View } from "./services/mod.ts";
