import type { ColumnReference, Expression, Star } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { Query, QueryBody, Select } from "../ast/query.ts";
import { type Replace, rebuildBody, rebuildExpression, rebuildQuery, rebuildTable } from "../ast/rebuild.ts";
import type { TableReference } from "../ast/table.ts";

/** Parameters of a function by lower-case name, and the function's own name, by which they may be qualified. */
export interface Parameters {
  readonly routine: string;
  readonly values: ReadonlyMap<string, Expression>;
}

/** Columns of a table that a body names, by full name, in lower case; null when they are not known. */
export type ColumnsOf = (fullName: string) => readonly string[] | null;

/** What a name may mean at some place within a body: the columns and aliases around it. */
interface Scope {
  readonly columns: ReadonlySet<string>;
  readonly aliases: ReadonlySet<string>;
  readonly common: ReadonlyMap<string, readonly string[]>;
}

const OUTERMOST: Scope = { columns: new Set(), aliases: new Set(), common: new Map() };

class NotKnown extends Error {}

/**
 * The body with its parameters replaced by values, as the dialect resolves them: a column in scope wins over a parameter of its
 * name. Null when the columns of something in the body are not known here; then the caller wraps the body instead. Values stand
 * within the body's subqueries afterwards, so they may not hold a name that could mean something there.
 */
export function substituteExpression(
  body: Expression,
  parameters: Parameters,
  columnsOf: ColumnsOf,
): Expression | null {
  return known(() => new Substitution(parameters, columnsOf).expression(body, OUTERMOST));
}

/** As `substituteExpression`, for a table function's query. */
export function substituteQuery(body: Query, parameters: Parameters, columnsOf: ColumnsOf): Query | null {
  return known(() => new Substitution(parameters, columnsOf).query(body, OUTERMOST));
}

function known<T>(work: () => T): T | null {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof NotKnown) return null;
    throw thrown;
  }
}

class Substitution {
  readonly #parameters: Parameters;
  readonly #columnsOf: ColumnsOf;

  constructor(parameters: Parameters, columnsOf: ColumnsOf) {
    this.#parameters = parameters;
    this.#columnsOf = columnsOf;
  }

  expression(node: Expression, scope: Scope): Expression {
    if (node.kind === "column") return this.#column(node, scope);
    if (node.kind === "lambda") {
      const bound = new Set([...scope.columns, ...node.parameters.map(nameKey)]);
      return rebuildExpression(node, this.#replace({ ...scope, columns: bound }));
    }
    return rebuildExpression(node, this.#replace(scope));
  }

  query(node: Query, scope: Scope): Query {
    let inner = scope;
    const entries = node.with.map((entry) => {
      const made = Object.freeze({ ...entry, query: this.query(entry.query, inner) });
      const columns = entry.columns.length > 0 ? entry.columns.map(nameKey) : this.#outputOf(entry.query.body, inner);
      inner = { ...inner, common: new Map([...inner.common, [nameKey(entry.name), columns]]) };
      return made;
    });
    // ORDER BY sees the body's own columns and what it selects; in any other place more in scope only refuses a substitution.
    const around = this.#around(node, inner);
    const rest = rebuildQuery(Object.freeze({ ...node, with: Object.freeze([]) }), {
      ...this.#replace(around),
      body: (body) => this.#body(body, inner),
      query: (nested) => this.query(nested, nested === node.body ? inner : around),
    });
    return Object.freeze({ ...rest, with: Object.freeze(entries) });
  }

  #around(node: Query, scope: Scope): Scope {
    if (node.body.kind === "select") return this.#within(node.body, scope);
    if (!node.order) return scope;
    return { ...scope, columns: new Set([...scope.columns, ...this.#outputOf(node.body, scope)]) };
  }

  #body(node: QueryBody, scope: Scope): QueryBody {
    if (node.kind === "query") return this.query(node, scope);
    if (node.kind !== "select") return rebuildBody(node, this.#replace(scope));
    return rebuildBody(node, this.#replace(this.#within(node, scope)));
  }

  #replace(scope: Scope): Replace {
    return {
      expression: (node) => this.expression(node, scope),
      query: (node) => this.query(node, scope),
      body: (node) => this.#body(node, scope),
      table: (node) => rebuildTable(node, this.#replace(scope)),
    };
  }

  #within(node: Select, scope: Scope): Scope {
    const tables = node.from.flatMap(leavesOf);
    const made = node.items.flatMap((each) => (each.alias ? [nameKey(each.alias)] : []));
    const views = node.lateral_views.flatMap((view) => {
      if (view.columns.length === 0) throw new NotKnown();
      return view.columns.map(nameKey);
    });
    return {
      ...scope,
      columns: new Set([
        ...scope.columns,
        ...tables.flatMap((table) => this.#columns(table, scope)),
        ...made,
        ...views,
      ]),
      aliases: new Set([...scope.aliases, ...tables.flatMap(aliasOf)]),
    };
  }

  #columns(table: Exclude<TableReference, { kind: "join" }>, scope: Scope): readonly string[] {
    if (table.alias && table.alias.columns.length > 0) return table.alias.columns.map(nameKey);
    if (table.kind === "derived_table") return this.#outputOf(table.query.body, scope);
    if (table.kind === "table_function") throw new NotKnown();
    const parts = table.name.parts.map(nameKey);
    const columns = parts.length === 1 ? scope.common.get(parts[0]!) : this.#columnsOf(parts.join("."));
    if (!columns) throw new NotKnown();
    return columns;
  }

  #outputOf(body: QueryBody, scope: Scope): readonly string[] {
    switch (body.kind) {
      case "query": {
        if (body.with.length > 0) throw new NotKnown();
        return this.#outputOf(body.body, scope);
      }
      case "set_operation":
        return this.#outputOf(body.left, scope);
      case "select":
        return body.items.flatMap((each) => {
          if (each.alias) return [nameKey(each.alias)];
          if (each.value.kind === "column") return [nameKey(each.value.parts.at(-1)!)];
          if (each.value.kind === "star") return this.#starred(each.value, body, scope);
          return [];
        });
      default:
        throw new NotKnown();
    }
  }

  #starred(_star: Star, body: Select, scope: Scope): readonly string[] {
    return body.from.flatMap(leavesOf).flatMap((table) => this.#columns(table, scope));
  }

  #column(node: ColumnReference, scope: Scope): Expression {
    const [first, second] = node.parts.map(nameKey);
    const { routine, values } = this.#parameters;
    if (scope.columns.has(first!) || scope.aliases.has(first!)) return node;
    const plain = values.get(first!);
    if (plain) return fieldsOf(plain, node, 1);
    const qualified = first === routine && second !== undefined ? values.get(second) : undefined;
    return qualified ? fieldsOf(qualified, node, 2) : node;
  }
}

function fieldsOf(value: Expression, node: ColumnReference, from: number): Expression {
  return node.parts
    .slice(from)
    .reduce<Expression>(
      (operand, field) => Object.freeze({ kind: "field_access", at: node.at, operand, field }),
      value,
    );
}

function leavesOf(table: TableReference): readonly Exclude<TableReference, { kind: "join" }>[] {
  return table.kind === "join" ? [...leavesOf(table.left), ...leavesOf(table.right)] : [table];
}

function aliasOf(table: Exclude<TableReference, { kind: "join" }>): readonly string[] {
  if (table.alias) return [nameKey(table.alias.name)];
  return table.kind === "named_table" ? [nameKey(table.name.parts.at(-1)!)] : [];
}
