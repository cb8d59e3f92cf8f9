import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { silentLog } from "#base/log.ts";
import { boot } from "../../src/boot.ts";
import { buildOrganisation } from "../governance/build.ts";
import { type Door, doors } from "../governance/case.ts";
import { type FreshDatabase, freshDatabase } from "../world/database.ts";
import { type Mutant, mutants } from "./mutants.ts";
import type { Red } from "./red-cases.ts";

const RUN = fileURLToPath(new URL("run.ts", import.meta.url));

/** Each run is a server and its engines: as many at once as a small machine has cores. */
const RUNS_AT_ONCE = 2;

describe("each mutant turns a case red at every door that it can reach", { concurrency: RUNS_AT_ONCE }, () => {
  let folder: string;
  let database: FreshDatabase;
  const counted = new Map<Mutant | null, Red>();

  before(async () => {
    database = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), "lakeward-mutants-"));
    const places = { data_dir: join(folder, "built"), database_url: database.url, port: 0, tls_port: 0 };
    const platform = await boot({ ...places, log: silentLog, progress: () => {} });
    await buildOrganisation(platform);
    await platform.close();
    // A database is copied only while nobody is connected to it.
    await database.db.close();
  });

  after(async () => {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    for (const line of lines(counted)) console.log(line);
  });

  /** The corpus on a copy of the organisation, in a process of its own. */
  async function run(number: string): Promise<Red> {
    await using copy = await freshDatabase(database.url);
    await copy.db.close();
    const data_dir = join(folder, number);
    await cp(join(folder, "built"), data_dir, { recursive: true });
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") };
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(process.execPath, [RUN, number, data_dir, copy.url], { env, stdio: [...stdio] });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const [said, complained, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    assert.equal(status, 0, complained);
    return JSON.parse(said) as Red;
  }

  it("no case is red without a mutant", async () => {
    const red = await run("none");
    counted.set(null, red);
    for (const door of doors) assert.deepEqual(red[door], [], door);
  });

  mutants.forEach((mutant, i) => {
    it(mutant.name, async () => {
      const red = await run(String(i));
      counted.set(mutant, red);
      for (const door of doors)
        if (mutant.reaches[door] === true)
          assert.notDeepEqual(red[door], [], `${mutant.name}: no case is red at the door ${door}`);
    });
  });
});

/** Mutant by door: how many of the cases that are about it are red, or a dash where that door cannot see it. */
function lines(counted: ReadonlyMap<Mutant | null, Red>): readonly string[] {
  const rows = [null, ...mutants].filter((one) => counted.has(one));
  const nameOf = (one: Mutant | null): string => one?.name ?? "no mutant";
  const width = Math.max(...rows.map((one) => nameOf(one).length));
  const count = (one: Mutant | null, door: Door): string =>
    one && one.reaches[door] !== true ? "-" : String(counted.get(one)![door].length);
  const row = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(width)}  ${cells.map((each) => each.padStart(6)).join(" ")}`;
  const reasons = new Set(rows.flatMap((one) => doors.map((door) => one?.reaches[door] ?? true)));
  return [
    row("red cases by mutant and door", doors),
    ...rows.map((one) =>
      row(
        nameOf(one),
        doors.map((door) => count(one, door)),
      ),
    ),
    ...[...reasons].filter((reason) => reason !== true).map((reason) => `-  ${reason}`),
  ];
}
