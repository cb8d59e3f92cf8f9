import type { Hop } from "#kernel/mod.ts";
import { rebuildExpression } from "../govern/tree.ts";
import type { Body, Expression, Query, Select, SortKey, Source } from "../resolve/resolved.ts";
import { TRACE_STEPS_MAX } from "./limits.ts";

/** A table or view that a query reads by one way. The same one for all its references by that way. */
export interface ReadSource {
  readonly name: string;
  readonly type: "TABLE" | "VIEW";
  readonly through: readonly Hop[];
}

/** A column of something read. `beneath`, of a view's column: what the view makes it from. */
export interface Origin {
  readonly source: ReadSource;
  readonly column: string;
  readonly beneath: ReadonlySet<Origin>;
}

export interface Origins {
  /** In text order, those no column of which is read included. */
  readonly sources: readonly ReadSource[];
  /** What each output column's values are made from. */
  readonly outputs: readonly ReadonlySet<Origin>[];
  /** What decides which rows there are, and in which order, and is seen in no value. */
  readonly steering: ReadonlySet<Origin>;
  /** Tracing was given up at its limit. */
  readonly cut: boolean;
}

/**
 * Where a resolved query's columns come from, through subqueries, common tables, views and functions down to base tables. A value comes
 * from every column that its expression reads, the partition and order of a window included; of a subquery in an expression from
 * what it selects. Pure; the query is one that is not governed yet, so that nothing of a policy's look-ups is told.
 */
export function originsOf(query: Query): Origins {
  const tracer = new Tracer();
  tracer.collect(query, []);
  const outputs = tracer.outputs(query);
  return { sources: tracer.sources, outputs, steering: tracer.steering(), cut: tracer.cut };
}

type Place = Exclude<Source, { readonly kind: "join" }>;
type Found = ReadonlySet<Origin>;

const NOTHING: Found = new Set();

class Tracer {
  readonly #sources = new Map<string, ReadSource>();
  readonly #places = new Map<string, { readonly place: Place; readonly through: readonly Hop[] }>();
  readonly #common = new Map<string, Query>();
  readonly #origins = new Map<ReadSource, Map<string, Origin>>();
  readonly #outputs = new Map<Body, readonly Found[]>();
  readonly #columns = new Map<string, Found>();
  readonly #steering: (() => Found)[] = [];
  #steps = 0;

  get sources(): readonly ReadSource[] {
    return [...this.#sources.values()];
  }

  get cut(): boolean {
    return this.#steps > TRACE_STEPS_MAX;
  }

  steering(): Found {
    return this.#union(this.#steering.map((one) => one()));
  }

  /** Notes every source, and what steers, of a query that is reached `through` views and functions. */
  collect(query: Query, through: readonly Hop[]): void {
    for (const entry of query.with) {
      this.#common.set(entry.id, entry.query);
      this.collect(entry.query, through);
    }
    this.#collectBody(query.body, through);
    this.#collectKeys(query.order, query, through);
  }

  /** By position. */
  outputs(body: Body): readonly Found[] {
    const known = this.#outputs.get(body);
    if (known) return known;
    const made = this.#made(body);
    this.#outputs.set(body, made);
    return made;
  }

  #collectBody(body: Body, through: readonly Hop[]): void {
    switch (body.kind) {
      case "query":
        this.collect(body, through);
        return;
      case "values":
        for (const row of body.rows) for (const value of row) this.#collectExpression(value, through);
        return;
      case "set_operation":
        this.#collectBody(body.left, through);
        this.#collectBody(body.right, through);
        if (body.operator !== "UNION" || !body.all)
          this.#steering.push(() => this.#union([...this.outputs(body.left), ...this.outputs(body.right)]));
        return;
      case "select":
        this.#collectSelect(body, through);
        return;
    }
  }

