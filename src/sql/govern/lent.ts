import { Fault } from "#wire/errors.ts";
import type { Body, Query, Source, Subquery } from "../resolve/resolved.ts";
import { isLeakProof } from "./leak-proof.ts";
import { columnsRead, queryOfRows, standsAlone } from "./rows.ts";
import { type Replace, rebuildExpression, rebuildQuery, rebuildSource } from "./tree.ts";

/** Rows that must be made by a statement of their own, and the source that they are to stand for. */
export interface Region {
  readonly source: Subquery;
  readonly rows: Query;
}

/**
 * What in a query must not be run together with the rest of it, where that may fail. The rows of each view and table function that
 * leaves rows out: whoever may read a view need not be let near those, and what is written around it would run beside them, since
 * the engine moves conditions inwards and evaluates functions over whole dictionaries of stored columns. And what a function was
 * given, when that may fail: it would fail only once the body's conditions came to need it. The outermost of them; each is a query
 * to be judged by itself, with what is in it.
 * @throws Fault BAD_REQUEST for what depends on the rows beside it: no statement of its own can make that.
 */
export function regionsOf(root: Query): readonly Region[] {
  const read = columnsRead(root);
  const found: Region[] = [];
  onRegions(root, (source) => {
    if (!standsAlone(source.query)) throw dependent(source.role);
    found.push({ source, rows: onlyColumns(source, read.get(source.alias) ?? new Set()) });
    return source;
  });
  return found;
}

/** The query with a source of rows that were made in the place of each region, by alias. */
export function withoutRegions(root: Query, made: ReadonlyMap<string, Query>): Query {
  return onRegions(root, (source) => {
    const query = made.get(source.alias);
    if (!query) throw new TypeError("a region whose rows were not made");
    const { alias, kind } = source;
    return Object.freeze({ kind, alias, columns: query.columns, query, lateral: false });
  });
}

type Marked = Subquery & { readonly role: NonNullable<Subquery["role"]> };

const isRegion = (source: Source): source is Marked =>
  source.kind === "subquery" && source.role !== undefined && tells[source.role](source.query);

/** Each outermost region replaced; what is within it is not looked at. */
function onRegions(root: Query, change: (source: Marked) => Source): Query {
  const replace: Replace = {
    expression: (node) => rebuildExpression(node, replace),
    source: (node) => (isRegion(node) ? change(node) : rebuildSource(node, replace)),
    query: (node) => rebuildQuery(node, replace),
  };
  return replace.query(root);
}

/** Whether something written around a source, or in it, could tell of hidden rows. */
const tells: Readonly<Record<NonNullable<Subquery["role"]>, (query: Query) => boolean>> = {
  lent: leavesRowsOut,
  arguments: (query) => !isLeakProof(query),
};

/** The source's rows with those columns of it that are read, as a query that is no region any more. */
function onlyColumns(source: Subquery, read: ReadonlySet<string>): Query {
  const kept = source.columns.filter((column) => read.has(column.id));
  const items = kept.map((column) =>
    Object.freeze({
      column,
      value: Object.freeze({ kind: "column", type: column.type, source: source.alias, column: column.id } as const),
    }),
  );
  const { alias, columns, kind, query } = source;
  return queryOfRows(items, { from: Object.freeze({ kind, alias, columns, query, lateral: false }), where: null });
}

/** True unless a query surely gives a row for each row beneath it, or for each group of them. */
function leavesRowsOut(query: Query): boolean {
  return query.with.length > 0 || query.limit !== null || query.offset !== null || bodyLeavesOut(query.body);
}

function bodyLeavesOut(body: Body): boolean {
  switch (body.kind) {
    case "query":
      return leavesRowsOut(body);
    case "values":
      return false;
    case "set_operation":
      return body.operator !== "UNION" || bodyLeavesOut(body.left) || bodyLeavesOut(body.right);
    case "select":
      if (body.where !== null || body.having !== null || body.qualify !== null) return true;
      return body.from !== null && sourceLeavesOut(body.from);
  }
}

function sourceLeavesOut(source: Source): boolean {
  switch (source.kind) {
    // What its policies leave out is theirs to keep.
    case "relation":
      return false;
    case "subquery":
      return leavesRowsOut(source.query);
    case "join":
      // What a table function was given is one row beside its body's.
      return source.type !== "CROSS" || !isOneRow(source.left) || sourceLeavesOut(source.right);
    default:
      return true;
  }
}

function isOneRow(source: Source): boolean {
  if (source.kind !== "subquery") return false;
  const { body, limit, offset } = source.query;
  if (body.kind !== "select" || limit !== null || offset !== null) return false;
  return [body.from, body.where, body.having, body.qualify].every((part) => part === null);
}

const refusals: Readonly<Record<NonNullable<Subquery["role"]>, string>> = {
  lent: "A table function that is called for each row of another table cannot stand in a statement with expressions that may fail. Call it with constants, or compute those expressions from a table that was made of its rows.",
  arguments:
    "A function that reads tables cannot be given, for each row of another table, a value whose computation may fail. Give it columns as they are, or make a table of the values first.",
};

function dependent(role: NonNullable<Subquery["role"]>): Fault {
  return new Fault("BAD_REQUEST", `[UNSUPPORTED_FEATURE] ${refusals[role]}`, {
    reason: "UNSUPPORTED_FEATURE",
    sqlstate: "0A000",
  });
}
