import { Fault } from "#wire/errors.ts";
import type { Body, Query, Source, Subquery } from "../resolve/resolved.ts";
import { isLeakProof } from "./leak-proof.ts";
import { columnsRead, queryOfRows, standsAlone } from "./rows.ts";
import { mapSources } from "./tree.ts";

/**
 * The query with the rows of each view and table function in it made by a statement of their own, which `setApart` takes and gives
 * a source of its rows for. Whoever may read a view need not be let near the rows that it leaves out, and what is written around
 * it would run beside them: the engine moves conditions inwards, and evaluates functions over whole dictionaries of stored
 * columns. So is what a function was given, when that may fail: it would fail only once the body's conditions came to need it.
 * Inner ones come first.
 * @throws Fault BAD_REQUEST for what depends on the rows beside it: no statement of its own can make that.
 */
export function setLentApart(root: Query, setApart: (rows: Query) => Query): Query {
  const read = columnsRead(root);
  return mapSources(root, (source) => {
    if (source.kind !== "subquery" || !source.role || !tells[source.role](source.query)) return source;
    if (!standsAlone(source.query)) throw dependent(source.role);
    const query = setApart(onlyColumns(source, read.get(source.alias) ?? new Set()));
    return Object.freeze({ ...source, query, lateral: false, columns: query.columns });
  });
}

/** Whether something written around a source, or in it, could tell of hidden rows. */
const tells: Readonly<Record<NonNullable<Subquery["role"]>, (query: Query) => boolean>> = {
  lent: leavesRowsOut,
  arguments: (query) => !isLeakProof(query),
};

/** The source's rows with those columns of it that are read. */
function onlyColumns(source: Subquery, read: ReadonlySet<string>): Query {
  const kept = source.columns.filter((column) => read.has(column.id));
  const items = kept.map((column) =>
    Object.freeze({
      column,
      value: Object.freeze({ kind: "column", type: column.type, source: source.alias, column: column.id } as const),
    }),
  );
  return queryOfRows(items, { from: Object.freeze({ ...source, lateral: false }), where: null });
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
    // Its visible rows were set apart by now.
    case "governed":
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
