import type { FunctionDefinition, ViewDefinition } from "#kernel/mod.ts";
import { fn, spoken, table } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Expression } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import type { Query } from "../ast/query.ts";
import { walk } from "../ast/visit.ts";
import { isAggregate, isBuiltIn } from "../functions/mod.ts";
import { askedModel, isModelFunction } from "../models/routine.ts";
import { parseExpressionText, parseQueryText } from "../parse/mod.ts";
import type { Entered, EnteredRelation, Entry } from "./access.ts";
import { item, query, select } from "./build.ts";
import { isFolded } from "./identity.ts";
import { objectName } from "./names.ts";
import { referencesOf } from "./references.ts";
import { type ExpandedRoutine, type Prepared, rewrite } from "./rewrite.ts";
import { scopeWithin, type TextScope } from "./scope.ts";
import type { Session } from "./session.ts";

/** What a text names, by the place where it does. */
interface Named {
  readonly tables: ReadonlyMap<Position, string>;
  readonly calls: ReadonlyMap<Position, string>;
  readonly endpoints: ReadonlyMap<Position, string | null>;
}

/** Nodes of a text after its views and functions are in it: views that name views twice double at each step. */
const EXPANDED_NODES_MAX = 200_000;

/** @throws Fault BAD_REQUEST when views and functions make a text too large to plan. Stops counting at the limit. */
function refuseGrowth(expanded: Query): void {
  let nodes = 0;
  for (const _node of walk(expanded)) {
    nodes += 1;
    if (nodes > EXPANDED_NODES_MAX)
      throw new Fault(
        "BAD_REQUEST",
        "The views and functions that this names are too large together. Query fewer of them.",
        {
          reason: "VIEW_EXCEED_MAX_SIZE",
          sqlstate: "54000",
        },
      );
  }
}

/**
 * Expands texts: each one's tables and functions are entered first, all at once; then views and SQL functions are replaced by
 * their own expanded texts, which run on their owners' loans. What is left names base tables alone, by full name.
 */
export class Expansion {
  readonly #access: Entry;
  readonly #session: Session;
  readonly #bases = new Map<string, EnteredRelation>();
  readonly #views = new Map<string, Query>();
  readonly #routines = new Map<string, ExpandedRoutine>();

  constructor(access: Entry, session: Session) {
    this.#access = access;
    this.#session = session;
  }

  /** The base tables met so far, by full name. */
  base(name: string): EnteredRelation | undefined {
    return this.#bases.get(name);
  }

  /** Columns of a base table, in lower case. */
  columnsOf = (name: string): readonly string[] | null => {
    const columns = this.#bases.get(name)?.columns;
    return columns ? columns.map((column) => column.name.toLowerCase()) : null;
  };

  async query(text: Query, scope: TextScope): Promise<Query> {
    const prepared = await this.#prepare(text, scope);
    const expanded = rewrite(text, prepared);
    if (prepared.views.size + prepared.routines.size > 0) refuseGrowth(expanded);
    return expanded;
  }

  async expression(text: Expression, scope: TextScope): Promise<Expression> {
    const wrapped = await this.query(query(text.at, select(text.at, [item(text.at, text, "output")], [])), scope);
    const { body } = wrapped;
    if (body.kind !== "select") throw new TypeError("an expanded SELECT stays a SELECT");
    return body.items[0]!.value;
  }

  /** A function's body, expanded on its owner's loan, ready to be put in place of a call. */
  async routine(definition: FunctionDefinition, outer: TextScope): Promise<ExpandedRoutine> {
    const known = this.#routines.get(definition.name);
    if (known) return known;
    const what = fn(definition.name);
    const lender = { what, owner: definition.owner };
    const scope = scopeWithin(outer, spoken(what), definition.current, lender);
    const body: ExpandedRoutine["body"] =
      definition.language === "PYTHON"
        ? { kind: "python", source: definition.body }
        : await this.routineBody(definition, { ...scope, called: true });
    const defaults = new Map<string, Expression>();
    for (const parameter of definition.parameters) {
      if (parameter.default === undefined) continue;
      const value = await this.expression(parseExpressionText(parameter.default), scope);
      defaults.set(parameter.name.toLowerCase(), value);
    }
    const expanded: ExpandedRoutine = { definition, body, defaults };
    this.#routines.set(definition.name, expanded);
    return expanded;
  }

