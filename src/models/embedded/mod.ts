export { EMBEDDED_MODEL, embeddedModel } from "./model.ts";
