import { type Column, type Subject, secretOf, type Type, type Value } from "./organisation.ts";
import type { Tape } from "./tape.ts";

/** The rows that names stand for, by alias. */
export type Env = Readonly<Record<string, readonly Value[]>>;

/** An expression as text, and what it is worth beside certain rows: both made at once, by different means. */
export interface Term {
  readonly sql: string;
  readonly type: Type;
  readonly worth: (env: Env) => Value;
}

/** A column that may be named here. */
export interface Named extends Column {
  readonly alias: string;
  readonly place: number;
}

/** What terms are made of. `subquery` makes one that holds a query, where that may be. */
export interface Scope {
  readonly tape: Tape;
  readonly subject: Subject;
  readonly columns: readonly Named[];
  readonly subquery?: (type: Type) => Term | undefined;
}

const TYPES: readonly Type[] = ["INT", "STRING", "BOOLEAN"];
const WHOLES = [0, 1, 2, 3, 5, 8, 11, 100, 150, -1];
const TEXTS = ["", "a", "ann", "eu", "us", "red", "***-11", "100-10", "1", "z1", "it's", "%"];
const PATTERNS: readonly (readonly [string, RegExp])[] = [
  ["%", /^/],
  ["a%", /^a/],
  ["***%", /^\*\*\*/],
  ["1%", /^1/],
  ["%1_", /1.$/s],
  ["_e%", /^.e/s],
];

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, "\\$&")}'`;

export const columnTerm = ({ alias, name, type, place }: Named): Term => ({
  sql: `${alias}.${name}`,
  type,
  worth: (env) => env[alias]![place]!,
});

function constant({ tape }: Scope, type: Type): Term {
  if (tape.chance(6)) return { sql: `CAST(NULL AS ${type})`, type, worth: () => null };
  const value: Value = type === "INT" ? tape.of(WHOLES) : type === "STRING" ? tape.of(TEXTS) : tape.chance(50);
  const sql =
    typeof value === "string" ? quoted(value) : typeof value === "number" && value < 0 ? `(${value})` : String(value);
  return { sql, type, worth: () => value };
}

const anyType = (scope: Scope): Type => scope.tape.of(TYPES.slice(0, 2));

/** A term of a type, `depth` deep at the most. */
export function term(scope: Scope, type: Type, depth: number): Term {
  const { tape, columns } = scope;
  const fitting = columns.filter((one) => one.type === type);
  if (depth <= 0 || tape.chance(35)) {
    if (type === "BOOLEAN" && fitting.length === 0 && depth > -2) return truth(scope, depth);
    return fitting.length > 0 && tape.chance(85) ? columnTerm(tape.of(fitting)) : constant(scope, type);
  }
  if (scope.subquery && tape.chance(10)) {
    const made = scope.subquery(type);
    if (made) return made;
  }
  if (tape.chance(15)) return choice(scope, type, depth);
  return type === "INT" ? whole(scope, depth) : type === "STRING" ? string(scope, depth) : truth(scope, depth);
}

function choice(scope: Scope, type: Type, depth: number): Term {
  const [one, other] = [term(scope, type, depth - 1), term(scope, type, depth - 1)];
  switch (scope.tape.below(3)) {
    case 0:
      return {
        sql: `coalesce(${one.sql}, ${other.sql})`,
        type,
        worth: (env) => one.worth(env) ?? other.worth(env),
      };
    case 1:
      return {
        sql: `nullif(${one.sql}, ${other.sql})`,
        type,
        worth: (env) => (one.worth(env) === other.worth(env) ? null : one.worth(env)),
      };
    default: {
      const when = truth(scope, depth - 1);
      return {
        sql: `CASE WHEN ${when.sql} THEN ${one.sql} ELSE ${other.sql} END`,
        type,
        worth: (env) => (when.worth(env) === true ? one.worth(env) : other.worth(env)),
      };
    }
  }
}

/** Of values that are there; NULL when one is not. */
const strict =
  (terms: readonly Term[], work: (...values: never[]) => Value) =>
  (env: Env): Value => {
    const values = terms.map((one) => one.worth(env));
    return values.includes(null) ? null : work(...(values as never[]));
  };

