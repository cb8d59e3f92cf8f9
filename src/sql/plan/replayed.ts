import type { LentBy } from "#kernel/mod.ts";
import type { Entered, EnteredRelation, Entry } from "./access.ts";

/** One text's wishes, in the words of `Entry.enter`. */
export interface Wishes {
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  readonly lender: LentBy | undefined;
  readonly within: readonly string[];
}

/** Wishes with what was answered. */
export interface Answered {
  readonly wishes: Wishes;
  readonly entered: Entered;
}

/** Remembers what was asked of an entry and answered by it, in order. */
export class Watched implements Entry {
  readonly answered: Answered[] = [];
  readonly #entry: Entry;

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  async enter(
    tables: readonly string[],
    functions: readonly string[],
    lender: LentBy | undefined,
    within: readonly string[],
  ): Promise<Entered> {
    const entered = await this.#entry.enter(tables, functions, lender, within);
    this.answered.push({ wishes: { tables, functions, lender, within }, entered });
    return entered;
  }
}

/**
 * Asks ahead for what a plan will ask, and gives these answers, denials too, when it does ask: so that each wish is decided and put
 * on record once, whether or not a remembered plan turns out to hold still.
 */
export class Replayed implements Entry {
  readonly #entry: Entry;
  readonly #ahead: { readonly wishes: Wishes; readonly answer: Promise<Entered> }[] = [];

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  /** Asks now; the same wishes are answered alike when they are asked again. @throws Fault when they are denied. */
  ahead(wishes: Wishes): Promise<Entered> {
    const { tables, functions, lender, within } = wishes;
    const answer = this.#entry.enter(tables, functions, lender, within);
    this.#ahead.push({ wishes, answer });
    return answer;
  }

  enter(
    tables: readonly string[],
    functions: readonly string[],
    lender: LentBy | undefined,
    within: readonly string[],
  ): Promise<Entered> {
    const wishes: Wishes = { tables, functions, lender, within };
    const next = this.#ahead.shift();
    if (next && isSame(next.wishes, wishes)) return next.answer;
    // From here on the plan is another one: what else was asked ahead belongs to none of its texts.
    this.#ahead.length = 0;
    return this.#entry.enter(tables, functions, lender, within);
  }
}

/** The base tables among what was entered, by full name: of several entries of one table the first, as planning takes it. */
export function basesOf(answered: readonly Answered[]): ReadonlyMap<string, EnteredRelation> {
  const bases = new Map<string, EnteredRelation>();
  for (const { entered } of answered)
    for (const [name, relation] of entered.relations)
      if (relation.definition.kind !== "view" && !bases.has(name)) bases.set(name, relation);
  return bases;
}

/** All of an answer that planning can rest on, as one text: obligations, loans and definitions. */
export function answerText({ relations, routines }: Entered): string {
  const tables = [...relations].map(([name, { permit, definition, columns }]) => [
    name,
    permit.obligations,
    permit.lent_by,
    definition.kind === "scan" ? definition.kind : definition,
    columns,
  ]);
  const functions = [...routines].map(([name, { permit, definition }]) => [
    name,
    permit.obligations,
    permit.lent_by,
    definition,
  ]);
  return JSON.stringify([tables, functions]);
}

const isSame = (one: Wishes, other: Wishes): boolean => JSON.stringify(one) === JSON.stringify(other);
