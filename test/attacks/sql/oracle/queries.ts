import { among, columnTerm, compare, type Env, type Named, type Scope, type Term, term, truth } from "./expressions.ts";
import { type Column, type Row, relations, type Subject, type Type, type Value } from "./organisation.ts";
import type { Tape } from "./tape.ts";

/** A query as text, and its rows by our own reckoning. */
export interface Query {
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly rows: () => readonly Row[];
}

/** What a FROM gives: its text, the names in it, and its rows by alias. */
interface Source {
  readonly sql: string;
  readonly names: readonly Named[];
  readonly rows: () => readonly Env[];
}

const keyOf = (row: readonly Value[]): string => JSON.stringify(row);

/** Makes queries of a tape, for one subject. */
export class Queries {
  readonly #tape: Tape;
  readonly #subject: Subject;
  #aliases = 0;

  constructor(tape: Tape, subject: Subject) {
    this.#tape = tape;
    this.#subject = subject;
  }

  /** A statement's query, with common tables before it at times. */
  statement(): Query {
    if (!this.#tape.chance(20)) return this.#query(2);
    const shared = this.#query(1);
    const name = this.#alias("c");
    const rest = this.#query(2, [{ name, query: shared }]);
    return { ...rest, sql: `WITH ${name} AS (${shared.sql}) ${rest.sql}` };
  }

  #alias(letter: string): string {
    this.#aliases += 1;
    return `${letter}${this.#aliases}`;
  }

