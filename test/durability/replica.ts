import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "./caller.ts";
import { startReplicas } from "./replicas.ts";
import type { Chance } from "./seed.ts";
import type { Tally } from "./tally.ts";

const ENDPOINT = "shared";
const WORKERS = 4;
/** Of an hour, for both servers together: reached soon after the kill on a fast machine, and by those that ask on then. */
const CALLS_MAX = 300;
/** How long one of the servers is left alone after the other was killed. */
const ALONE_MS = 2_000;

/** What came of a question; undefined while nobody knows. */
type Statuses = Map<string, number | undefined>;

/**
 * One of two servers on one database is killed under load, and started again: what either answered is in the ledger once, and of the
 * calls that the endpoint lets in, no more were answered than there are, and none is missing but those that were on their way.
 */
export async function killReplica(chance: Chance, tally: Tally): Promise<void> {
  await using servers = await startReplicas();
  const { here, there } = servers;
  const made = await here.admin.request("POST", "/api/2.0/serving-endpoints", {
    name: ENDPOINT,
    config: { served_entities: [{ name: "offline", entity_name: "lakeward-offline" }] },
    ai_gateway: { rate_limits: [{ calls: CALLS_MAX, key: "endpoint", renewal_period: "hour" }] },
  });
  assert.equal(made.status, 200, made.message);
  const from_ms = Date.now();
  const statuses: Statuses = new Map();
  const asking = [here, there].map(({ admin }) => work(admin, statuses));
  await sleep(chance.between(300, 1_500));
  await there.kill();
  await asking[1]!.ended;
  await sleep(ALONE_MS);
  await there.start();
  const again = work(there.admin, statuses);
  // Until the limit is reached, and refused by both.
  const isFull = (): boolean => [...statuses.values()].filter((status) => status === 429).length >= 2 * WORKERS;
  for (let tries = 0; !isFull() && tries < 600; tries += 1) await sleep(100);
  asking[0]!.stop();
  again.stop();
  await Promise.all([asking[0]!.ended, again.ended]);

  const all = [...statuses];
  const answered = all.filter(([, status]) => status === 200).map(([id]) => id);
  const unknown = all.filter(([, status]) => status === undefined).length;
  const others = new Set(all.map(([, status]) => status).filter((status) => status !== undefined));
  assert.deepEqual([...others].sort(), [200, 429], "all is answered, or refused for the limit");
  const rows = await ledger(here.admin, answered.length);
  for (const id of answered) assert.deepEqual(rows.get(id), ["200"], `${id} was answered: it is in the ledger, once`);
  for (const [id, found] of rows) assert.equal(found.length, 1, `${id} is there ${found.length} times`);
  tally.count("questions asked", all.length);
  tally.count("answered", answered.length);
  tally.count("refused by the limit", all.length - answered.length - unknown);
  tally.count("without an answer, since their server was killed", unknown);
  tally.count("rows in the ledger", rows.size);
  tally.count("calls that the limit lets in", CALLS_MAX);
  const isOneHour = Math.floor(from_ms / 3_600_000) === Math.floor(Date.now() / 3_600_000);
  if (isOneHour) {
    assert.ok(answered.length <= CALLS_MAX, "no more are answered than the limit lets in");
    assert.ok(answered.length + unknown >= CALLS_MAX, "and none is counted twice");
  }
  assert.deepEqual([await here.stop(), await there.stop()], [0, 0]);
}

/** Workers that ask one server until they are told to stop, or it says nothing any more. */
function work(admin: Caller, statuses: Statuses): { readonly ended: Promise<unknown>; readonly stop: () => void } {
  let isOver = false;
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const client_request_id = `${admin.name}/${statuses.size}`;
      statuses.set(client_request_id, undefined);
      const body = { messages: [{ role: "user", content: client_request_id }], client_request_id };
      try {
        const { status } = await admin.text("POST", `/serving-endpoints/${ENDPOINT}/invocations`, body);
        statuses.set(client_request_id, status);
      } catch (thrown) {
        if (thrown instanceof TypeError) return;
        throw thrown;
      }
    }
  };
  const stop = (): void => {
    isOver = true;
  };
  return { ended: Promise.all(Array.from({ length: WORKERS }, ask)), stop };
}

/** The ledger's rows by question, once there are enough of them: each server ships its own journal. */
async function ledger(admin: Caller, wanted: number): Promise<ReadonlyMap<string, readonly string[]>> {
  for (let tries = 0; ; tries += 1) {
    const found = await admin.rows(
      `SELECT client_request_id, status_code FROM system.serving.endpoint_usage WHERE client_request_id IS NOT NULL`,
    );
    const rows = new Map<string, string[]>();
    for (const [id, status] of found) rows.set(id!, [...(rows.get(id!) ?? []), String(status)]);
    const answered = [...rows.values()].filter((statuses) => statuses.includes("200")).length;
    if (answered >= wanted || tries >= 20) return rows;
    await sleep(500);
  }
}
