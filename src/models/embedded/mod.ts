export { EMBEDDED_MODEL, type EmbeddedModel, embeddedModel } from "./model.ts";
