import { WallBreach } from "./breach.ts";
import { functions, MACRO_SCHEMA, operators, tableFunctions, unboundTypes } from "./functions.ts";
import { type Duty, refuseUnlessDutiful } from "./relation.ts";
import { Scope } from "./scope.ts";
import * as shapes from "./shapes.ts";
import { isNothing, listOf, type Tree, treeOf, wordOf } from "./tree.ts";

/**
 * Walks the whole tree of one SELECT and refuses whatever is not listed. @returns the physical relations it names.
 * `root_reads_relation`: the outermost SELECT may itself read one relation, as the statement that materialises its rows does.
 * @throws WallBreach
 */
export function walk(
  root: unknown,
  relations: ReadonlyMap<string, Duty>,
  root_reads_relation: boolean,
): ReadonlySet<string> {
  const walker = new Walker(relations);
  walker.query(root, Scope.empty, root_reads_relation);
  return walker.named;
}

class Walker {
  readonly named = new Set<string>();
  readonly #relations: ReadonlyMap<string, Duty>;

  constructor(relations: ReadonlyMap<string, Duty>) {
    this.#relations = relations;
  }

  query(value: unknown, scope: Scope, injected: boolean): void {
    const { tree, shape } = part(value, shapes.query, "query");
    this.#fields({ tree, shape: { ...shape, node: "checked" } }, scope);
    this.#node(tree.node, scope, injected);
  }

  /** `injected`: this node is all there is of a subquery in FROM, the one place where a physical name may stand. */
  #node(value: unknown, scope: Scope, injected: boolean): void {
    const { tree, shape } = byType(value, shapes.nodes, "query node");
    let inner = scope;
    for (const entry of listOf(treeOf(tree.cte_map, "cte_map").map, "cte_map")) inner = this.#cte(entry, inner);
    if (tree.type === "RECURSIVE_CTE_NODE") inner = inner.with(wordOf(tree.cte_name, "cte_name"));
    for (const [field, holds] of Object.entries(shape)) {
      if (field === "from_table") this.#from(tree, inner, injected);
      else this.#field(holds, tree[field], inner, `${String(tree.type)}.${field}`);
    }
  }

  #from(select: Tree, scope: Scope, injected: boolean): void {
    const table = treeOf(select.from_table, "from_table");
    const name = physicalName(table);
    if (table.type !== "BASE_TABLE" || name === undefined) {
      this.#table(table, scope);
      return;
    }
    this.#fields(byType(table, shapes.tables, "table reference"), scope);
    const duty = this.#relations.get(name);
    if (duty === undefined) throw new WallBreach("a base table that is not listed");
    if (!injected) throw new WallBreach(`${name}: outside an injected subquery`);
    refuseUnlessDutiful(select, name, duty);
    this.named.add(name);
  }

  #cte(entry: unknown, scope: Scope): Scope {
    const pair = treeOf(entry, "cte");
    const { tree, shape } = part(pair.value, shapes.cte, "cte");
    this.#fields({ tree, shape: { ...shape, query: "checked" } }, scope);
    this.query(tree.query, scope, false);
    return scope.with(wordOf(pair.key, "cte"));
  }

  #table(value: unknown, scope: Scope): void {
    const { tree, shape } = byType(value, shapes.tables, "table reference");
    if (tree.type === "BASE_TABLE") {
      if (physicalName(tree) !== undefined) throw new WallBreach("a base table beside others in FROM");
      if (!scope.has(wordOf(tree.table_name, "table_name")))
        throw new WallBreach("a base table that is no CTE in scope");
    }
    if (tree.type === "JOIN" && !shapes.joins.has(wordOf(tree.ref_type, "ref_type")))
      throw new WallBreach("a join that is not listed");
    if (tree.type === "SUBQUERY") {
      this.query(tree.subquery, scope, true);
      this.#fields({ tree, shape: { ...shape, subquery: "checked" } }, scope);
      return;
    }
    if (tree.type === "TABLE_FUNCTION") {
      const call = treeOf(tree.function, "table function");
      if (call.class !== "FUNCTION" || !tableFunctions.has(wordOf(call.function_name, "table function")))
        throw new WallBreach("a table function that is not listed");
    }
    this.#fields({ tree, shape }, scope);
  }

  #expression(value: unknown, scope: Scope): void {
    const tree = treeOf(value, "expression");
    const shape = named(shapes.expressions, tree.class, "expression");
    refuseUnknownFields(tree, shape, String(tree.class));
    if (tree.class === "FUNCTION" || tree.class === "WINDOW") refuseUnlisted(tree);
    this.#fields({ tree, shape }, scope);
  }

  #fields(of: Part, scope: Scope): void {
    for (const [field, holds] of Object.entries(of.shape))
      this.#field(holds, of.tree[field], scope, `${String(of.tree.class ?? of.tree.type)}.${field}`);
  }

  #field(holds: shapes.Holds, value: unknown, scope: Scope, place: string): void {
    switch (holds) {
      case "expression":
        this.#expression(value, scope);
        break;
      case "expression?":
        if (value !== null) this.#expression(value, scope);
        break;
      case "expressions":
        for (const item of listOf(value, place)) this.#expression(item, scope);
        break;
      case "rows":
        for (const row of listOf(value, place)) this.#field("expressions", row, scope, place);
        break;
      case "query":
        this.query(value, scope, false);
        break;
      case "node":
        this.#node(value, scope, false);
        break;
      case "table":
        this.#table(value, scope);
        break;
      case "order_list":
        this.#field("orders", checked(value, shapes.orderList, "order").orders, scope, place);
        break;
      case "orders":
        for (const item of listOf(value, place)) this.#fields(part(item, shapes.order, "order"), scope);
        break;
      case "cases":
        for (const item of listOf(value, place)) this.#fields(part(item, shapes.caseCheck, "case"), scope);
        break;
      case "modifiers":
        for (const item of listOf(value, place)) this.#fields(byType(item, shapes.modifiers, "modifier"), scope);
        break;
      case "constant":
        refuseUnlessType(treeOf(value, place).type);
        break;
      case "type":
        refuseUnlessType(value);
        break;
      case "none":
        if (!isNothing(value)) throw new WallBreach(`${place}: a part that must be empty`);
        break;
      case "words":
        refuseUnlessWords(value, place);
        break;
      case "checked":
        break;
    }
  }
}

