/**
 * payload: every exchange with an endpoint as a row of its inference table.
 *
 * Owns: the table's columns and name, who may aim an endpoint at it, what of a question and its answer is kept.
 * Never: keeps what a guardrail held back, or a credential; lets an answer out that could not be kept.
 * Depends on: kernel (Sink, Metastore), models (surfaces), guardrails, wire, base.
 */
export { createPayloadLogs, type PayloadLog, type PayloadLogs } from "./log.ts";
export { type MakingPorts, withPayloadTable } from "./making.ts";
export { payloadTable } from "./table-name.ts";
export { keptTexts } from "./texts.ts";
export { Transcript } from "./transcript.ts";
