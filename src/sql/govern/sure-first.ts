import type { Column, Expression, Query, Select, Source, Subquery } from "../resolve/resolved.ts";
import { conjuncts, without } from "./conjuncts.ts";
import { isLeakProofExpression } from "./leak-proof.ts";
import { columnsRead, queryOfRows, standsAlone } from "./rows.ts";
import {
  type Replace,
  rebuildExpression,
  rebuildQuery,
  rebuildSelect,
  rebuildSource,
  visitExpression,
} from "./tree.ts";

/**
 * The query with sure conditions before whatever else may fail, as regions of their own. Those of a function's body: rows are lent
 * by them, and what the caller gave stands among the others, where it could be chosen to fail on rows that are not the caller's.
 * And those on a governed table by itself, so that no more rows are set apart than they leave.
 * `alias` gives a new source's name, `governed` tells whether a relation is.
 */
export function sureConditionsFirst(root: Query, alias: () => string, governed: (name: string) => boolean): Query {
  return new SureFirst(columnsRead(root), alias, governed).query(root);
}

class SureFirst {
  readonly #read: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #alias: () => string;
  readonly #governed: (name: string) => boolean;
  /** What stands for a column of a source that was put away, by source and column. */
  readonly #moved = new Map<string, Expression>();
  readonly #replace: Replace = {
    expression: (node) => this.#expression(node),
    source: (node) => rebuildSource(node, this.#replace),
    query: (node) => rebuildQuery(node, this.#replace),
    select: (node) => this.#select(node),
  };

  constructor(
    read: ReadonlyMap<string, ReadonlySet<string>>,
    alias: () => string,
    governed: (name: string) => boolean,
  ) {
    this.#read = read;
    this.#alias = alias;
    this.#governed = governed;
  }

  query(root: Query): Query {
    return this.#replace.query(root);
  }

  #expression(node: Expression): Expression {
    const moved = node.kind === "column" ? this.#moved.get(keyOf(node.source, node.column)) : undefined;
    return moved ?? rebuildExpression(node, this.#replace);
  }

  #select(node: Select): Select {
    const parted =
      node.from && node.where && this.#isWorth(node, node.from) ? part(node, node.from, node.where) : undefined;
    if (!parted) return rebuildSelect(node, this.#replace);
    const from = this.#put(node, parted.sure);
    return Object.freeze({ ...rebuildSelect({ ...node, from: null, where: parted.rest }, this.#replace), from });
  }

  #isWorth({ called }: Select, from: Source): boolean {
    return called === true || (from.kind === "relation" && this.#governed(from.name));
  }

  /** The rows that the sure conditions leave, as a source of their own; its columns stand for those of the sources within. */
  #put(node: Select, sure: Expression): Subquery {
    const inner = rebuildSelect(
      { ...node, items: [], group: null, having: null, qualify: null, where: sure },
      this.#replace,
    );
    const alias = this.#alias();
    const items = leavesOf(node.from!).flatMap((source) =>
      source.columns
        .filter((column) => this.#read.get(source.alias)?.has(column.id))
        .map((column) => ({ source: source.alias, column })),
    );
    const given = items.map(({ source, column }, i) => {
      const kept: Column = Object.freeze({ id: `k${i + 1}`, name: column.name, type: column.type });
      const value: Expression = Object.freeze({ kind: "column", type: column.type, source, column: column.id });
      const outside: Expression = Object.freeze({ kind: "column", type: column.type, source: alias, column: kept.id });
      this.#moved.set(keyOf(source, column.id), outside);
      return Object.freeze({ column: kept, value });
    });
    const query = queryOfRows(given, { from: inner.from, where: inner.where });
    return Object.freeze({ kind: "subquery", alias, columns: query.columns, query, lateral: false, role: "lent" });
  }
}

const keyOf = (source: string, column: string): string => `${source} ${column}`;

/** The conditions that are sure and read nothing from around, and the others; undefined where there is nothing to part. */
function part(
  node: Select,
  from: Source,
  where: Expression,
): { sure: Expression; rest: Expression | null } | undefined {
  const own = new Set(leavesOf(from).map((source) => source.alias));
  const all = conjuncts(where);
  const author = node.called ? "owner" : "subject";
  const sure = all.filter((one) => isLeakProofExpression(one, author) && readsOnly(one, own));
  const others = all.filter((one) => !sure.includes(one));
  const rest = sure.reduce<Expression | null>((left, one) => left && without(left, one), where);
  const kept = others.reduce<Expression | null>((left, one) => left && without(left, one), where);
  const unsure = [
    ...node.items.map((item) => item.value),
    ...others,
    node.having,
    node.qualify,
    ...(node.group?.keys ?? []),
  ];
  if (kept === null || unsure.every((one) => one === null || isLeakProofExpression(one))) return undefined;
  const rows = queryOfRows([], { from, where: kept });
  return standsAlone(rows) ? { sure: kept, rest } : undefined;
}

/** True when an expression reads the sources alone, or what it has in it itself. */
function readsOnly(root: Expression, sources: ReadonlySet<string>): boolean {
  const inside = new Set(sources);
  let only = true;
  visitExpression(root, {
    source: (node) => {
      if (node.kind !== "join") inside.add(node.alias);
      only &&= node.kind !== "common_table_reference";
    },
  });
  visitExpression(root, {
    expression: (node) => {
      if (node.kind === "column") only &&= inside.has(node.source);
    },
  });
  return only;
}

function leavesOf(source: Source): readonly Exclude<Source, { kind: "join" }>[] {
  if (source.kind === "join") return [...leavesOf(source.left), ...leavesOf(source.right)];
  return source.kind === "generate" && source.input ? [...leavesOf(source.input), source] : [source];
}