  #collectSelect(select: Select, outer: readonly Hop[]): void {
    const { routine } = select;
    const through = routine === undefined ? outer : within(outer, { type: "FUNCTION", name: routine });
    if (select.from) this.#collectSource(select.from, through);
    for (const { value } of select.items) this.#collectExpression(value, through);
    for (const value of [select.where, select.having, select.qualify, ...(select.group?.keys ?? [])])
      if (value) this.#steer(value, through);
    if (select.distinct) this.#steering.push(() => this.#union(this.outputs(select)));
  }

  #collectSource(source: Source, through: readonly Hop[]): void {
    if (source.kind === "join") {
      this.#collectSource(source.left, through);
      this.#collectSource(source.right, through);
      if (source.condition) this.#steer(source.condition, through);
      return;
    }
    this.#places.set(source.alias, { place: source, through });
    switch (source.kind) {
      case "relation":
        this.#source(source.name, "TABLE", through);
        return;
      case "subquery": {
        const { view } = source;
        if (view) this.#source(view.name, "VIEW", through);
        this.collect(source.query, view ? within(through, { type: "VIEW", name: view.name }) : through);
        return;
      }
      case "generate":
        if (source.input) this.#collectSource(source.input, through);
        for (const value of source.arguments) this.#steer(value, through);
        return;
      default:
    }
  }

  #steer(value: Expression, through: readonly Hop[]): void {
    this.#collectExpression(value, through);
    this.#steering.push(() => this.#expression(value));
  }

  #collectKeys(keys: readonly SortKey[], query: Query, through: readonly Hop[]): void {
    for (const { value } of keys) {
      this.#collectExpression(value, through);
      this.#steering.push(() => this.#expression(value, query));
    }
  }

  #collectExpression(root: Expression, through: readonly Hop[]): void {
    eachNode(root, (node) => {
      if (node.kind === "in_query" || node.kind === "exists" || node.kind === "scalar_subquery")
        this.collect(node.query, through);
    });
  }

  #made(body: Body): readonly Found[] {
    switch (body.kind) {
      case "query":
        return this.outputs(body.body);
      case "select":
        return body.items.map(({ value }) => this.#expression(value));
      case "values":
        return body.columns.map((_, i) => this.#union(body.rows.map((row) => this.#expression(row[i]!))));
      case "set_operation": {
        const left = this.outputs(body.left);
        if (body.operator === "EXCEPT") return left;
        const right = this.outputs(body.right);
        return left.map((one, i) => this.#union([one, right[i]!]));
      }
    }
  }

  /** `around` is the query whose output an ORDER BY names. */
  #expression(root: Expression, around?: Query): Found {
    const found: Found[] = [];
    eachNode(root, (node) => {
      this.#steps += 1;
      if (node.kind === "column") found.push(this.#column(node.source, node.column));
      else if (node.kind === "scalar_subquery" || node.kind === "in_query") found.push(...this.outputs(node.query));
      else if (node.kind === "output" && around)
        found.push(this.outputs(around)[around.columns.findIndex((one) => one.id === node.column)] ?? NOTHING);
    });
    return this.#union(found);
  }

  #column(alias: string, column: string): Found {
    const key = `${alias} ${column}`;
    const known = this.#columns.get(key);
    if (known) return known;
    this.#columns.set(key, NOTHING);
    const made = this.#traced(alias, column);
    this.#columns.set(key, made);
    return made;
  }

  #traced(alias: string, column: string): Found {
    const found = this.#places.get(alias);
    if (!found) return NOTHING;
    const { place, through } = found;
    switch (place.kind) {
      case "relation":
        return new Set([this.#origin(this.#source(place.name, "TABLE", through), column, NOTHING)]);
      case "generate":
        return this.#union(place.arguments.map((value) => this.#expression(value)));
      case "subquery":
      case "common_table_reference": {
        const query = place.kind === "subquery" ? place.query : this.#common.get(place.common);
        const i = place.columns.findIndex((one) => one.id === column);
        const beneath = (query && this.outputs(query)[i]) ?? NOTHING;
        const named = place.kind === "subquery" ? place.view?.columns[i] : undefined;
        if (place.kind !== "subquery" || !place.view || named === undefined) return beneath;
        const view = this.#origin(this.#source(place.view.name, "VIEW", through), named, beneath);
        return this.#union([new Set([view]), beneath]);
      }
      default:
        throw new TypeError("lineage is told of a query that is not governed yet");
    }
  }

  #source(name: string, type: ReadSource["type"], through: readonly Hop[]): ReadSource {
    const key = [name, ...through.map((hop) => `${hop.type} ${hop.name}`)].join(" < ");
    const known = this.#sources.get(key);
    if (known) return known;
    const made: ReadSource = { name, type, through };
    this.#sources.set(key, made);
    return made;
  }

  #origin(source: ReadSource, column: string, beneath: Found): Origin {
    const ofSource = this.#origins.get(source) ?? new Map<string, Origin>();
    this.#origins.set(source, ofSource);
    const known = ofSource.get(column);
    if (known) return known;
    const made: Origin = { source, column, beneath };
    ofSource.set(column, made);
    return made;
  }

  #union(sets: readonly Found[]): Found {
    if (sets.length === 1) return sets[0]!;
    const all = new Set<Origin>();
    for (const set of sets) {
      for (const one of set) {
        this.#steps += 1;
        if (this.cut) return all;
        all.add(one);
      }
    }
    return all;
  }
}

/** A body names itself again at each of its subqueries: that is one hop. */
function within(through: readonly Hop[], hop: Hop): readonly Hop[] {
  const last = through.at(-1);
  return last?.type === hop.type && last.name === hop.name ? through : [...through, hop];
}

/** Every node of an expression; queries in it are not entered. */
function eachNode(root: Expression, see: (node: Expression) => void): void {
  see(root);
  rebuildExpression(root, {
    expression: (child) => {
      eachNode(child, see);
      return child;
    },
    source: (child) => child,
    query: (child) => child,
  });
}
