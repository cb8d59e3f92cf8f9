/**
 * models: models behind one port, and the protocols in which they are asked.
 *
 * Owns: what a model is asked and answers in one form, the surfaces that read and write it, the built-in offline model, the
 * embedded embedding model, the model of a file of this machine, the providers outside, which of them a name means.
 * Never: decides who may ask (endpoints do), opens a connection but by the egress function, keeps a credential.
 * Depends on: wire, base.
 */
export { AnswerFold, wholeAnswer } from "./answer.ts";
export { createModels, type Models } from "./create.ts";
export { EMBEDDED_MODEL } from "./embedded/mod.ts";
export type { AnswerEvent, Embeddings, Usage } from "./events.ts";
export { ProviderFailure } from "./failure.ts";
export { openLocalModel, runtimeAddress } from "./local/mod.ts";
export type { AnswerModel, EmbeddingModel } from "./model.ts";
export { OFFLINE_MODEL } from "./offline/mod.ts";
export { chatBody } from "./providers/openai/request.ts";
export type { EmbeddingRequest, ModelRequest, Part } from "./request.ts";
export { addressAt } from "./settings.ts";
export type { AnswerFrame } from "./surface.ts";
export { embeddings, type SurfaceName, surfaces } from "./surfaces/mod.ts";
