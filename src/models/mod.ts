/**
 * models: chat models behind one port.
 *
 * Owns: the built-in offline model, the passthrough to an OpenAI-compatible server, which of them a name means.
 * Never: decides who may ask (endpoints do), opens a connection but by the egress function.
 * Depends on: kernel, wire, base.
 */
export { createModels, type Models } from "./create.ts";
export { OFFLINE_MODEL } from "./offline/mod.ts";
export type { ChatModel } from "./port.ts";