  #query(depth: number, common: readonly Common[] = []): Query {
    const tape = this.#tape;
    let made = this.#select(depth, common, undefined);
    if (depth > 0 && tape.chance(20)) made = this.#united(made, depth, common);
    if (tape.chance(25)) made = ordered(tape, made);
    return made;
  }

  #united(left: Query, depth: number, common: readonly Common[]): Query {
    const types = left.columns.map((column) => column.type);
    const right = this.#select(depth - 1, common, types);
    const operator = this.#tape.of(Object.keys(sets));
    return {
      sql: `${left.sql} ${operator} ${right.sql}`,
      columns: left.columns.map(({ name, type }) => ({ name, type })),
      rows: () => sets[operator]!(left.rows(), right.rows()),
    };
  }

  #select(depth: number, common: readonly Common[], wanted: readonly Type[] | undefined): Query {
    const tape = this.#tape;
    const source = this.#from(depth, common);
    const scope = this.#scope(source.names, depth);
    const where = tape.chance(60) ? truth(scope, 2) : undefined;
    const kept = (): readonly Env[] => {
      const rows = source.rows();
      return where ? rows.filter((env) => where.worth(env) === true) : rows;
    };
    const head = ` FROM ${source.sql}${where ? ` WHERE ${where.sql}` : ""}`;
    if (tape.chance(25)) return this.#grouped(scope, head, kept, wanted);
    return this.#plain(scope, head, kept, wanted);
  }

  #plain(scope: Scope, head: string, kept: () => readonly Env[], wanted: readonly Type[] | undefined): Query {
    const tape = this.#tape;
    const types = wanted ?? Array.from({ length: 1 + tape.below(3) }, () => tape.of(TYPES));
    const items = types.map((type) =>
      wanted === undefined && tape.chance(12) ? this.#windowed(scope) : this.#item(scope, type),
    );
    const isDistinct = tape.chance(15);
    const columns = items.map((item, i): Column => ({ name: `x${i + 1}`, ...item.column }));
    const list = items.map((item, i) => `${item.sql} AS x${i + 1}`).join(", ");
    return {
      sql: `SELECT ${isDistinct ? "DISTINCT " : ""}${list}${head}`,
      columns,
      rows: () => {
        const envs = kept();
        const values = items.map((item) => item.all(envs));
        const rows = envs.map((_, i) => values.map((each) => each[i]!));
        return isDistinct ? distinct(rows) : rows;
      },
    };
  }

  #item(scope: Scope, type: Type): Item {
    const fitting = scope.columns.filter((one) => one.type === type);
    if (fitting.length > 0 && this.#tape.chance(40)) {
      const named = this.#tape.of(fitting);
      const made = columnTerm(named);
      const column = { type, ...(named.trap && { trap: named.trap }) };
      return { sql: made.sql, column, all: (envs) => envs.map(made.worth) };
    }
    const made = term(scope, type, 2);
    return { sql: made.sql, column: { type }, all: (envs) => envs.map(made.worth) };
  }

  /** An aggregate over the rows that have something in common. */
  #windowed(scope: Scope): Item {
    const key = keyTerm(scope, this.#tape.of(TYPES));
    const counted = aggregate(this.#tape, scope);
    return {
      sql: `${counted.sql} OVER (PARTITION BY ${key.sql})`,
      column: { type: counted.type },
      all: (envs) => {
        const groups = Map.groupBy(envs, (env) => keyOf([key.worth(env)]));
        return envs.map((env) => counted.of(groups.get(keyOf([key.worth(env)]))!));
      },
    };
  }

  #grouped(scope: Scope, head: string, kept: () => readonly Env[], wanted: readonly Type[] | undefined): Query {
    const tape = this.#tape;
    const types = wanted ?? ["INT", ...Array.from({ length: tape.below(3) }, () => tape.of(TYPES))];
    // What is no number is a key here, and so is a number at times.
    const made = types.map((type) =>
      type === "INT" && tape.chance(70) ? { counted: aggregate(tape, scope) } : { key: keyTerm(scope, type) },
    );
    const keys = made.flatMap((one) => (one.key ? [one.key] : []));
    const having = tape.chance(25) ? aggregate(tape, scope) : undefined;
    const least = tape.below(3);
    const list = made.map((one, i) => `${(one.key ?? one.counted).sql} AS x${i + 1}`).join(", ");
    const by = keys.length > 0 ? ` GROUP BY ${keys.map((key) => key.sql).join(", ")}` : "";
    return {
      sql: `SELECT ${list}${head}${by}${having ? ` HAVING ${having.sql} > ${least}` : ""}`,
      columns: types.map((type, i) => ({ name: `x${i + 1}`, type })),
      rows: () => {
        const envs = kept();
        const groups = Map.groupBy(envs, (env) => keyOf(keys.map((key) => key.worth(env))));
        const parts = keys.length === 0 ? [envs] : [...groups.values()];
        return parts
          .filter((part) => !having || compare[">"]!(having.of(part) ?? -Infinity, least))
          .map((part) => made.map((one) => (one.key ? one.key.worth(part[0]!) : one.counted.of(part))));
      },
    };
  }

  #from(depth: number, common: readonly Common[]): Source {
    const tape = this.#tape;
    let made = this.#relation(depth, common);
    for (let joins = tape.of([0, 0, 1, 1, 2]); joins > 0; joins -= 1)
      made = this.#joined(made, this.#relation(depth, common));
    return made;
  }

  #joined(left: Source, right: Source): Source {
    const tape = this.#tape;
    const kind = tape.of(Object.keys(joins));
    const { keeps, takes } = joins[kind]!;
    const names = takes ? [...left.names, ...right.names] : left.names;
    if (kind === "CROSS JOIN")
      return { sql: `${left.sql} CROSS JOIN ${right.sql}`, names, rows: () => pairs(left, right) };
    const on = this.#link(left.names, right.names, keeps === "both");
    return {
      sql: `${left.sql} ${kind} ${right.sql} ON ${on.sql}`,
      names,
      rows: () => joins[kind]!.rows(left, right, (env) => on.worth(env) === true),
    };
  }

  /** What joins two sides: columns that are equal, and another condition at times, which an engine has no full join for. */
  #link(left: readonly Named[], right: readonly Named[], isPlain: boolean): Term {
    const tape = this.#tape;
    const one = tape.of(left);
    const fitting = right.filter((column) => column.type === one.type);
    const scope: Scope = { tape, subject: this.#subject, columns: [...left, ...right] };
    if (fitting.length === 0) return isPlain ? equal(scope, left, right) : truth(scope, 1);
    const other = tape.of(fitting);
    const [a, b] = [columnTerm(one), columnTerm(other)];
    const same: Term = {
      sql: `${a.sql} = ${b.sql}`,
      type: "BOOLEAN",
      worth: (env) => a.worth(env) !== null && a.worth(env) === b.worth(env),
    };
    if (isPlain || !tape.chance(30)) return same;
    const more = truth(scope, 1);
    return {
      sql: `${same.sql} AND ${more.sql}`,
      type: "BOOLEAN",
      worth: (env) => same.worth(env) === true && more.worth(env) === true,
    };
  }

  #relation(depth: number, common: readonly Common[]): Source {
    const tape = this.#tape;
    if (depth > 0 && tape.chance(15)) {
      const query = this.#query(depth - 1, common);
      return named(this.#alias("q"), `(${query.sql})`, query.columns, query.rows);
    }
    if (common.length > 0 && tape.chance(50)) {
      const { name, query } = tape.of(common);
      return named(this.#alias("w"), name, query.columns, query.rows);
    }
    const { name, columns, visible } = tape.of(relations);
    return named(this.#alias("r"), name, columns, () => visible(this.#subject));
  }

  #scope(columns: readonly Named[], depth: number): Scope {
    const scope: Scope = { tape: this.#tape, subject: this.#subject, columns };
    return depth > 0 ? { ...scope, subquery: (type) => this.#subquery(columns, type, depth - 1) } : scope;
  }

  /** A query within an expression, tied to a row around it at times by columns that are equal. */
  #subquery(around: readonly Named[], type: Type, depth: number): Term | undefined {
    const tape = this.#tape;
    const source = this.#from(0, []);
    const scope = this.#scope(source.names, depth);
    const own = tape.chance(60) ? truth(scope, 1) : undefined;
    const tie = tape.chance(50) ? tieOf(tape, source.names, around) : undefined;
    const conditions = [own, tie].filter((one) => one !== undefined);
    const tail = `FROM ${source.sql}${conditions.length > 0 ? ` WHERE ${conditions.map((one) => one.sql).join(" AND ")}` : ""}`;
    const memo: { envs?: readonly Env[] } = {};
    const rows = (env: Env): readonly Env[] => {
      memo.envs ??= source.rows().filter((each) => !own || own.worth(each) === true);
      return tie ? memo.envs.filter((each) => tie.worth({ ...env, ...each }) === true) : memo.envs;
    };
    if (type === "BOOLEAN") {
      const isNot = tape.chance(30);
      const mark = isNot ? "NOT " : "";
      if (tape.chance(50))
        return { sql: `(${mark}EXISTS (SELECT 1 ${tail}))`, type, worth: (env) => rows(env).length > 0 !== isNot };
      const fitting = source.names.filter((one) => one.type !== "BOOLEAN");
      if (fitting.length === 0) return undefined;
      const inner = columnTerm(tape.of(fitting));
      const outer = term({ tape, subject: this.#subject, columns: around }, inner.type, 1);
      return {
        sql: `(${outer.sql} ${mark}IN (SELECT ${inner.sql} ${tail}))`,
        type,
        worth: (env) => {
          const found = among(outer.worth(env), rows(env).map(inner.worth));
          return found === null ? null : found !== isNot;
        },
      };
    }
    const fitting = source.names.filter((one) => one.type === type);
    if (type === "INT" && (fitting.length === 0 || tape.chance(40)))
      return { sql: `(SELECT count(*) ${tail})`, type, worth: (env) => rows(env).length };
    if (fitting.length === 0) return undefined;
    const inner = columnTerm(tape.of(fitting));
    return {
      sql: `(SELECT max(${inner.sql}) ${tail})`,
      type,
      worth: (env) => extreme(rows(env).map(inner.worth), ">"),
    };
  }
}

interface Common {
  readonly name: string;
  readonly query: Query;
}

interface Item {
  readonly sql: string;
  readonly column: Omit<Column, "name">;
  readonly all: (envs: readonly Env[]) => readonly Value[];
}

const TYPES: readonly Type[] = ["INT", "STRING", "INT", "STRING", "BOOLEAN"];

function named(alias: string, sql: string, columns: readonly Column[], rows: () => readonly Row[]): Source {
  const names = columns.map((column, place): Named => ({ ...column, alias, place }));
  return { sql: `${sql} AS ${alias}`, names, rows: () => rows().map((row) => ({ [alias]: row })) };
}

function tieOf(tape: Tape, inner: readonly Named[], around: readonly Named[]): Term | undefined {
  const one = tape.of(inner);
  const fitting = around.filter((column) => column.type === one.type);
  if (fitting.length === 0) return undefined;
  const [a, b] = [columnTerm(one), columnTerm(tape.of(fitting))];
  return {
    sql: `${a.sql} = ${b.sql}`,
    type: "BOOLEAN",
    worth: (env) => a.worth(env) !== null && a.worth(env) === b.worth(env),
  };
}

/** Two columns that no types make equal: a length does. */
function equal(scope: Scope, left: readonly Named[], right: readonly Named[]): Term {
  const size = (one: Named): Term => {
    const made = columnTerm(one);
    return {
      sql: `length(CAST(${made.sql} AS STRING))`,
      type: "INT",
      worth: (env) => (made.worth(env) === null ? null : String(made.worth(env)).length),
    };
  };
  const [a, b] = [size(scope.tape.of(left)), size(scope.tape.of(right))];
  return {
    sql: `${a.sql} = ${b.sql}`,
    type: "BOOLEAN",
    worth: (env) => a.worth(env) !== null && a.worth(env) === b.worth(env),
  };
}

/** Names alone: where no query may stand, nor a function that has one. */
const bare = ({ tape, subject, columns }: Scope): Scope => ({ tape, subject, columns });

/** What rows are put together by. A number by itself would be a place in the select list. */
function keyTerm(scope: Scope, type: Type): Term {
  const made = term(bare(scope), type, 1);
  return /^\(?-?\d+\)?$/.test(made.sql) ? { ...made, sql: `(${made.sql} + 0)` } : made;
}

interface Aggregate {
  readonly sql: string;
  readonly type: Type;
  readonly of: (envs: readonly Env[]) => Value;
}

function extreme(values: readonly Value[], sign: "<" | ">"): Value {
  return values
    .filter((value) => value !== null)
    .reduce<Value>((best, value) => (best === null || compare[sign]!(value, best) ? value : best), null);
}

function aggregate(tape: Tape, scope: Scope): Aggregate {
  const type = "INT";
  if (tape.chance(30)) return { sql: "count(*)", type, of: (envs) => envs.length };
  const given = term(bare(scope), "INT", 1);
  const values = (envs: readonly Env[]): readonly Value[] => envs.map(given.worth).filter((value) => value !== null);
  switch (tape.below(5)) {
    case 0:
      return { sql: `count(${given.sql})`, type, of: (envs) => values(envs).length };
    case 1:
      return { sql: `min(${given.sql})`, type, of: (envs) => extreme(values(envs), "<") };
    case 2:
      return { sql: `max(${given.sql})`, type, of: (envs) => extreme(values(envs), ">") };
    default:
      return {
        sql: `sum(${given.sql})`,
        type,
        of: (envs) => {
          const found = values(envs);
          return found.length === 0 ? null : found.reduce<number>((sum, value) => sum + Number(value), 0);
        },
      };
  }
}

function distinct(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

function counts(rows: readonly Row[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) found.set(keyOf(row), (found.get(keyOf(row)) ?? 0) + 1);
  return found;
}

/** Of `rows`, for each one of `others` that is like it, one: those, or those that are left. */
function matched(rows: readonly Row[], others: readonly Row[], wanted: boolean): readonly Row[] {
  const left = counts(others);
  return rows.filter((row) => {
    const number = left.get(keyOf(row)) ?? 0;
    if (number > 0) left.set(keyOf(row), number - 1);
    return number > 0 === wanted;
  });
}

const sets: Readonly<Record<string, (left: readonly Row[], right: readonly Row[]) => readonly Row[]>> = {
  UNION: (left, right) => distinct([...left, ...right]),
  "UNION ALL": (left, right) => [...left, ...right],
  INTERSECT: (left, right) => distinct(matched(distinct(left), distinct(right), true)),
  "INTERSECT ALL": (left, right) => matched(left, right, true),
  EXCEPT: (left, right) => matched(distinct(left), distinct(right), false),
  "EXCEPT ALL": (left, right) => matched(left, right, false),
};

interface Join {
  /** Of which side rows without a partner are kept. */
  readonly keeps: "left" | "right" | "both" | "neither";
  /** Whether the right side's columns are there. */
  readonly takes: boolean;
  readonly rows: (left: Source, right: Source, on: (env: Env) => boolean) => readonly Env[];
}

const pairs = (left: Source, right: Source): readonly Env[] => {
  const others = right.rows();
  return left.rows().flatMap((env) => others.map((other) => ({ ...env, ...other })));
};

/** A row of NULLs for each alias of a side. */
function nothing({ names }: Source): Env {
  const found: Record<string, Value[]> = {};
  for (const { alias } of names) found[alias] = names.filter((one) => one.alias === alias).map(() => null);
  return found;
}

function outer(left: Source, right: Source, on: (env: Env) => boolean, keeps: Join["keeps"]): readonly Env[] {
  const others = right.rows();
  const used = new Set<Env>();
  const found = left.rows().flatMap((env) => {
    const partners = others.filter((other) => on({ ...env, ...other }));
    for (const partner of partners) used.add(partner);
    if (partners.length === 0) return keeps === "left" || keeps === "both" ? [{ ...env, ...nothing(right) }] : [];
    return partners.map((partner) => ({ ...env, ...partner }));
  });
  if (keeps !== "right" && keeps !== "both") return found;
  return [...found, ...others.filter((other) => !used.has(other)).map((other) => ({ ...nothing(left), ...other }))];
}

const outerJoin = (keeps: Join["keeps"]): Join => ({
  keeps,
  takes: true,
  rows: (left, right, on) => outer(left, right, on, keeps),
});

const semiJoin = (wanted: boolean): Join => ({
  keeps: "neither",
  takes: false,
  rows: (left, right, on) => {
    const others = right.rows();
    return left.rows().filter((env) => others.some((other) => on({ ...env, ...other })) === wanted);
  },
});

const joins: Readonly<Record<string, Join>> = {
  JOIN: outerJoin("neither"),
  "LEFT JOIN": outerJoin("left"),
  "RIGHT JOIN": outerJoin("right"),
  "FULL JOIN": outerJoin("both"),
  "CROSS JOIN": { keeps: "neither", takes: true, rows: (left, right) => pairs(left, right) },
  "LEFT SEMI JOIN": semiJoin(true),
  "LEFT ANTI JOIN": semiJoin(false),
};

/** In an order of all columns, so that rows which are alike in it are alike, cut at times. */
function ordered(tape: Tape, query: Query): Query {
  const isDescending = query.columns.map(() => tape.chance(40));
  const keys = isDescending.map((down, i) => `${i + 1}${down ? " DESC" : ""}`).join(", ");
  const limit = tape.chance(70) ? 1 + tape.below(6) : undefined;
  const offset = tape.chance(20) ? tape.below(4) : 0;
  // NULL comes first, and last in an order that goes down.
  const before = (a: Value, b: Value): number => {
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? -1 : 1;
    return a < b ? -1 : 1;
  };
  const order = (one: Row, other: Row): number => {
    for (const [i, down] of isDescending.entries()) {
      const found = before(one[i]!, other[i]!);
      if (found !== 0) return down ? -found : found;
    }
    return 0;
  };
  const tail = `${limit === undefined ? "" : ` LIMIT ${limit}`}${offset > 0 ? ` OFFSET ${offset}` : ""}`;
  return {
    sql: `SELECT * FROM (${query.sql}) AS o ORDER BY ${keys}${tail}`,
    columns: query.columns,
    rows: () =>
      query
        .rows()
        .toSorted(order)
        .slice(offset, limit === undefined ? undefined : offset + limit),
  };
}
