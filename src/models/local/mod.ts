export { type LocalModel, openLocalModel } from "./model.ts";
export { runtimeAddress } from "./runtime.ts";
