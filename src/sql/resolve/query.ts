import type { Expression as AstExpression } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { CommonTable as AstCommonTable, Query as AstQuery } from "../ast/query.ts";
import { BIGINT } from "../types/mod.ts";
import { resolveBody } from "./body.ts";
import { coerce } from "./cast.ts";
import { type CommonEntry, type Environment, inPlace, inScope, Numbering, type ResolvePorts } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { misplaced } from "./fault.ts";
import { columnOf, queryOf } from "./node.ts";
import { ordered } from "./order.ts";
import type { Column, CommonTable, Expression, Query } from "./resolved.ts";
import { scopeOf } from "./scope.ts";
import { everyOne } from "./walk.ts";

function renamed(entry: AstCommonTable, columns: readonly Column[]): readonly Column[] {
  if (entry.columns.length === 0) return columns;
  if (entry.columns.length === columns.length) {
    return Object.freeze(columns.map((column, i) => Object.freeze({ ...column, name: entry.columns[i]!.text })));
  }
  const message = `\`${entry.name.text}\` lists ${entry.columns.length} columns, and its query gives ${columns.length}.`;
  throw misplaced(entry.at, "ASSIGNMENT_ARITY_MISMATCH", "42802", message);
}

interface CommonScope {
  readonly entries: readonly CommonTable[];
  readonly environment: Environment;
}

/** WITH: each entry sees those before it and never itself, so that a name it shadows still means the table. */
function resolveCommon(list: readonly AstCommonTable[], environment: Environment): CommonScope {
  const common = new Map<string, CommonEntry>(environment.common);
  const entries: CommonTable[] = [];
  const own = new Set<string>();
  for (const entry of list) {
    const key = nameKey(entry.name);
    if (own.has(key)) {
      const message = `WITH names \`${entry.name.text}\` twice.`;
      throw misplaced(entry.at, "DUPLICATED_CTE_NAMES", "42602", message);
    }
    own.add(key);
    const query = resolveQueryIn(entry.query, Object.freeze({ ...environment, common: new Map(common) }));
    const id = environment.statement.common();
    entries.push(Object.freeze({ id, query }));
    common.set(key, Object.freeze({ id, columns: renamed(entry, query.columns) }));
  }
  return { entries, environment: Object.freeze({ ...environment, common }) };
}

/** LIMIT and OFFSET: a whole number that no row changes. */
function resolveCount(node: AstExpression | null, clause: string, environment: Environment): Expression | null {
  if (!node) return null;
  const value = resolveExpression(node, inPlace(inScope(environment, null), clause));
  for (const one of everyOne(value)) {
    if (one.kind === "literal" || one.kind === "cast" || one.kind === "call") continue;
    throw misplaced(node.at, "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", "42K0E", `${clause} takes a constant.`);
  }
  if (value.kind === "literal" && typeof value.value === "bigint" && value.value < 0n) {
    throw misplaced(node.at, "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "42K0E", `${clause} cannot be negative.`);
  }
  return coerce(value, BIGINT, node.at, clause);
}

/** A query inside another: `outer.scope` are the names around it. */
export function resolveQueryIn(node: AstQuery, outer: Environment): Query {
  const fresh = inPlace(Object.freeze({ ...outer, windows: new Map(), input: null }), "a query");
  const { entries, environment } = resolveCommon(node.with, fresh);
  const resolved = resolveBody(node.body, environment);
  const made = node.order ? ordered(node.order, resolved, environment) : { ...resolved, order: Object.freeze([]) };
  return queryOf(made.body, made.columns, {
    with: Object.freeze([...entries]),
    order: made.order,
    limit: resolveCount(node.limit, "LIMIT", environment),
    offset: resolveCount(node.offset, "OFFSET", environment),
  });
}

/** Where every statement begins: nothing in scope. */
function outermost(ports: ResolvePorts, statement: Numbering): Environment {
  const place = Object.freeze({ clause: "a query", aggregate: false, window: false });
  return Object.freeze({ statement, ports, scope: null, input: null, common: new Map(), windows: new Map(), place });
}

/**
 * What a parsed query means: names looked up, every expression typed, every implicit cast a node. Pure. `statement` is given when
 * several texts become one statement, so that what it numbers stays unique.
 * @throws Fault BAD_REQUEST with position, reason and SQLSTATE (UNRESOLVED_COLUMN 42703, AMBIGUOUS_REFERENCE 42702, …), naming only
 * what was written.
 */
export function resolveQuery(node: AstQuery, ports: ResolvePorts, statement: Numbering = new Numbering()): Query {
  return resolveQueryIn(node, outermost(ports, statement));
}

/**
 * An expression over the columns of one source and nothing else, as a row filter and a mask are.
 * @throws Fault as `resolveQuery`, also for an aggregate or window function.
 */
export function resolveOver(
  node: AstExpression,
  source: { readonly alias: string; readonly columns: readonly Column[] },
  ports: ResolvePorts,
  statement: Numbering = new Numbering(),
): Expression {
  const columns = source.columns.map((column) => ({
    name: column.name,
    qualifier: [],
    value: columnOf(source.alias, column),
    hidden: false,
  }));
  const environment = inScope(outermost(ports, statement), scopeOf(columns, null));
  return resolveExpression(node, inPlace(environment, "a policy"));
}
