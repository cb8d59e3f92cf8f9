import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { READER } from "../../../sql/setting.ts";
import { LakeWorld, type Seen } from "./lake-world.ts";
import { policies, setUp } from "./matrix-policies.ts";
import { type Form, type Storage, storages } from "./stored-engine.ts";
import { shapes, throwing } from "./throwing.ts";

/** One attack: an expression that fails on hidden rows, in one shape, over a table under one policy. */
interface Case {
  readonly expression: string;
  readonly shape: string;
  readonly policy: string;
}

export const cases: readonly Case[] = Object.keys(policies).flatMap((policy) =>
  Object.keys(shapes).flatMap((shape) => Object.keys(throwing).map((expression) => ({ expression, shape, policy }))),
);

interface Tally {
  readonly cases: number;
  /** Where the answer tells of hidden rows. */
  readonly leaks: readonly string[];
  /** Cases whose attack shows nothing with enforcement off, so that they prove nothing. */
  readonly tame: readonly string[];
  /** How many of `cases` tell of hidden rows in the forms that are not used. */
  readonly unbarred: Readonly<Record<Exclude<Form, "governed">, number>>;
}

const said = ({ rows, error }: Seen): string => error ?? JSON.stringify(rows);

/**
 * Runs cases on each storage, `weigh` of them also in forms that are known to leak there, and says the figures.
 * @throws AssertionError when one tells of a hidden row, when an attack fails on none with enforcement off, or when none of the
 * cases would have told in a form that leaks.
 */
export async function prove(context: TestContext, chosen: readonly Case[], weigh: readonly Case[]): Promise<void> {
  await using world = await LakeWorld.open(storages);
  await setUp(world);
  for (const [storage, { cases: played, leaks, tame, unbarred }] of await play(world, chosen, weigh)) {
    context.diagnostic(
      `${storage}: ${leaks.length} leaks of ${played} cases; of ${weigh.length} in one statement, ${unbarred.plain} leak ` +
        `without a barrier, ${unbarred.barrier} with OFFSET 0`,
    );
    assert.deepEqual(leaks, []);
    assert.deepEqual(tame, []);
    assert.ok(unbarred.plain > 0 && (unbarred.barrier > 0 || storage === "memory"), storage);
  }
  await world.run(READER, `SELECT own.code FROM of_${chosen[0]!.policy} AS own`, "file");
  const attached = world.last.find((step) => step.kind === "attach_table" && namesCode(step));
  assert.ok(attached?.kind === "attach_table");
  const code = attached.columns.find((column) => column.name === "code")!.field;
  assert.deepEqual(await world.engines.get("file")!.compressionOf(attached.files, code), ["Dictionary"]);
}

const namesCode = ({ columns }: { readonly columns: readonly { readonly name: string }[] }): boolean =>
  columns.some(({ name }) => name === "code");

/** Every so many-th of all cases, mixed so that each part has something of everything. */
export function sample(count: number): readonly Case[] {
  const step = Math.floor(cases.length / count);
  return cases.filter((_, i) => (i * STRIDE) % cases.length < cases.length / step).slice(0, count);
}

/** A prime that divides none of the matrix's sides, so that steps of it reach every case. */
const STRIDE = 7919;

async function play(
  world: LakeWorld,
  chosen: readonly Case[],
  weigh: readonly Case[],
): Promise<ReadonlyMap<Storage, Tally>> {
  const expected = new Map<Case, string>();
  for (const one of chosen) expected.set(one, said(await world.run(READER, textOf(one, "plain_"), "memory")));
  const tallies = new Map<Storage, Tally>();
  for (const storage of storages) {
    const leaks: string[] = [];
    const tame = new Set<string>();
    const bite = new Map<string, boolean>();
    for (const one of chosen) {
      const seen = said(await world.run(READER, textOf(one, "of_"), storage));
      if (seen !== expected.get(one)) leaks.push(`${nameOf(one)}: ${seen}, not ${expected.get(one)}`);
      const attack = `${one.expression} ${one.shape}`;
      if (!bite.has(attack)) {
        world.enforced = false;
        const bare = await world.run(READER, textOf(one, "of_"), storage);
        world.enforced = true;
        bite.set(attack, bare.error !== undefined);
      }
      if (!bite.get(attack)) tame.add(attack);
    }
    const unbarred = { plain: 0, barrier: 0 };
    for (const form of ["plain", "barrier"] as const) {
      world.engines.get(storage)!.form = form;
      for (const one of weigh)
        if (said(await world.run(READER, textOf(one, "of_"), storage)) !== expected.get(one)) unbarred[form] += 1;
    }
    world.engines.get(storage)!.form = "governed";
    tallies.set(storage, { cases: chosen.length, leaks, tame: [...tame], unbarred });
  }
  return tallies;
}

const nameOf = ({ expression, shape, policy }: Case): string => `${expression}, ${shape}, under ${policy}`;

function textOf({ expression, shape, policy }: Case, prefix: string): string {
  const name = `${prefix}${policy}`;
  const text = shapes[shape]!(throwing[expression]!);
  return text
    .replaceAll("$from AS $own", `${name} AS own`)
    .replaceAll("$from", `${name} AS own`)
    .replaceAll("$own", "own");
}
