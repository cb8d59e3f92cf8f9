import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Caller } from "./caller.ts";
import { type Inventory, takeInventory } from "./organisation.ts";
import { isEngine, isPostmaster, killAll, stillRunning, tree } from "./processes.ts";
import type { Chance } from "./seed.ts";
import { freePorts, type Place, ServerProcess } from "./server-process.ts";
import type { Tally } from "./tally.ts";
import { removeDirectory, temporaryDirectory } from "./world.ts";

/** What a first start does: it makes the workspace, or makes it and loads the sample organisation. */
export type FirstWork = "first start" | "first load";

export type FirstVictim = "server" | "engine" | "server and Postgres";

/** A start that nobody disturbed: how long it took here, and what came of it. */
export interface Undisturbed {
  readonly took_ms: number;
  /** Steps that it said it takes. */
  readonly steps: number;
  readonly inventory: Inventory;
}

/** A step of a start; what follows at once is what a kill hits that comes when it is announced. */
const STEP = / \.\.\.$/gm;
const INTO_STEP_MS_MAX = 500;

const TOKEN = /^dapi[0-9a-zA-Z]+\n$/;

/** Every round has a data directory and ports of its own, those of the sample's identity provider included. */
async function newPlace(work: FirstWork): Promise<Place> {
  const data_dir = temporaryDirectory();
  const [port = 0, tls_port = 0, idp_port = 0] = await freePorts(3);
  if (work === "first start") return { data_dir, port, tls_port, flags: ["--no-sample"] };
  mkdirSync(join(data_dir, "sample"), { mode: 0o700 });
  writeFileSync(join(data_dir, "sample", "idp.json"), JSON.stringify({ port: idp_port }));
  return { data_dir, port, tls_port, flags: [] };
}

export async function startUndisturbed(work: FirstWork): Promise<Undisturbed> {
  const place = await newPlace(work);
  const began_ms = Date.now();
  const server = new ServerProcess(place);
  try {
    await server.ready();
    const took_ms = Date.now() - began_ms;
    const inventory = await takeInventory(await administrator(place));
    assert.equal(await server.stop(), 0);
    return { took_ms, steps: stepsOf(server), inventory };
  } finally {
    killAll(tree(server.pid));
    removeDirectory(place.data_dir);
  }
}

/** What a kill waits for; resolves early when the server ends. */
export type Trigger = (server: ServerProcess, place: Place) => Promise<void>;

/**
 * Kills a first start at any moment of it, or once `until` has come; the next start must complete what an undisturbed one makes,
 * unattended.
 */
export async function playFirstStart(
  { victim, work, until }: { readonly victim: FirstVictim; readonly work: FirstWork; readonly until?: Trigger },
  undisturbed: Undisturbed,
  chance: Chance,
  tally: Tally,
): Promise<void> {
  const place = await newPlace(work);
  const moment = chance.coin()
    ? { after_ms: chance.between(0, undisturbed.took_ms) }
    : { step: chance.between(1, undisturbed.steps), after_ms: chance.between(0, INTO_STEP_MS_MAX) };
  const title = `${victim} during ${work} at ${JSON.stringify(moment)}`;
  let server = new ServerProcess(place);
  try {
    if (until) await until(server, place);
    else {
      while ("step" in moment && stepsOf(server) < moment.step && server.isRunning) await sleep(5);
      await sleep(moment.after_ms);
    }
    if (victim === "engine") await killEngine(server, title);
    else {
      const before = tree(server.pid);
      killAll([
        server,
        ...(victim === "server" ? [] : before.filter(isPostmaster).flatMap(({ pid }) => tree(pid, before))),
      ]);
      await server.ended();
      tally.count("processes that outlived a kill, gone at the next start", stillRunning(before).length);
      server = new ServerProcess(place);
      await server.ready();
      assert.deepEqual(stillRunning(before), [], `${title}: nothing of the former server runs beside the new one`);
    }
    if (!server.isRunning) {
      server = new ServerProcess(place);
      await server.ready();
    }
    assertTokenWhole(place);
    const inventory = await takeInventory(await administrator(place));
    assert.deepEqual(inventory, undisturbed.inventory, `${title}: the same as after an undisturbed start`);
    assert.equal(await server.stop(), 0);
    tally.count(`rounds: ${victim}`, 1);
    tally.count(`rounds during ${work}`, 1);
  } catch (cause) {
    throw new Error(`${title}: ${String(cause)}\nThe server said:\n${server.said}`, { cause });
  } finally {
    killAll(tree(server.pid));
    removeDirectory(place.data_dir);
  }
}

const stepsOf = ({ said }: ServerProcess): number => said.match(STEP)?.length ?? 0;

/** Kills the engine's processes as soon as there are any. The server goes on, or ends with the reason as its last word. */
async function killEngine(server: ServerProcess, title: string): Promise<void> {
  for (; server.isRunning; await sleep(20)) {
    const engines = tree(server.pid).filter(isEngine);
    killAll(engines);
    if (engines.length > 0) break;
  }
  await server.ready().catch(() => {});
  if (server.isRunning) return;
  const last = server.said.trim().split("\n").at(-1) ?? "";
  assert.match(last, /engine|memory/i, `${title}: the server says why it ended`);
}

export async function administrator(place: Place): Promise<Caller> {
  const { data_dir, port } = place;
  const token = readFileSync(join(data_dir, "admin-token"), "utf8").trim();
  const unnamed = new Caller({ name: "", port, token, warehouse_id: "" });
  const { warehouses } = await unnamed.json("GET", "/api/2.0/sql/warehouses");
  const [{ id = "" } = {}] = warehouses as readonly { id?: string }[];
  return new Caller({ name: "admin@lakeward.local", port, token, warehouse_id: id });
}

/** The administrator's token and profile are whole, and for the operator alone. */
function assertTokenWhole({ data_dir, port }: Place): void {
  const token = readFileSync(join(data_dir, "admin-token"), "utf8");
  assert.match(token, TOKEN);
  const profile = readFileSync(join(data_dir, "databrickscfg"), "utf8");
  assert.equal(profile, `[DEFAULT]\nhost = http://localhost:${port}\ntoken = ${token}`);
  for (const name of ["admin-token", "databrickscfg"]) assert.equal(statSync(join(data_dir, name)).mode & 0o777, 0o600);
}
