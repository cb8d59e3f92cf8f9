/**
 * Every node of the engine's own syntax tree that a final text may have, with what each of its fields may hold. A node, or a
 * field of a node, that is not here is refused: an engine upgrade that adds one shows as a failed test, never as a gap.
 */

/**
 * What a field holds. `none` must say nothing; `words` are scalars that open nothing; `?` allows null; `checked` is looked at
 * by the code that knows the node.
 */
export type Holds =
  | "words"
  | "none"
  | "expression"
  | "expression?"
  | "expressions"
  | "rows"
  | "query"
  | "node"
  | "table"
  | "orders"
  | "order_list"
  | "cases"
  | "constant"
  | "type"
  | "modifiers"
  | "checked";

export type Shape = Readonly<Record<string, Holds>>;

const expression = { class: "words", type: "words", alias: "words", query_location: "words" } as const;
const call = { function_name: "words", schema: "words", catalog: "words", children: "expressions" } as const;

/** Expressions by `class`. Not here: PARAMETER, DEFAULT, POSITIONAL_REFERENCE, and the bound classes. */
export const expressions: Readonly<Record<string, Shape>> = {
  BETWEEN: { ...expression, input: "expression", lower: "expression", upper: "expression" },
  CASE: { ...expression, case_checks: "cases", else_expr: "expression" },
  CAST: { ...expression, child: "expression", cast_type: "type", try_cast: "words" },
  COLLATE: { ...expression, child: "expression", collation: "words" },
  COLUMN_REF: { ...expression, column_names: "words" },
  COMPARISON: { ...expression, left: "expression", right: "expression" },
  CONJUNCTION: { ...expression, children: "expressions" },
  CONSTANT: { ...expression, value: "constant" },
  FUNCTION: {
    ...expression,
    ...call,
    filter: "expression?",
    order_bys: "order_list",
    distinct: "words",
    is_operator: "words",
    export_state: "none",
  },
  LAMBDA: { ...expression, lhs: "expression", expr: "expression" },
  OPERATOR: { ...expression, children: "expressions" },
  STAR: {
    ...expression,
    relation_name: "words",
    exclude_list: "none",
    replace_list: "none",
    columns: "none",
    expr: "none",
    qualified_exclude_list: "none",
    rename_list: "none",
  },
  SUBQUERY: {
    ...expression,
    subquery_type: "words",
    subquery: "query",
    child: "expression?",
    comparison_type: "words",
  },
  WINDOW: {
    ...expression,
    ...call,
    partitions: "expressions",
    orders: "orders",
    start: "words",
    end: "words",
    start_expr: "expression?",
    end_expr: "expression?",
    offset_expr: "expression?",
    default_expr: "expression?",
    ignore_nulls: "words",
    filter_expr: "expression?",
    exclude_clause: "words",
    distinct: "words",
    arg_orders: "orders",
  },
};

const reference = { type: "words", alias: "words", sample: "none", query_location: "words" } as const;

/** Table references by `type`. Not here: SHOW_REF, PIVOT, and samples, which would run beneath a filter. */
export const tables: Readonly<Record<string, Shape>> = {
  BASE_TABLE: {
    ...reference,
    schema_name: "words",
    table_name: "words",
    column_name_alias: "words",
    catalog_name: "none",
    at_clause: "none",
  },
  EMPTY: reference,
  EXPRESSION_LIST: { ...reference, expected_names: "none", expected_types: "none", values: "rows" },
  JOIN: {
    ...reference,
    left: "table",
    right: "table",
    condition: "expression?",
    join_type: "words",
    ref_type: "words",
    using_columns: "words",
    delim_flipped: "words",
    duplicate_eliminated_columns: "none",
  },
  SUBQUERY: { ...reference, subquery: "query", column_name_alias: "words" },
  TABLE_FUNCTION: { ...reference, function: "expression", column_name_alias: "words", with_ordinality: "words" },
};

/** How two tables may be joined. Not here: POSITIONAL, which pairs rows by their place. */
export const joins: ReadonlySet<string> = new Set(["REGULAR", "CROSS", "NATURAL", "ASOF", "DEPENDENT"]);

const node = { type: "words", modifiers: "modifiers", cte_map: "checked" } as const;

/** Query nodes by `type`. */
export const nodes: Readonly<Record<string, Shape>> = {
  SELECT_NODE: {
    ...node,
    select_list: "expressions",
    from_table: "table",
    where_clause: "expression?",
    group_expressions: "expressions",
    group_sets: "words",
    aggregate_handling: "words",
    having: "expression?",
    sample: "none",
    qualify: "expression?",
  },
  SET_OPERATION_NODE: { ...node, setop_type: "words", setop_all: "words", left: "node", right: "node" },
  RECURSIVE_CTE_NODE: {
    ...node,
    cte_name: "words",
    union_all: "words",
    left: "node",
    right: "node",
    aliases: "words",
    key_targets: "expressions",
  },
};

/** What follows a query node's SELECT, by `type`. */
export const modifiers: Readonly<Record<string, Shape>> = {
  DISTINCT_MODIFIER: { type: "words", distinct_on_targets: "expressions" },
  LIMIT_MODIFIER: { type: "words", limit: "expression?", offset: "expression?" },
  LIMIT_PERCENT_MODIFIER: { type: "words", limit: "expression?", offset: "expression?" },
  ORDER_MODIFIER: { type: "words", orders: "orders" },
};

export const cte: Shape = { aliases: "words", query: "query", materialized: "words", key_targets: "none" };
export const order: Shape = { type: "words", null_order: "words", expression: "expression" };
export const orderList: Shape = { type: "words", orders: "orders" };
export const caseCheck: Shape = { when_expr: "expression", then_expr: "expression" };
export const query: Shape = { node: "node", named_param_map: "none" };
