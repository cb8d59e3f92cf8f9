/**
 * telemetry: numbers and spans of what is done, for operators and their collectors.
 *
 * Owns: what is counted and by which labels, the formats that it is given out in; spans, made of
 *   records; what is exported to a collector.
 * Never: decides; is waited for; holds a word of a question, an answer, a row or a person.
 * Depends on: kernel (Observer), wire, base.
 */
export { createTelemetry, type Telemetry } from "./create.ts";
