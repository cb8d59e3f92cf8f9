import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ExecuteStatementRequest } from "#wire/sql/statement.ts";
import { ADMIN, READER } from "../../sql/setting.ts";
import type { Outcome } from "../../sql/world.ts";
import { type AttackWorld, attackWorld } from "./world.ts";

type Rows = readonly (readonly (string | null)[])[];

/** One attempt to see what a policy, a view or a missing right hides, and what must come of it: exactly one outcome is told. */
export interface Attack {
  readonly title: string;
  /** Run as the administrator before it. */
  readonly setup?: readonly string[];
  /** Run as the subject before it. `$copy` is a name that is another each time. */
  readonly before?: readonly string[];
  readonly sql: string;
  /** The reader when not told. */
  readonly by?: string;
  readonly request?: Partial<ExecuteStatementRequest>;
  /** The governed answer. */
  readonly rows?: Rows;
  /** Refused by name: the error says what is not supported, or not there. */
  readonly refused?: string;
  /** Another error. */
  readonly error?: RegExp;
  /** A name in the statement that the subject may not know: the error is that of a name which is nowhere. */
  readonly hidden?: string;
  /** Why an answer in rows is the same with all policies out of force; without it, it must be another. */
  readonly harmless?: string;
  /** Instead, where a view and no policy hides: the administrator's own statement on what lies beneath, which fails. */
  readonly bites?: string;
}

/** A kind of attack with its variants; `number` is that of the bypass catalogue. */
export interface Entry {
  readonly number: number;
  readonly name: string;
  readonly attacks: readonly Attack[];
}

const REFUSALS =
  /\[(UNSUPPORTED_FEATURE|PARSE_SYNTAX_ERROR|UNRESOLVED_ROUTINE|UNRESOLVED_COLUMN|TABLE_OR_VIEW_NOT_FOUND)\]/;

/** Declares a test for each attack, and one more that it would succeed where nothing is enforced: none passes for want of bite. */
export function suite(title: string, entries: readonly Entry[]): void {
  describe(title, () => {
    let world: AttackWorld;
    before(async () => {
      world = await attackWorld();
    });
    after(() => world[Symbol.asyncDispose]());

    for (const { number, name, attacks } of entries)
      describe(number === 0 ? name : `${number} ${name}`, () => {
        for (const attack of attacks) it(attack.title, () => withstand(world, attack));
      });
  });
}

let copies = 0;

async function withstand(world: AttackWorld, attack: Attack): Promise<void> {
  for (const statement of attack.setup ?? []) await world.must(ADMIN, statement);
  const { by = READER, request, before = [] } = attack;
  const run = async (statement: string): Promise<Outcome> => {
    copies += 1;
    const named = (text: string): string => text.replaceAll("$copy", `copy${copies}`);
    for (const one of before) await world.must(by, named(one), request);
    return world.run(by, named(statement), request);
  };
  const outcome = await run(attack.sql);
  const { rows, error, refused, hidden, harmless, bites } = attack;
  if (bites !== undefined) assert.ok((await world.run(ADMIN, bites)).error, "it would not have failed");
  if (rows) {
    assert.equal(outcome.error, undefined);
    assert.deepEqual(outcome.rows, rows);
    if (bites !== undefined) return;
    const bare = await world.unenforced(() => run(attack.sql));
    assert.doesNotMatch(bare.error ?? "", /SECOND_WALL/);
    if (harmless === undefined) assert.notDeepEqual(seen(bare), seen(outcome), "it shows nothing hidden");
    else assert.deepEqual(seen(bare), seen(outcome), "it shows something hidden, so it is not harmless");
  } else if (refused !== undefined) {
    assert.match(outcome.error ?? "no error", REFUSALS);
    assert.ok(outcome.error!.includes(refused), `${outcome.error} does not name ${refused}`);
  } else if (hidden !== undefined) {
    const absent = hidden.replace(/[a-z]+$/, (last) => "q".repeat(last.length));
    const missing = await run(attack.sql.replaceAll(hidden, absent));
    assert.ok(outcome.error, "no error");
    assert.equal(outcome.error, missing.error?.replaceAll(absent, hidden));
  } else assert.match(outcome.error ?? "no error", error!);
}

const seen = ({ rows, error }: Outcome): object => ({ rows, error });
