import type { Entered, EnteredRelation, Entry, Wishes } from "./access.ts";

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

  async enter(wishes: Wishes): Promise<Entered> {
    const entered = await this.#entry.enter(wishes);
    this.answered.push({ wishes, entered });
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
    const answer = this.#entry.enter(wishes);
    this.#ahead.push({ wishes, answer });
    return answer;
  }

  enter(wishes: Wishes): Promise<Entered> {
    const next = this.#ahead.shift();
    if (next && isSame(next.wishes, wishes)) return next.answer;
    // From here on the plan is another one: what else was asked ahead belongs to none of its texts.
    this.#ahead.length = 0;
    return this.#entry.enter(wishes);
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
