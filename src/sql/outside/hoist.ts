import { functionTable } from "../functions/table.ts";
import { conjuncts, without } from "../govern/conjuncts.ts";
import { columnsRead, queryOfRows, standsAlone } from "../govern/rows.ts";
import { type Replace, rebuildExpression, rebuildQuery, rebuildSelect, rebuildSource, visit } from "../govern/tree.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type {
  Body,
  Column,
  CommonTable,
  Expression,
  Join,
  OutsideCall,
  Physical,
  Query,
  Select,
  SelectItem,
  SortKey,
  Source,
  Subquery,
} from "../resolve/resolved.ts";
import { sameExpression } from "../resolve/same.ts";
import { aliasesOf, isVolatile } from "../resolve/walk.ts";
import { BOOLEAN } from "../types/mod.ts";
import { callsIn, holdsCall, refersTo, refuseMisplaced, spokenCall } from "./found.ts";

/** A relation of the engine that is to be made. */
export interface Place {
  readonly schema: string;
  readonly table: string;
}

/** What must be made before the query, in order: rows that are governed like any others, and calls with distinct rows of arguments. */
export type HoistedStep =
  | { readonly kind: "rows"; readonly place: Place; readonly rows: Query }
  | { readonly kind: "call"; readonly place: Place; readonly rows: Query; readonly call: OutsideCall };

export interface Hoisted {
  readonly steps: readonly HoistedStep[];
  readonly query: Query;
}

/** Where names for what is made come from. */
export interface Names {
  readonly source: () => string;
  readonly place: () => Place;
}

/** The column of results in what a call has made. */
const RESULT = "result";

/**
 * The query with a column in the place of each call that no engine runs, of a function in Python or of a model. What a call stands over (the FROM of its SELECT, less the
 * rows that other conditions leave out) is made first, by a query that is governed like any other; then the call is made with the distinct rows of
 * its arguments; and the results are joined back. So the function is handed what the subject may see, and nothing else.
 * @throws Fault UNSUPPORTED_FEATURE for a call that depends on what has no such rows of its own, at its place.
 */
export function hoistOutsideCalls(root: Query, names: Names): Hoisted {
  const hoist = new Hoist(root, names);
  const query = hoist.query(root);
  return { steps: hoist.steps, query };
}

export const callsOutside = (query: Query): boolean => {
  let calls = false;
  visit(query, {
    expression: (node) => {
      calls ||= node.kind === "outside_call";
    },
  });
  return calls;
};

/** A call that is made, with the column that stands for it. */
interface Answered {
  readonly call: OutsideCall;
  readonly value: Expression;
}

/** Rows in the engine, and what of them stands for what. */
interface Stage {
  readonly place: Place;
  readonly columns: readonly Column[];
}

const freeze = Object.freeze;
const keyOf = (source: string, column: string): string => `${source} ${column}`;

class Hoist {
  readonly steps: HoistedStep[] = [];
  readonly #names: Names;
  readonly #read: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #common = new Map<string, CommonTable>();
  /** Sources that were put in here: all their columns are read. */
  readonly #own = new Set<string>();
  /** What stands for a column of a source that was put away. */
  readonly #moved = new Map<string, Expression>();

  constructor(root: Query, names: Names) {
    this.#names = names;
    this.#read = columnsRead(root);
  }

