/**
 * models/openai: passthrough to a server that speaks OpenAI's chat completions.
 *
 * Owns: the call and the reading of its stream.
 * Never: opens a connection by itself (the egress function is given), shows its key.
 * Depends on: wire, base.
 */
export { type ModelEgress, type OpenAiServer, openaiModel } from "./model.ts";
