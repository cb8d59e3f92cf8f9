import { spoken } from "#kernel/mod.ts";
import type { Query as AstQuery } from "../ast/query.ts";
import { type EngineStep, SCHEMA } from "../engines/engine.ts";
import { type Barrier, govern, rowsThatMeet, type Treatment, visibleRows } from "../govern/govern.ts";
import {
  isLeakProofExpression,
  type Standing,
  standingOf,
  standingOfExpression,
  worseOf,
} from "../govern/leak-proof.ts";
import { regionsOf, withoutRegions } from "../govern/lent.ts";
import { neededColumns, physicalColumns } from "../govern/needed.ts";
import { conditionsByName, repeatedConditions } from "../govern/repeated.ts";
import { sureConditionsFirst } from "../govern/sure-first.ts";
import { callsOutside, hoistOutsideCalls } from "../outside/hoist.ts";
import { callStep } from "../outside/step.ts";
import { printQuery } from "../print/mod.ts";
import { Numbering, resolveQuery } from "../resolve/mod.ts";
import type { Column, Expression, Physical, Query, Select } from "../resolve/resolved.ts";
import { typeOfText } from "../types/mod.ts";
import type { EnteredRelation } from "./access.ts";
import { type Attached, attachStep, type Place } from "./attach.ts";
import type { Expansion } from "./expansion.ts";
import { outsidePolicy, policyQuery } from "./policy.ts";
import type { SqlPorts } from "./ports.ts";
import { refuseRecursion, type TextScope } from "./scope.ts";
import type { AppliedPolicies, Session } from "./session.ts";

const NO_MASKS: ReadonlyMap<string, Expression> = new Map();

/** How a relation stands in the text for the engine, in the order of what is kept away from it. */
const forms = ["OPEN", "INLINED", "BARRED", "MATERIALISED"] as const;
export type Form = (typeof forms)[number];

/** Turns an expanded query into steps and one text for the engine, every base table governed on the way. */
export class Planner {
  readonly #ports: SqlPorts;
  readonly #session: Session;
  readonly #expansion: Expansion;
  readonly #numbering = new Numbering();
  readonly #steps: EngineStep[] = [];
  /** By full name. */
  readonly #places = new Map<string, Place>();
  /** Names of columns that the texts so far read, by the engine's name of a relation. */
  readonly #read = new Map<string, Set<string>>();
  /** Each once, however often a table is read. */
  readonly #filtered = new Map<string, AppliedPolicies["filtered"][number]>();
  readonly #masked = new Map<string, AppliedPolicies["masked"][number]>();
  readonly #forms = new Map<string, Form>();
  readonly #called = new Set<string>();
  #regions = 0;
  #tables = 0;
  #hasBarrier = false;

  constructor(ports: SqlPorts, session: Session, expansion: Expansion) {
    this.#ports = ports;
    this.#session = session;
    this.#expansion = expansion;
  }

