import { WallBreach } from "./breach.ts";

/** A JSON object of the engine's tree, its fields not yet judged. */
export type Tree = { readonly [field: string]: unknown };

/** @throws WallBreach unless `value` is an object. */
export function treeOf(value: unknown, place: string): Tree {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WallBreach(`${place}: no node`);
  return Object.fromEntries(Object.entries(value));
}

/** @throws WallBreach unless `value` is an array. */
export function listOf(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WallBreach(`${place}: no list`);
  return value;
}

/** @throws WallBreach unless `value` is a string. */
export function wordOf(value: unknown, place: string): string {
  if (typeof value !== "string") throw new WallBreach(`${place}: no text`);
  return value;
}

/** True for a value that says nothing: null, absent, false, an empty text, list or object. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