/** A table reference's physical name, when it is written with a schema; without one it can only be a CTE. */
function physicalName(table: Tree): string | undefined {
  if (isNothing(table.schema_name)) return undefined;
  return `${String(table.schema_name)}.${String(table.table_name)}`;
}

function refuseUnlisted(call: Tree): void {
  const name = wordOf(call.function_name, "function").toLowerCase();
  const home = `${String(call.catalog)}.${String(call.schema)}`;
  if (call.is_operator === true && home === "." && operators.has(name)) return;
  if (call.is_operator === true) throw new WallBreach(`operator ${name} is not listed`);
  if (home === `.${MACRO_SCHEMA}`) return;
  if ((home === "." || home === ".main" || home === "system.main") && functions.has(name)) return;
  throw new WallBreach(`function ${home}.${name} is not listed`);
}

/** Types hold types alone; one that the parser left unbound must be a name we know. */
function refuseUnlessType(value: unknown): void {
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) {
    value.forEach(refuseUnlessType);
    return;
  }
  const tree = treeOf(value, "type");
  if (tree.type === "UNBOUND_TYPE_INFO") {
    const home = `${String(tree.catalog)}.${String(tree.schema)}`;
    if (home !== "." || !unboundTypes.has(wordOf(tree.name, "type").toLowerCase()))
      throw new WallBreach("a type that is not listed");
  }
  if ("class" in tree || "node" in tree) throw new WallBreach("an expression within a type");
  Object.values(tree).forEach(refuseUnlessType);
}

/** Scalars, or lists of them: nothing that could hold an expression. */
function refuseUnlessWords(value: unknown, place: string): void {
  if (Array.isArray(value)) for (const item of value) refuseUnlessWords(item, place);
  else if (typeof value === "object" && value !== null) throw new WallBreach(`${place}: a node where a word belongs`);
}

interface Part {
  readonly tree: Tree;
  readonly shape: shapes.Shape;
}

function part(value: unknown, shape: shapes.Shape, place: string): Part {
  return { tree: checked(value, shape, place), shape };
}

function byType(value: unknown, table: Readonly<Record<string, shapes.Shape>>, place: string): Part {
  const tree = treeOf(value, place);
  const shape = named(table, tree.type, place);
  refuseUnknownFields(tree, shape, String(tree.type));
  return { tree, shape };
}

function checked(value: unknown, shape: shapes.Shape, place: string): Tree {
  const tree = treeOf(value, place);
  refuseUnknownFields(tree, shape, place);
  return tree;
}

function named(table: Readonly<Record<string, shapes.Shape>>, key: unknown, place: string): shapes.Shape {
  const shape = typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
  if (shape === undefined) throw new WallBreach(`${place} ${String(key)} is not listed`);
  return shape;
}

function refuseUnknownFields(tree: Tree, shape: shapes.Shape, place: string): void {
  for (const field of Object.keys(tree))
    if (!Object.hasOwn(shape, field)) throw new WallBreach(`${place}.${field} is not listed`);
}