/** Columns on whose hidden values something fails, with that. */
function trapped(scope: Scope, trap: NonNullable<Column["trap"]>): Term | undefined {
  const found = scope.columns.filter((one) => one.trap === trap);
  if (found.length === 0) return undefined;
  const column = columnTerm(scope.tape.of(found));
  switch (trap) {
    case "zero": {
      const sign = scope.tape.of(["div", "%"]);
      return {
        sql: `(1000 ${sign} ${column.sql})`,
        type: "INT",
        worth: strict([column], (n: number) => (sign === "%" ? 1000 % n : Math.trunc(1000 / n))),
      };
    }
    case "number":
      return {
        sql: `CAST(${column.sql} AS INT)`,
        type: "INT",
        worth: strict([column], (text: string) => Number(text)),
      };
    case "pattern":
      return {
        sql: `regexp_replace('abc', ${column.sql}, 'z')`,
        type: "STRING",
        worth: strict([column], (pattern: string) => "abc".replaceAll(pattern, "z")),
      };
  }
}

function whole(scope: Scope, depth: number): Term {
  const { tape } = scope;
  const type = "INT";
  const made = (sql: string, terms: readonly Term[], work: (...values: never[]) => Value): Term => ({
    sql,
    type,
    worth: strict(terms, work),
  });
  const trap = tape.chance(30) ? trapped(scope, tape.of(["zero", "number"])) : undefined;
  if (trap) return trap;
  const one = term(scope, "INT", depth - 1);
  const other = term(scope, "INT", depth - 1);
  const text = term(scope, "STRING", depth - 1);
  switch (tape.below(6)) {
    case 0:
      return made(`(${one.sql} + ${other.sql})`, [one, other], (a: number, b: number) => a + b);
    case 1:
      return made(`(${one.sql} - ${other.sql})`, [one, other], (a: number, b: number) => a - b);
    case 2:
      return made(`length(${text.sql})`, [text], (a: string) => a.length);
    case 3:
      return made(`abs(${one.sql})`, [one], (a: number) => Math.abs(a));
    case 4: {
      const plain = scope.columns.filter((column) => column.type === "INT");
      const given = plain.length > 0 ? columnTerm(tape.of(plain)) : constant(scope, "INT");
      return made(`twice(${given.sql})`, [given], (a: number) => a * 2);
    }
    default:
      return {
        sql: `try_cast(${text.sql} AS INT)`,
        type,
        worth: strict([text], (a: string) => (/^[+-]?\d{1,9}$/.test(a) ? Number(a) : null)),
      };
  }
}

function string(scope: Scope, depth: number): Term {
  const { tape, subject } = scope;
  const type = "STRING";
  const made = (sql: string, terms: readonly Term[], work: (...values: never[]) => Value): Term => ({
    sql,
    type,
    worth: strict(terms, work),
  });
  const trap = tape.chance(25) ? trapped(scope, "pattern") : undefined;
  if (trap) return trap;
  const one = term(scope, "STRING", depth - 1);
  const other = term(scope, "STRING", depth - 1);
  switch (tape.below(7)) {
    case 0:
      return made(`concat(${one.sql}, ${other.sql})`, [one, other], (a: string, b: string) => a + b);
    case 1:
      return made(`upper(${one.sql})`, [one], (a: string) => a.toUpperCase());
    case 2: {
      const size = tape.below(4);
      return made(`left(${one.sql}, ${size})`, [one], (a: string) => a.slice(0, size));
    }
    case 3: {
      const size = tape.below(4);
      return made(`right(${one.sql}, ${size})`, [one], (a: string) => (size === 0 ? "" : a.slice(-size)));
    }
    case 4: {
      const given = term(scope, "INT", depth - 1);
      return made(`CAST(${given.sql} AS STRING)`, [given], (a: number) => String(a));
    }
    case 5: {
      const ids = scope.columns.filter((column) => column.type === "INT" && column.trap === undefined);
      const given = ids.length > 0 ? columnTerm(tape.of(ids)) : constant(scope, "INT");
      if (!scope.subquery) return made(`quoted(${one.sql})`, [one], (a: string) => `<${a}>`);
      return { sql: `secret_of(${given.sql})`, type, worth: (env) => secretOf(subject, given.worth(env)) };
    }
    default:
      return made(`(${one.sql} || ${other.sql})`, [one, other], (a: string, b: string) => a + b);
  }
}