  query(node: Query): Query {
    const common = node.with.map((entry) => {
      const made = freeze({ ...entry, query: this.query(entry.query) });
      this.#common.set(entry.id, made);
      return made;
    });
    const given = freeze({ ...node, with: freeze(common) });
    const { body, order } =
      node.body.kind === "select"
        ? this.#select(node.body, node.order)
        : { body: this.#body(node.body), order: node.order };
    const settle = (value: Expression | null): Expression | null => value && this.#settled(value, NOWHERE);
    return freeze({
      ...given,
      body,
      order: freeze(order.map((key) => freeze({ ...key, value: this.#settled(key.value, NOWHERE) }))),
      limit: settle(node.limit),
      offset: settle(node.offset),
    });
  }

  #body(node: Body): Body {
    switch (node.kind) {
      case "query":
        return this.query(node);
      case "select":
        return this.#select(node, []).body;
      case "set_operation":
        return freeze({ ...node, left: this.#body(node.left), right: this.#body(node.right) });
      case "values":
        return freeze({
          ...node,
          rows: freeze(node.rows.map((row) => freeze(row.map((value) => this.#settled(value, NOWHERE))))),
        });
    }
  }

  #select(node: Select, keys: readonly SortKey[]): { readonly body: Select; readonly order: readonly SortKey[] } {
    const from = node.from && this.#source(node.from);
    const moved = this.#through(freeze({ ...node, from: null }), keys, (value) => this.#mapped(value));
    const own = new Set(aliasesOf(from));
    const calls = distinctCalls(
      rootsOf(moved.body, moved.order).flatMap((root) => callsIn(root)),
      (call) => refersTo(call, own),
    );
    if (from === null || calls.length === 0) return this.#settledSelect({ ...moved.body, from }, moved.order);
    const conditions = moved.body.where === null ? [] : conjuncts(moved.body.where);
    const plain = conditions.filter((one) => !holdsCall(one) && refersTo(one, own, "or nothing"));
    const rest = plain.reduce<Expression | null>((left, one) => left && without(left, one), moved.body.where);
    const others = conditions.filter((one) => !plain.includes(one));
    const where = others.reduce<Expression | null>((left, one) => left && without(left, one), moved.body.where);
    const marks = { ...(node.called && { called: node.called }), ...(node.routine && { routine: node.routine }) };
    const staged = this.#staged(from, plain.length > 0 ? where : null, calls, null, marks);
    const replaced = this.#through(freeze({ ...moved.body, where: rest }), moved.order, (value) =>
      this.#replaced(value, staged.answered),
    );
    const body = grouped({ ...replaced.body, from: staged.source }, replaced.order, staged.answered);
    return this.#settledSelect(body, replaced.order);
  }

  /** Each expression of a SELECT, whose FROM is not looked at, and of the order of its rows. */
  #through(
    node: Select,
    keys: readonly SortKey[],
    change: (value: Expression) => Expression,
  ): { readonly body: Select; readonly order: readonly SortKey[] } {
    const replace: Replace = { expression: change, source: (one) => one, query: (one) => one };
    const order = keys.map((key) => freeze({ ...key, value: change(key.value) }));
    return { body: rebuildSelect(node, replace), order: freeze(order) };
  }

  #settledSelect(
    node: Select,
    keys: readonly SortKey[],
  ): { readonly body: Select; readonly order: readonly SortKey[] } {
    const own = new Set(aliasesOf(node.from));
    const settled = this.#through(freeze({ ...node, from: null }), keys, (value) => this.#settled(value, own));
    return { ...settled, body: freeze({ ...settled.body, from: node.from }) };
  }

  #source(node: Source): Source {
    switch (node.kind) {
      case "subquery":
        return freeze({ ...node, query: this.query(node.query) });
      case "join":
        return this.#join(node);
      case "generate": {
        const input = node.input && this.#source(node.input);
        const given = node.arguments.map((value) => this.#mapped(value));
        const side = input && this.#side(input, given);
        const values = given.map((value) => this.#settled(this.#replaced(value, side?.answered ?? []), NOWHERE));
        return freeze({ ...node, input: side?.source ?? input, arguments: freeze(values) });
      }
      default:
        return rebuildSource(node, { expression: (one) => one, source: (one) => one, query: (one) => one });
    }
  }

  #join(node: Join): Source {
    const left = this.#source(node.left);
    const right = this.#source(node.right);
    const condition = node.condition && this.#mapped(node.condition);
    if (condition === null || !holdsCall(condition)) {
      const settled = condition && this.#settled(condition, NOWHERE);
      return freeze({ ...node, left, right, condition: settled });
    }
    if (node.type === "INNER") {
      const own = new Set([...aliasesOf(left), ...aliasesOf(right)]);
      const calls = distinctCalls(callsIn(condition), (call) => refersTo(call, own));
      if (calls.length > 0) {
        const sure = conjuncts(condition).filter((one) => !holdsCall(one));
        const kept = conjuncts(condition).reduce<Expression | null>(
          (all, one) => (sure.includes(one) ? all : all && without(all, one)),
          condition,
        );
        const rest = sure.reduce<Expression | null>((all, one) => all && without(all, one), condition);
        const base: Join = freeze({
          ...({ kind: "join", left, right } as const),
          ...(sure.length > 0
            ? ({ type: "INNER", condition: kept } as const)
            : ({ type: "CROSS", condition: null } as const)),
        });
        return this.#staged(base, null, calls, rest, {}).source;
      }
    }
    const [onLeft, onRight] = [this.#side(left, [condition]), this.#side(right, [condition])];
    const answered = [...(onLeft?.answered ?? []), ...(onRight?.answered ?? [])];
    const sides = { left: onLeft?.source ?? left, right: onRight?.source ?? right };
    return freeze({ ...node, ...sides, condition: this.#settled(this.#replaced(condition, answered), NOWHERE) });
  }

  /** One side of a join, with the calls in it that read that side alone. */
  #side(source: Source, values: readonly Expression[]): Staged | undefined {
    const own = new Set(aliasesOf(source));
    const calls = distinctCalls(
      values.flatMap((value) => callsIn(value)),
      (call) => refersTo(call, own),
    );
    return calls.length === 0 ? undefined : this.#staged(source, null, calls, null, {});
  }

  /**
   * Makes the rows of `from` that `where` leaves, and the calls over them, innermost first. @returns a source with the columns of `from`
   * and the results, less the rows that `filter` leaves out.
   */
  #staged(
    from: Source,
    where: Expression | null,
    calls: readonly OutsideCall[],
    filter: Expression | null,
    marks: Pick<Select, "called" | "routine">,
  ): Staged {
    for (const call of calls) refuseMisplaced(call);
    const kept = leavesOf(from).flatMap(({ alias, columns }) =>
      columns
        .filter((column) => this.#own.has(alias) || this.#read.get(alias)?.has(column.id))
        .map((column) => ({ alias, column })),
    );
    let waiting = calls;
    let answered: readonly Answered[] = [];
    let items: readonly SelectItem[] = kept.map(({ alias, column }, i) =>
      itemOf({ id: `k${i + 1}`, name: column.name, type: column.type }, columnOf(alias, column)),
    );
    let source: Source = from;
    let condition = where;
    for (;;) {
      const ready = waiting.filter(
        (call) => !call.arguments.some((one) => callsIn(one).some((each) => isAmong(waiting, each))),
      );
      waiting = waiting.filter((call) => !ready.includes(call));
      const given = ready.map((call, n) =>
        call.arguments.map((value, i) =>
          itemOf({ id: `e${n + 1}_${i + 1}`, name: "argument", type: value.type }, this.#replaced(value, answered)),
        ),
      );
      const stage = this.#rows(
        [...items, ...given.flat()],
        source,
        condition,
        ready[0]!,
        answered.length === 0 ? marks : {},
      );
      const base = this.#reading(stage);
      const asColumns = (list: readonly SelectItem[]): readonly SelectItem[] =>
        list.map(({ column }) => itemOf(column, columnOf(base.alias, column)));
      const results: SelectItem[] = [];
      let joined: Source = base;
      ready.forEach((call, n) => {
        const made = this.#called(stage, call, given[n]!);
        joined = beside(joined, made, given[n]!, base);
        const result: Column = { id: `r${answered.length + n + 1}`, name: RESULT, type: call.type };
        results.push(itemOf(result, columnOf(made.alias, { id: RESULT, name: RESULT, type: call.type })));
      });
      const query = freeze(queryOfRows([...asColumns(items), ...results], { from: joined, where: null }));
      const rows = this.#subquery(query);
      const rebased = [...answered.map((one) => one.call), ...ready].map((call, i) => ({
        call,
        value: columnOf(rows.alias, { id: `r${i + 1}`, name: RESULT, type: call.type }),
      }));
      kept.forEach(({ alias, column }, i) => {
        this.#moved.set(
          keyOf(alias, column.id),
          columnOf(rows.alias, { id: `k${i + 1}`, name: column.name, type: column.type }),
        );
      });
      answered = rebased;
      if (waiting.length === 0) return this.#filtered(rows, filter, kept, answered);
      items = query.columns.map((column) => itemOf(column, columnOf(rows.alias, column)));
      source = rows;
      condition = null;
    }
  }

  #filtered(
    rows: Subquery,
    filter: Expression | null,
    kept: readonly { readonly alias: string; readonly column: Column }[],
    answered: readonly Answered[],
  ): Staged {
    if (filter === null) return { source: rows, answered };
    const where = this.#settled(this.#replaced(filter, answered), new Set([rows.alias]));
    const items = rows.columns.map((column) => itemOf(column, columnOf(rows.alias, column)));
    const outer = this.#subquery(queryOfRows(items, { from: rows, where }));
    for (const { alias, column } of kept) {
      const known = this.#moved.get(keyOf(alias, column.id));
      if (known?.kind === "column") this.#moved.set(keyOf(alias, column.id), freeze({ ...known, source: outer.alias }));
    }
    return { source: outer, answered };
  }

  /** A step that makes rows, and what it makes. @throws Fault for rows that depend on a row around them. */
  #rows(
    items: readonly SelectItem[],
    from: Source,
    where: Expression | null,
    first: OutsideCall,
    marks: Pick<Select, "called" | "routine">,
  ): Stage {
    const own = new Set(aliasesOf(from));
    const settle = (value: Expression): Expression => this.#settled(value, own);
    const settled = items.map((item) => freeze({ ...item, value: settle(item.value) }));
    const made = queryOfRows(settled, { from, where: where && settle(where) });
    const query = this.#withCommon(freeze({ ...made, body: freeze({ ...made.body, ...marks }) as Select }));
    if (!standsAlone(query))
      throw unsupportedFault(
        first.site.at,
        `${spokenCall(first.routine)} over rows that depend on a row of the query around them`,
        "Join instead, or call it in a query of its own in FROM.",
      );
    const place = this.#names.place();
    this.steps.push({ kind: "rows", place, rows: query });
    return { place, columns: query.columns };
  }

  #called(stage: Stage, call: OutsideCall, given: readonly SelectItem[]): Subquery {
    const base = this.#reading(stage);
    const items = given.map(({ column }) => itemOf(column, columnOf(base.alias, column)));
    const distinct = queryOfRows(items, { from: base, where: null });
    return this.#answer(
      freeze({ ...distinct, body: freeze({ ...distinct.body, distinct: true }) as Select }),
      call,
      items,
    );
  }

  #answer(rows: Query, call: OutsideCall, items: readonly SelectItem[]): Subquery {
    const place = this.#names.place();
    this.steps.push({ kind: "call", place, rows, call });
    const columns = [...items.map((item) => item.column), { id: RESULT, name: RESULT, type: call.type }];
    return this.#reading({ place, columns });
  }

  /** A call whose arguments read no row: made once, and its result read where it stands. */
  #constant(call: OutsideCall): Expression {
    refuseMisplaced(call);
    const items = call.arguments.map((value, i) =>
      itemOf({ id: `e1_${i + 1}`, name: "argument", type: value.type }, this.#settled(value, NOWHERE)),
    );
    const answer = this.#answer(this.#withCommon(queryOfRows(items, { from: null, where: null })), call, items);
    const result = { id: RESULT, name: RESULT, type: call.type };
    const query = queryOfRows([itemOf(result, columnOf(answer.alias, result))], { from: answer, where: null });
    return freeze({ kind: "scalar_subquery", type: call.type, query });
  }

  /** An expression whose calls over rows are columns by now: constant ones are made, and the queries within it seen to. */
  #settled(value: Expression, own: ReadonlySet<string>): Expression {
    const replace: Replace = {
      expression: (node) => {
        if (node.kind !== "outside_call") return rebuildExpression(node, replace);
        if (refersTo(node, own, "or nothing") && !refersTo(node, own)) return this.#constant(node);
        refuseMisplaced(node);
        throw unsupportedFault(
          node.site.at,
          `${spokenCall(node.routine)} with values of several queries, or of several sides of an outer join`,
          "Call it in a query of its own in FROM.",
        );
      },
      source: (node) => node,
      query: (node) => this.query(node),
    };
    return replace.expression(value);
  }

  /** What stands for the columns of sources that were put away. */
  #mapped(value: Expression): Expression {
    return this.#moved.size === 0 ? value : this.#replaced(value, []);
  }

