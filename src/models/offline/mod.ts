/**
 * models/offline: the built-in chat model.
 *
 * Owns: choosing a tool, filling its arguments, speaking its results. Rules and a general English lexicon.
 * Never: states what no tool returned; knows a table, function or question of anybody's organisation; does I/O.
 * Depends on: wire, base.
 */
export { OFFLINE_MODEL, offlineModel } from "./model.ts";