export const compare: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  "=": (a, b) => a === b,
  "<>": (a, b) => a !== b,
  "<": (a, b) => a! < b!,
  "<=": (a, b) => a! <= b!,
  ">": (a, b) => a! > b!,
  ">=": (a, b) => a! >= b!,
};

const not = (value: Value): Value => (value === null ? null : value !== true);
const both = (a: Value, b: Value): Value =>
  a === false || b === false ? false : a === null || b === null ? null : true;

/** Whether a value is among others, as SQL knows it. */
export function among(value: Value, others: readonly Value[]): Value {
  if (others.length === 0) return false;
  if (value === null) return null;
  return others.includes(value) ? true : others.includes(null) ? null : false;
}

/** A condition. */
export function truth(scope: Scope, depth: number): Term {
  const { tape } = scope;
  const type = "BOOLEAN";
  const kind = anyType(scope);
  const below = Math.max(0, depth - 1);
  if (depth > 0 && scope.subquery && tape.chance(15)) {
    const made = scope.subquery(type);
    if (made) return made;
  }
  switch (tape.below(depth > 0 ? 9 : 5)) {
    case 0: {
      const sign = tape.of(Object.keys(compare));
      const [one, other] = [term(scope, kind, below), term(scope, kind, below)];
      return { sql: `(${one.sql} ${sign} ${other.sql})`, type, worth: strict([one, other], compare[sign]! as never) };
    }
    case 1: {
      const one = term(scope, kind, below);
      const isNot = tape.chance(50);
      return {
        sql: `(${one.sql} IS ${isNot ? "NOT " : ""}NULL)`,
        type,
        worth: (env) => (one.worth(env) === null) !== isNot,
      };
    }
    case 2: {
      const one = term(scope, "STRING", below);
      const [pattern, regular] = tape.of(PATTERNS);
      return {
        sql: `(${one.sql} LIKE ${quoted(pattern)})`,
        type,
        worth: strict([one], (a: string) => regular.test(a)),
      };
    }
    case 3: {
      const one = term(scope, kind, below);
      const items = [constant(scope, kind), constant(scope, kind), term(scope, kind, 0)];
      const list = items.map((item) => item.sql).join(", ");
      return {
        sql: `(${one.sql} IN (${list}))`,
        type,
        worth: (env) =>
          among(
            one.worth(env),
            items.map((item) => item.worth(env)),
          ),
      };
    }
    case 4: {
      const [one, other] = [term(scope, kind, below), term(scope, kind, below)];
      return { sql: `(${one.sql} <=> ${other.sql})`, type, worth: (env) => one.worth(env) === other.worth(env) };
    }
    case 5: {
      const one = truth(scope, below);
      return { sql: `(NOT ${one.sql})`, type, worth: (env) => not(one.worth(env)) };
    }
    case 6: {
      const [one, low, high] = [term(scope, kind, below), term(scope, kind, 0), term(scope, kind, 0)];
      return {
        sql: `(${one.sql} BETWEEN ${low.sql} AND ${high.sql})`,
        type,
        worth: (env) =>
          both(strict([low, one], compare["<="]! as never)(env), strict([one, high], compare["<="]! as never)(env)),
      };
    }
    case 7: {
      const [one, other] = [truth(scope, below), truth(scope, below)];
      return { sql: `(${one.sql} AND ${other.sql})`, type, worth: (env) => both(one.worth(env), other.worth(env)) };
    }
    default: {
      const [one, other] = [truth(scope, below), truth(scope, below)];
      return {
        sql: `(${one.sql} OR ${other.sql})`,
        type,
        worth: (env) => not(both(not(one.worth(env)), not(other.worth(env)))),
      };
    }
  }
}