  /** A body alone: an expression for a scalar function, a query for a table function. */
  async routineBody(
    definition: Pick<FunctionDefinition, "body" | "returns">,
    scope: TextScope,
  ): Promise<Exclude<ExpandedRoutine["body"], { kind: "python" }>> {
    return definition.returns.kind === "table"
      ? { kind: "query", query: await this.query(parseQueryText(definition.body), scope) }
      : { kind: "expression", value: await this.expression(parseExpressionText(definition.body), scope) };
  }

  async #view(definition: ViewDefinition, outer: TextScope): Promise<Query> {
    const known = this.#views.get(definition.name);
    if (known) return known;
    const what = table(definition.name);
    const scope = scopeWithin(outer, spoken(what), definition.current, { what, owner: definition.owner });
    const expanded = await this.query(parseQueryText(definition.text), scope);
    this.#views.set(definition.name, expanded);
    return expanded;
  }

  async #prepare(text: Query, scope: TextScope): Promise<Prepared> {
    const found = referencesOf(text);
    const tables = new Map(found.tables.map(({ name, at }) => [at, objectName(name, scope.current)]));
    const calls = new Map(
      found.functions
        .filter(({ name }) => !this.#isOurs(name.parts.map(nameKey)))
        .map(({ name, at }) => [at, objectName(name, scope.current)]),
    );
    const asked = new Map(found.questions.map((call) => [call.at, askedModel(call)]));
    const endpoints = new Map([...asked].map(([at, { endpoint }]) => [at, endpoint]));
    const entered = await this.#enter({ tables, calls, endpoints }, scope);
    const views = new Map<string, { readonly definition: ViewDefinition; readonly query: Query }>();
    for (const [name, relation] of entered.relations) {
      if (relation.definition.kind === "view")
        views.set(name, { definition: relation.definition, query: await this.#view(relation.definition, scope) });
      else if (!this.#bases.has(name)) this.#bases.set(name, relation);
    }
    const routines = new Map<string, ExpandedRoutine>();
    for (const [name, { definition }] of entered.routines) routines.set(name, await this.routine(definition, scope));
    return {
      tables,
      calls,
      asked: new Map([...asked].map(([at, { routine }]) => [at, routine(scope.lender)])),
      views,
      routines,
      who: this.#session.who,
      current: scope.current,
      called: scope.called === true,
      routine: scope.lender?.what.type === "FUNCTION" ? scope.lender.what.name : null,
      text: scope.within.join(" > "),
      columnsOf: this.columnsOf,
      isAggregate,
    };
  }

  /** A denial in the statement's own text says where the name stands; the same for what is hidden and what is missing. */
  async #enter({ tables, calls, endpoints }: Named, scope: TextScope): Promise<Entered> {
    try {
      const { lender, within } = scope;
      return await this.#access.enter({
        tables: [...tables.values()],
        functions: [...calls.values()],
        endpoints: [...endpoints.values()],
        lender: lender ?? undefined,
        within,
      });
    } catch (thrown) {
      if (!(thrown instanceof Fault) || scope.lender) throw thrown;
      const [at] = [...tables, ...calls, ...endpoints].find(([, name]) => thrown.message.includes(`'${name}'`)) ?? [];
      if (!at) throw thrown;
      const { line, column } = at;
      const options = { ...thrown.options, position: { line, column }, cause: thrown };
      throw new Fault(thrown.code, `${thrown.message} (line ${line}, column ${column})`, options);
    }
  }

  /** Built-in names win over functions of the current schema, as in the dialect. */
  #isOurs(parts: readonly string[]): boolean {
    return parts.length === 1 && (isFolded(parts[0]!) || isBuiltIn(parts[0]!) || isModelFunction(parts[0]!));
  }
}