  /** What the texts so far rest on, in the order in which it must run. */
  async steps(): Promise<readonly EngineStep[]> {
    const attaching = [...this.attached].map(([name, attached]) =>
      attachStep(this.#ports, this.#session, this.#expansion.base(name)!, attached),
    );
    return [...(await Promise.all(attaching)).filter((step) => step !== null), ...this.#steps];
  }

  /** The base tables that the texts so far read, by full name. */
  get attached(): ReadonlyMap<string, Attached> {
    const read = (place: Place) => this.#read.get(place.table) ?? new Set<string>();
    return new Map([...this.#places].map(([name, place]) => [name, { place, read: read(place) }]));
  }

  /** Whether a barrier stands in any text for the engine, which then must keep no statistics of hidden rows. */
  get hasBarrier(): boolean {
    return this.#hasBarrier;
  }

  /** The Python functions that are called by steps of their own, by full name. */
  get called(): ReadonlySet<string> {
    return this.#called;
  }

  /** By full name, of all references to it together the form that keeps most away. */
  get forms(): ReadonlyMap<string, Form> {
    return this.#forms;
  }

  get governed(): AppliedPolicies {
    return { filtered: [...this.#filtered.values()], masked: [...this.#masked.values()] };
  }

  /** Names and types resolved; its relations are base tables. */
  resolve(text: AstQuery): Query {
    const relation = (name: string) =>
      this.#expansion.base(name)?.columns.map((column) => ({ name: column.name, type: typeOfText(column.type) }));
    return resolveQuery(text, { relation, current: null }, this.#numbering);
  }

  /** The query with every relation governed, and its text for the engine. */
  async plan(resolved: Query, scope: TextScope): Promise<string> {
    return this.#print(await this.#govern(await this.#hoisted(resolved, scope), scope));
  }

  /** The query without the calls that no engine runs: what they are given is made and governed first, each call is a step of its own. */
  async #hoisted(resolved: Query, scope: TextScope): Promise<Query> {
    if (!callsOutside(resolved)) return resolved;
    const { steps, query } = hoistOutsideCalls(resolved, {
      source: () => this.#numbering.source(),
      place: () => this.#place(),
    });
    for (const step of steps) {
      const sql = this.#print(await this.#region(step.rows, scope));
      if (step.kind === "rows") this.#steps.push({ kind: "materialise", ...step.place, sql });
      else this.#steps.push(callStep(step, sql));
      if (step.kind === "call" && step.call.routine.kind === "python") this.#called.add(step.call.routine.name);
    }
    return query;
  }

  /** A query that can fail on no row runs as one; of any other, what must not meet the rest of it is made first. */
  async #govern(given: Query, scope: TextScope): Promise<Query> {
    const standing = standingOf(given);
    if (standing === "beside") return this.#replace(given, standing, scope);
    const parted = sureConditionsFirst(
      given,
      () => this.#numbering.source(),
      (name) => standing === "apart" && !this.#isOpen(name),
    );
    const made = new Map<string, Query>();
    for (const { source, rows } of regionsOf(parted))
      made.set(source.alias, this.#setApart(await this.#region(rows, scope)));
    return this.#replace(withoutRegions(parted, made), standing, scope);
  }

  async #replace(query: Query, standing: Standing, scope: TextScope): Promise<Query> {
    const treatments = new Map<string, Treatment>();
    let worst = standing;
    const conditions = standing === "apart" ? conditionsByName(query) : undefined;
    for (const [name, columns] of neededColumns(query)) {
      const { treatment, policy } = await this.#treat({
        name,
        needed: columns,
        standing,
        scope,
        meeting: conditions?.get(name) ?? [],
      });
      treatments.set(name, treatment);
      worst = worseOf(worst, policy);
    }
    const barrier: Barrier | null = worst === "behind" ? { repeated: repeatedConditions(query) } : null;
    this.#hasBarrier ||= barrier !== null;
    if (scope.within.length === 0) this.#noteForms(treatments, barrier !== null);
    return govern(query, treatments, this.#ports.enforcement, barrier);
  }

  /** Rows that a statement of their own makes. */
  async #region(rows: Query, scope: TextScope): Promise<Query> {
    this.#regions += 1;
    const governed = await this.#govern(rows, scope);
    this.#regions -= 1;
    return governed;
  }

  #noteForms(treatments: ReadonlyMap<string, Treatment>, isBarred: boolean): void {
    for (const [name, { physical }] of treatments) {
      const isMade = physical.table !== this.#places.get(name)?.table;
      const inPlace = this.#isOpen(name) ? "OPEN" : isBarred ? "BARRED" : "INLINED";
      const form = isMade || this.#regions > 0 ? "MATERIALISED" : inPlace;
      const known = this.#forms.get(name) ?? form;
      this.#forms.set(name, forms.indexOf(form) > forms.indexOf(known) ? form : known);
    }
  }

  #isOpen(name: string): boolean {
    return this.#expansion.base(name)?.permit.obligations.length === 0;
  }

  /**
   * Visible rows are set apart first for a query that must stand so. And where a policy itself may fail: the subject's conditions
   * would choose the hidden rows that it fails on. Where it cannot, only rows are set apart that meet the query's sure conditions.
   */
  async #treat({ name, needed, standing, scope, meeting }: Treating): Promise<Treated> {
    const relation = this.#expansion.base(name);
    if (!relation) throw new TypeError("a relation that was not entered");
    const place = this.#placeOf(name);
    if (this.#isOpen(name)) {
      const columns = columnsOf(relation);
      const physical = this.#physical(place, columns, this.#numbering.source());
      return { treatment: { physical, filter: null, masks: NO_MASKS, needed }, policy: "beside" };
    }
    const { treatment, policy } = await this.#policies(relation, place, needed, scope);
    if (standing !== "apart" && policy !== "apart") return { treatment, policy };
    const visible = visibleRows(treatment, this.#ports.enforcement);
    const rows = policy === "beside" ? rowsThatMeet(visible, meeting, treatment) : visible;
    return { treatment: this.#made(rows), policy: "beside" };
  }

  async #policies(
    relation: EnteredRelation,
    place: Place,
    needed: ReadonlySet<string>,
    scope: TextScope,
  ): Promise<Treated> {
    const { permit } = relation;
    const name = `The policy of ${spoken(permit.what)}`;
    refuseRecursion(scope, name);
    const inner: TextScope = { ...scope, within: [...scope.within, name] };
    const made = await policyQuery(this.#ports, this.#expansion, relation, needed, inner);
    const resolved = this.resolve(made.query);
    if (callsOutside(resolved)) throw outsidePolicy(permit.what);
    const { body } = resolved;
    if (body.kind !== "select" || body.from?.kind !== "relation") throw new TypeError("a policy is one SELECT");
    const physical = this.#physical(place, body.from.columns, body.from.alias);
    const own: Query = Object.freeze({ ...resolved, body: Object.freeze({ ...body, from: physical }) });
    const governed = await this.#govern(own, inner);
    if (governed.body.kind !== "select") throw new TypeError("a governed SELECT stays one");
    const { items, where } = governed.body;
    if (scope.within.length === 0) this.#tell(relation, made.masked);
    const masks = new Map(made.masked.map((id, i) => [id, items[i]!.value]));
    return { treatment: { physical, filter: where, masks, needed }, policy: standingOfPolicy(body) };
  }

  /** A statement of its own makes the rows that may be seen; what the subject wrote runs on those alone. */
  #made(rows: Query): Treatment {
    const place = this.#place();
    this.#steps.push({ kind: "materialise", ...place, sql: this.#print(rows) });
    const physical = this.#physical(place, rows.columns, this.#numbering.source());
    return { physical, filter: null, masks: NO_MASKS, needed: new Set(rows.columns.map((column) => column.id)) };
  }

  #setApart(rows: Query): Query {
    return visibleRows(this.#made(rows), this.#ports.enforcement);
  }

  #placeOf(name: string): Place {
    const place = this.#places.get(name) ?? this.#place();
    this.#places.set(name, place);
    return place;
  }

