/**
 * telemetry: numbers about what is done, for operators and their collectors.
 *
 * Owns: what is counted and by which labels, the formats that it is given out in.
 * Never: decides; is waited for; holds a word of a question, an answer, a row or a person.
 * Depends on: kernel (Observer), base.
 */
export { createTelemetry, type Telemetry } from "./create.ts";
