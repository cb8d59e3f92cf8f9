import type { Expression } from "./expression.ts";
import type { Query, QueryBody } from "./query.ts";
import { type Replace, rebuildBody, rebuildExpression, rebuildQuery, rebuildTable, unreachable } from "./rebuild.ts";
import type { Statement } from "./statement.ts";
import type { TableReference } from "./table.ts";

/** What can stand in a query: every expression, query, query body and table reference. `TABLE t` is the body `whole_table`. */
export type QueryNode = Expression | QueryBody | TableReference;

/** Replacements applied bottom-up: each sees its node with the children already replaced. */
export interface Mapping {
  readonly expression?: (node: Expression) => Expression;
  readonly body?: (node: Exclude<QueryBody, Query>) => QueryBody;
  readonly query?: (node: Query) => Query;
  readonly table?: (node: TableReference) => TableReference;
}

const keep = <T>(node: T): T => node;

function replacing(mapping: Mapping): Replace {
  const { expression = keep, body = keep, query = keep, table = keep } = mapping;
  const replace: Replace = {
    expression: (child) => expression(rebuildExpression(child, replace)),
    body: (child) => {
      const built = rebuildBody(child, replace);
      return built.kind === "query" ? query(built) : body(built);
    },
    query: (child) => query(rebuildQuery(child, replace)),
    table: (child) => table(rebuildTable(child, replace)),
  };
  return replace;
}

/** A new frozen tree from a query. The given tree is not changed. */
export function mapQuery(node: Query, mapping: Mapping): Query {
  return replacing(mapping).query(node);
}

/** The nodes directly below, in text order. */
export function childrenOf(node: QueryNode): readonly QueryNode[] {
  const found: QueryNode[] = [];
  const collect = <T extends QueryNode>(child: T): T => {
    found.push(child);
    return child;
  };
  const replace: Replace = { expression: collect, body: collect, query: collect, table: collect };
  switch (node.kind) {
    case "query":
    case "select":
    case "set_operation":
    case "values":
    case "whole_table":
      rebuildBody(node, replace);
      break;
    case "named_table":
    case "derived_table":
    case "table_function":
    case "join":
      rebuildTable(node, replace);
      break;
    default:
      rebuildExpression(node, replace);
  }
  return found;
}

/** Every node of a tree, parents before children, in text order; the root first. Does not recurse. */
export function* walk(root: QueryNode): Generator<QueryNode, void, undefined> {
  const waiting: QueryNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    waiting.push(...childrenOf(node).toReversed());
  }
}

/** The queries and expressions that a statement holds, view and function bodies and defaults included. */
export function rootsOf(statement: Statement): readonly QueryNode[] {
  switch (statement.kind) {
    case "query_statement":
    case "explain_governance":
    case "create_view":
    case "insert":
      return [statement.query];
    case "create_table":
      return statement.query === null ? [] : [statement.query];
    case "create_function": {
      const { body, parameters } = statement;
      const defaults = parameters.flatMap((parameter) => parameter.default?.value ?? []);
      if (body.kind === "python_source") return defaults;
      return [...defaults, body.kind === "query_source" ? body.query : body.value];
    }
    case "explain":
      return rootsOf(statement.statement);
    case "create_catalog":
    case "create_schema":
    case "drop":
    case "change_owner":
    case "change_row_filter":
    case "change_column_mask":
    case "grant":
    case "revoke":
    case "show_grants":
    case "show_objects":
    case "describe":
    case "use_catalog":
    case "use_schema":
    case "create_policy":
    case "drop_policy":
    case "show_policies":
    case "describe_policy":
    case "create_governed_tag":
    case "drop_governed_tag":
    case "change_tags":
      return [];
    default:
      return unreachable(statement);
  }
}
