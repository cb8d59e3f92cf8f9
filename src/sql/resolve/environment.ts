import type { Name } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import type { WindowSpecification } from "../ast/window.ts";
import type { DataType } from "../types/mod.ts";
import type { Column, Expression } from "./resolved.ts";
import type { Scope } from "./scope.ts";
import { Size } from "./size.ts";

/** A column of a relation, as the metastore has it. */
export interface RelationColumn {
  readonly name: string;
  readonly type: DataType;
}

/** What resolving asks of the outside. */
export interface ResolvePorts {
  /** The columns of a table by its full name, dotted and lower-case; undefined when the text may not name it. */
  readonly relation: (fullName: string) => readonly RelationColumn[] | undefined;
  /** Catalog and schema for names of fewer than three parts; null leaves names as they are written. */
  readonly current: readonly [catalog: string, schema: string] | null;
  /** Values of `:name`, by lower-case name. */
  readonly parameters?: ReadonlyMap<string, Expression>;
}

/** A common table in scope. */
export interface CommonEntry {
  readonly id: string;
  readonly columns: readonly Column[];
}

/** What may stand in the clause being resolved. */
export interface Place {
  /** How the clause is called in messages. */
  readonly clause: string;
  readonly aggregate: boolean;
  readonly window: boolean;
}

/** All that an expression's meaning depends on. */
export interface Environment {
  readonly statement: Numbering;
  readonly ports: ResolvePorts;
  readonly scope: Scope | null;
  /** Where aggregates' arguments are looked up when the clause sees outputs first: in the rows that are grouped. */
  readonly input: Scope | null;
  readonly common: ReadonlyMap<string, CommonEntry>;
  readonly windows: ReadonlyMap<string, WindowSpecification>;
  readonly place: Place;
}

/** Gives out the names that are unique in one statement, and keeps where in the text a column reference was written. */
export class Numbering {
  #sources = 0;
  #references = 0;
  #common = 0;
  #parameters = 0;
  readonly #written = new WeakMap<Expression, Position>();
  readonly size = new Size();

  source(): string {
    this.#sources += 1;
    return `t${this.#sources}`;
  }

  reference(): number {
    this.#references += 1;
    return this.#references;
  }

  common(): string {
    this.#common += 1;
    return `w${this.#common}`;
  }

  parameter(): string {
    this.#parameters += 1;
    return `x${this.#parameters}`;
  }

  /** A node of its own for one place in the text. */
  written(value: Expression, at: Position): Expression {
    const own = Object.freeze({ ...value });
    this.#written.set(own, at);
    return own;
  }

  positionOf(node: Expression): Position | undefined {
    return this.#written.get(node);
  }
}

export function inScope(environment: Environment, scope: Scope | null): Environment {
  return Object.freeze({ ...environment, scope });
}

export function inPlace(environment: Environment, clause: string, allowed: Partial<Place> = {}): Environment {
  const place = Object.freeze({ clause, aggregate: false, window: false, ...allowed });
  return Object.freeze({ ...environment, place });
}

/** A name's lower-case parts joined by dots, completed by the current catalog and schema. */
export function fullName(name: Name, current: ResolvePorts["current"]): string {
  const parts = name.parts.map((part) => part.text.toLowerCase());
  const missing = current ? current.slice(0, Math.max(0, 3 - parts.length)) : [];
  return [...missing, ...parts].join(".");
}