  /** The text for the engine of a governed query. */
  #print(query: Query): string {
    for (const [table, columns] of physicalColumns(query))
      this.#read.set(table, new Set([...(this.#read.get(table) ?? []), ...columns]));
    return printQuery(query);
  }

  #place(): Place {
    this.#tables += 1;
    return { schema: SCHEMA, table: `r${this.#tables}` };
  }

  #physical(place: Place, columns: readonly Column[], alias: string): Physical {
    return Object.freeze({ kind: "physical", alias, ...place, columns });
  }

  /** Names of the policies that shape what the subject sees; those of the policies' own look-ups are not the subject's business. */
  #tell({ permit }: EnteredRelation, masked: readonly string[]): void {
    const table = permit.what.name;
    for (const one of permit.obligations) {
      const { policy } = one;
      if (one.type === "row_filter") this.#filtered.set(table, { table, policy });
      else if (masked.some((column) => column.toLowerCase() === one.column.toLowerCase()))
        this.#masked.set(`${table} ${one.column}`, { table, column: one.column, policy });
    }
  }
}

/** A relation of a query that stands so, and what the query has of it. */
interface Treating {
  readonly name: string;
  readonly needed: ReadonlySet<string>;
  readonly standing: Standing;
  readonly scope: TextScope;
  /** Sure conditions that a row which counts for the query meets. */
  readonly meeting: readonly Expression[];
}

/** What stands for a relation, and where its own policies may be evaluated. */
interface Treated {
  readonly treatment: Treatment;
  readonly policy: Standing;
}

/** A filter that may fail does so on hidden rows. A mask is only asked for of visible ones, given a barrier that holds it to them. */
function standingOfPolicy({ items, where }: Select): Standing {
  if (where !== null && !isLeakProofExpression(where, "owner")) return "apart";
  return items.map((item) => standingOfExpression(item.value, "owner")).reduce(worseOf, "beside");
}

function columnsOf({ columns }: EnteredRelation): readonly Column[] {
  return Object.freeze(columns.map(({ name, type }) => Object.freeze({ id: name, name, type: typeOfText(type) })));
}