  #replaced(value: Expression, answered: readonly Answered[]): Expression {
    const replace: Replace = {
      expression: (node) => {
        const found = node.kind === "outside_call" ? answered.find((one) => isSame(one.call, node)) : undefined;
        if (found) return found.value;
        if (node.kind !== "column") return rebuildExpression(node, replace);
        const moved = this.#moved.get(keyOf(node.source, node.column));
        return moved ? replace.expression(moved) : node;
      },
      source: (node) => rebuildSource(node, replace),
      query: (node) => rebuildQuery(node, replace),
    };
    return replace.expression(value);
  }

  /** With those common tables that it comes to: its own statement has none. */
  #withCommon(query: Query): Query {
    const wanted = new Set<string>();
    const seek = (root: Query): void => {
      const replace: Replace = {
        expression: (node) => rebuildExpression(node, replace),
        source: (node) => {
          if (node.kind === "common_table_reference" && !wanted.has(node.common)) {
            const entry = this.#common.get(node.common);
            if (entry) {
              seek(entry.query);
              wanted.add(node.common);
            }
          }
          return rebuildSource(node, replace);
        },
        query: (node) => rebuildQuery(node, replace),
      };
      replace.query(root);
    };
    seek(query);
    return freeze({ ...query, with: freeze([...wanted].map((id) => this.#common.get(id)!)) });
  }

  #reading({ place, columns }: Stage): Subquery {
    const physical: Physical = freeze({ kind: "physical", alias: this.#names.source(), ...place, columns });
    const items = columns.map((column) => itemOf(column, columnOf(physical.alias, column)));
    return this.#subquery(queryOfRows(items, { from: physical, where: null }));
  }

  #subquery(query: Query): Subquery {
    const alias = this.#names.source();
    this.#own.add(alias);
    return freeze({ kind: "subquery", alias, columns: query.columns, query, lateral: false });
  }
}

interface Staged {
  readonly source: Source;
  readonly answered: readonly Answered[];
}

const NOWHERE: ReadonlySet<string> = new Set();

const columnOf = (source: string, column: Column): Expression =>
  freeze({ kind: "column", type: column.type, source, column: column.id });

const itemOf = (column: Column, value: Expression): SelectItem => freeze({ column: freeze(column), value });

const isSame = (one: OutsideCall, other: OutsideCall): boolean =>
  one === other || (!isVolatile(one) && sameExpression(one, other));

const isAmong = (calls: readonly OutsideCall[], call: OutsideCall): boolean => calls.some((one) => isSame(one, call));

function distinctCalls(calls: readonly OutsideCall[], wanted: (call: OutsideCall) => boolean): readonly OutsideCall[] {
  const found: OutsideCall[] = [];
  for (const call of calls) if (wanted(call) && !isAmong(found, call)) found.push(call);
  return found;
}

function rootsOf(node: Select, order: readonly SortKey[]): readonly Expression[] {
  const roots = [
    ...node.items.map((item) => item.value),
    node.where,
    ...(node.group?.keys ?? []),
    node.having,
    node.qualify,
    ...order.map((key) => key.value),
  ];
  return roots.filter((one) => one !== null);
}

function leavesOf(source: Source): readonly Exclude<Source, Join>[] {
  if (source.kind === "join") return [...leavesOf(source.left), ...leavesOf(source.right)];
  return source.kind === "generate" && source.input ? [...leavesOf(source.input), source] : [source];
}

const operator = (name: string) => functionTable.find((row) => row.kind === "operator" && row.name === name)!;
const [AND, SAME] = [operator("and"), operator("<=>")];

/** The rows with the results of one call beside them: exactly one for each row, by its arguments, where NULL is NULL. */
function beside(rows: Source, made: Subquery, given: readonly SelectItem[], base: Subquery): Source {
  const condition = given
    .map(({ column }): Expression => {
      const sides = freeze([columnOf(base.alias, column), columnOf(made.alias, column)]);
      return freeze({ kind: "call", type: BOOLEAN, function: SAME, arguments: sides });
    })
    .reduce(
      (left, right): Expression =>
        freeze({ kind: "call", type: BOOLEAN, function: AND, arguments: freeze([left, right]) }),
    );
  return freeze({ kind: "join", type: "LEFT", left: rows, right: made, condition });
}

/**
 * A grouped SELECT whose results are keys too, where they are read beside them: a call of keys has one result for a group, which the
 * engine cannot know. @throws Fault for several grouping sets, in some of which the keys are NULL.
 */
function grouped(node: Select, order: readonly SortKey[], answered: readonly Answered[]): Select {
  const { group } = node;
  if (group === null) return freeze(node);
  const missing: Answered[] = [];
  const seek = (value: Expression): Expression => {
    if (value.kind === "aggregate" || group.keys.some((key) => sameExpression(key, value))) return value;
    if (value.kind === "column") {
      const found = answered.find((one) => sameExpression(one.value, value));
      if (found && !missing.includes(found)) missing.push(found);
    }
    const within: Replace = {
      expression: seek,
      source: (one) => rebuildSource(one, within),
      query: (one) => rebuildQuery(one, within),
    };
    return rebuildExpression(value, within);
  };
  for (const root of rootsOf({ ...node, where: null, group: null }, order)) seek(root);
  if (missing.length === 0) return freeze(node);
  const [set, ...others] = group.sets;
  if (others.length > 0 || !set)
    throw unsupportedFault(
      missing[0]!.call.site.at,
      `${spokenCall(missing[0]!.call.routine)} over keys of several grouping sets`,
      "Group in a query in FROM, and call it around that.",
    );
  const keys = [...group.keys, ...missing.map((one) => one.value)];
  return freeze({
    ...node,
    group: freeze({
      keys: freeze(keys),
      sets: freeze([freeze([...set, ...missing.map((_, i) => group.keys.length + i)])]),
    }),
  });
}
