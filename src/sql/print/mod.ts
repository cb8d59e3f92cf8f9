/**
 * print: the resolved tree as text for the engine.
 *
 * Owns: how each node is said in DuckDB's SQL, and the macros that its casts need.
 * Never: looks up a name, decides a type, or prints a relation that no policy pass has replaced.
 * Depends on: types, and the shapes of resolve and functions.
 */
export { printQuery } from "./duckdb.ts";
