import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { redisCounters } from "../../../src/gateway/limits/mod.ts";
import { freePort } from "../../world/free-port.ts";

/** A server that is away is told of within this. */
const AWAY_MS_MAX = 5_000;
const PASSWORD = "canary-of-the-counting-server";

async function assertUnusable(port: number, says: RegExp): Promise<void> {
  const began_ms = Date.now();
  await assert.rejects(redisCounters(`redis://:${PASSWORD}@127.0.0.1:${port}`), (thrown: unknown) => {
    assert.ok(thrown instanceof Error);
    assert.match(thrown.message, says);
    assert.doesNotMatch(JSON.stringify([thrown.message, thrown.stack]), new RegExp(PASSWORD));
    return true;
  });
  assert.ok(Date.now() - began_ms < AWAY_MS_MAX, `it took ${Date.now() - began_ms} ms`);
}

test("a start with a REDIS_URL at which nothing listens fails, and says so without the password", async () => {
  await assertUnusable(await freePort(), /^REDIS_URL cannot be used: connect ECONNREFUSED/);
});

test("a start with a server that never answers fails in time", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  try {
    await assertUnusable((silent.address() as AddressInfo).port, /^REDIS_URL cannot be used: /);
  } finally {
    silent.close();
  }
});

test("a start with a server that refuses the password fails, and says so without it", async () => {
  const refusing = createServer((socket) => {
    socket.on("data", () => socket.write("-WRONGPASS invalid username-password pair or user is disabled.\r\n"));
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(refusing, "listening");
  try {
    await assertUnusable((refusing.address() as AddressInfo).port, /^REDIS_URL cannot be used: WRONGPASS/);
  } finally {
    refusing.close();
  }
});
