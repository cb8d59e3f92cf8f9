import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { systemIds } from "#host/mod.ts";
import { createIdentity, type Identity } from "#identity/mod.ts";
import { Doorway } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type RestWorld, restWorld } from "./platform.ts";
import { basic, type IdentityWorld, identityWorld } from "./world.ts";

const WINDOW_MS = 15 * 60 * 1000;
const FORM = { grant_type: "client_credentials" };

const from = (source_ip: string): Doorway =>
  new Doorway("http", { request_id: systemIds.uuid(), trace_id: systemIds.hex(16), source_ip, user_agent: "test" });

/** How a request to the token endpoint ended: `ok`, or its error's code. */
async function outcome(identity: Identity, id: string, secret: string, source_ip: string): Promise<string> {
  try {
    await identity.token({ form: FORM, authorization: basic(id, secret), doorway: from(source_ip) });
    return "ok";
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.code;
    throw thrown;
  }
}

describe("attempts at the token endpoint", () => {
  let world: IdentityWorld;
  let id: string;
  let secret: string;
  beforeEach(async () => {
    world = await identityWorld();
    // The beginning of a slot of the window, so that what is counted does not depend on the time of day.
    world.now_ms = Math.ceil(world.now_ms / WINDOW_MS) * WINDOW_MS;
    const robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    id = robot.name;
    secret = (await world.identity.secrets.create(robot.id)).secret;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const ask = (given: string, at = "203.0.113.1", who = id): Promise<string> => outcome(world.identity, who, given, at);
  /** Fails so often, by whoever is named, from wherever. */
  const fail = async (times: number, at: (i: number) => string, who: (i: number) => string = () => id) => {
    for (let i = 0; i < times; i += 1) assert.equal(await ask("wrong", at(i), who(i)), "INVALID_CLIENT");
  };
  const here = (): string => "203.0.113.1";

  it("are refused after ten wrong secrets of one client at one address, the right secret too", async () => {
    await fail(10, here);
    assert.equal(await ask("wrong"), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret, "203.0.113.2"), "ok");
  });

  it("say after how many seconds there is room, and there is then and not before", async () => {
    await fail(10, here);
    const request = { form: FORM, authorization: basic(id, secret), doorway: from(here()) };
    const refused = await world.identity.token(request).catch((thrown: unknown) => thrown);
    assert.ok(refused instanceof Fault);
    const seconds = Number(refused.options.headers?.["retry-after"]);
    assert.match(refused.message, new RegExp(`^Too many attempts\\. Try again in ${seconds} seconds\\.$`));
    world.now_ms += seconds * 1000 - 2_000;
    assert.equal(await ask(secret), "RESOURCE_EXHAUSTED");
    world.now_ms += 2_000;
    assert.equal(await ask(secret), "ok");
  });

  it("do not go on being refused because of what was refused: nobody is shut out by asking again", async () => {
    await fail(10, here);
    for (let i = 0; i < 60; i += 1) assert.equal(await ask("wrong"), "RESOURCE_EXHAUSTED");
    world.now_ms += 2 * WINDOW_MS;
    assert.equal(await ask(secret), "ok");
  });

  it("slide: what failed a window ago counts less and less, so that no moment gives all of it back", async () => {
    await fail(10, here);
    world.now_ms += WINDOW_MS + WINDOW_MS / 2;
    await fail(5, here);
    assert.equal(await ask("wrong"), "RESOURCE_EXHAUSTED");
  });

  it("take the spellings of one client id together", async () => {
    const spellings = [id, id.toUpperCase(), ` ${id} `, id.toUpperCase().slice(0, 8) + id.slice(8)];
    await fail(10, here, (i) => spellings[i % spellings.length]!);
    assert.equal(await ask(secret), "RESOURCE_EXHAUSTED");
  });

  it("take one subscriber's IPv6 addresses together, and IPv4's with their mapped spelling", async () => {
    await fail(10, (i) => `2001:db8:0:1::${i + 1}`);
    assert.equal(await ask("wrong", "2001:db8:0:1:ffff::1"), "RESOURCE_EXHAUSTED");
    assert.equal(await ask("wrong", "2001:db8:0:2::1"), "INVALID_CLIENT");
    await fail(10, (i) => (i % 2 === 0 ? "198.51.100.1" : "::ffff:198.51.100.1"));
    assert.equal(await ask("wrong", "198.51.100.1"), "RESOURCE_EXHAUSTED");
  });

  it("of many client ids from one address are refused together, but not whoever proved themselves there before", async () => {
    assert.equal(await ask(secret), "ok");
    await fail(100, here, (i) => `made up ${i}`);
    assert.equal(await ask("wrong", here(), "made up otherwise"), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret), "ok");
    assert.equal(await ask("wrong", "203.0.113.2", "made up otherwise"), "INVALID_CLIENT");
  });

  it("on one client from many addresses are refused together, but not where its owner works", async () => {
    assert.equal(await ask(secret), "ok");
    await fail(100, (i) => `198.51.100.${i}`);
    assert.equal(await ask("wrong", "192.0.2.1"), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret, "192.0.2.1"), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret), "ok");
    // A day of attack, which starts anew at each slot: the owner renews the proof by working.
    for (let hour = 0; hour < 26; hour += 2) {
      world.now_ms += 2 * 60 * 60 * 1000;
      await fail(100, (i) => `198.51.100.${i}`);
      assert.equal(await ask(secret), "ok", `after ${hour + 2} hours`);
    }
    world.now_ms += 2 * WINDOW_MS;
    assert.equal(await ask(secret, "192.0.2.1"), "ok", "and everywhere once the attack is over");
  });

  it("count for all servers on one database", async () => {
    const second = await createIdentity(world.options);
    for (let i = 0; i < 10; i += 1)
      assert.equal(await outcome(i % 2 === 0 ? second : world.identity, id, "wrong", here()), "INVALID_CLIENT");
    assert.equal(await outcome(second, id, secret, here()), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret), "RESOURCE_EXHAUSTED");
  });

  it("at once pass the bound by no more than were under way", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask("wrong")));
    assert.ok(answers.every((one) => one === "INVALID_CLIENT" || one === "RESOURCE_EXHAUSTED"));
    assert.equal(await ask("wrong"), "RESOURCE_EXHAUSTED");
  });

  it("that succeed are not counted: a client may mint as many tokens as it likes among failures of its own", async () => {
    await fail(9, here);
    for (let i = 0; i < 300; i += 1) assert.equal(await ask(secret), "ok");
    assert.equal(await ask("wrong"), "INVALID_CLIENT");
    assert.equal(await ask("wrong"), "RESOURCE_EXHAUSTED");
  });

  it("that are wrong otherwise are not counted as failures of a credential", async () => {
    for (let i = 0; i < 30; i += 1) {
      const request = { form: { ...FORM, scope: "magic" }, authorization: basic(id, secret), doorway: from(here()) };
      await assert.rejects(world.identity.token(request), (thrown) => (thrown as Fault).code === "INVALID_SCOPE");
    }
    assert.equal(await ask(secret), "ok");
  });

  it("by a public client's id, which is everybody's, shut nobody else out", async () => {
    const cli = "databricks-cli";
    const redeem = (source_ip: string, code: string) =>
      world.identity
        .token({
          form: { grant_type: "refresh_token", client_id: cli, client_secret: "x", refresh_token: code },
          doorway: from(source_ip),
        })
        .catch((thrown: unknown) => (thrown as Fault).code);
    for (let i = 0; i < 120; i += 1) assert.notEqual(await redeem(`198.51.100.${i}`, "x"), "RESOURCE_EXHAUSTED");
    assert.notEqual(await redeem("192.0.2.1", "x"), "RESOURCE_EXHAUSTED");
  });

  it("leave no more rows behind than their address may fail, whatever ids are made up, and none after the window", async () => {
    const rows = async (): Promise<number> =>
      (await world.options.db.on().selectFrom("failed_attempts").select("key").execute()).length;
    await fail(100, here, (i) => `made up ${i} ${"x".repeat(5_000)}`);
    for (let i = 0; i < 50; i += 1) assert.equal(await ask("wrong", here(), `beyond ${i}`), "RESOURCE_EXHAUSTED");
    assert.equal(await rows(), 201);
    world.now_ms += 2 * WINDOW_MS;
    await fail(1, here);
    assert.equal(await rows(), 3);
  });

  it("are each on record, with the reason, and no name that was made up", async () => {
    await fail(10, here, () => "canary-client");
    assert.equal(await ask("wrong", here(), "canary-client"), "RESOURCE_EXHAUSTED");
    const { because, effect, outcome: ended, source_ip } = world.journal.records.at(-1)!;
    assert.deepEqual(because, [{ rule: "credential", holds: false, detail: "client_credentials: FAILURES_TOO_MANY" }]);
    assert.deepEqual([effect, ended?.error_code, source_ip], ["deny", "RESOURCE_EXHAUSTED", here()]);
    assert.equal(world.journal.records.length, 11);
    assert.ok(!JSON.stringify(world.journal.records).includes("canary"));
  });

  it("to end a token are bounded alike, and on record", async () => {
    const revoke = (source_ip: string) =>
      world.identity
        .revoke({ token: "x", client_id: id, client_secret: "wrong" }, from(source_ip))
        .then(() => "ok")
        .catch((thrown: unknown) => (thrown as Fault).code);
    for (let i = 0; i < 10; i += 1) assert.equal(await revoke(here()), "INVALID_CLIENT");
    assert.equal(await revoke(here()), "RESOURCE_EXHAUSTED");
    assert.equal(await ask(secret), "RESOURCE_EXHAUSTED", "it is one client");
    assert.deepEqual(
      world.journal.records.slice(-2).map((one) => [one.action, one.outcome?.error_code]),
      [
        ["identity.revoke_token", "RESOURCE_EXHAUSTED"],
        ["identity.issue_token", "RESOURCE_EXHAUSTED"],
      ],
    );
  });
});

describe("a login by password", () => {
  it("takes as long for nobody as for somebody", async () => {
    await using world = await identityWorld();
    const { passwords } = world.identity.authorization;
    const { id } = await world.identity.users.create({ name: "ida@board.example" });
    await passwords.set(id, "correct horse battery");
    const took: Record<string, number[]> = { "ida@board.example": [], "idb@board.example": [] };
    for (let i = 0; i < 9; i += 1)
      for (const name of Object.keys(took)) {
        const began = performance.now();
        assert.equal(await passwords.check(name, "wrong password"), undefined);
        took[name]!.push(performance.now() - began);
      }
    const [known, unknown] = Object.values(took).map((each) => each.sort((a, b) => a - b)[4]!);
    // A hash takes tens of milliseconds, all else less than a few: without it the one would be many times the other.
    assert.ok(known! < unknown! * 2 && unknown! < known! * 2, `${known} ms against ${unknown} ms`);
  });
});

describe("attempts over HTTP", () => {
  const exhausted = async (world: RestWorld, headers: (i: number) => object) => {
    const fields = { ...FORM, client_id: `nobody ${world.origin}`, client_secret: "x" };
    const answers = [];
    for (let i = 0; i < 11; i += 1) answers.push(await world.form(fields, headers(i)));
    assert.deepEqual(
      answers.slice(0, 10).map((one) => one.status),
      Array.from({ length: 10 }, () => 401),
    );
    return answers[10]!;
  };

  describe("without a proxy", () => {
    let world: RestWorld;
    before(async () => {
      world = await restWorld();
    });
    after(() => world[Symbol.asyncDispose]());

    it("are refused as RFC 6749 shapes errors, whatever X-Forwarded-For makes up, and are in the audit table", async () => {
      const { status, headers, body } = await exhausted(world, (i) => ({
        "x-forwarded-for": `198.51.100.${i}`,
        forwarded: `for=198.51.100.${i}`,
        "x-real-ip": `198.51.100.${i}`,
      }));
      assert.equal(status, 429);
      const seconds = Number(headers.get("retry-after"));
      assert.ok(Number.isInteger(seconds) && seconds > 0 && seconds <= 1800);
      const { request_id, ...said } = body;
      assert.deepEqual(said, {
        error: "temporarily_unavailable",
        error_description: `Too many attempts. Try again in ${seconds} seconds.`,
      });
      assert.equal(request_id, headers.get("x-request-id"));
      const rows = await world.sql(
        `SELECT source_ip_address, response.status_code FROM system.access.audit
          WHERE action_name = 'mintOAuthToken' AND request_id = '${request_id}'`,
      );
      assert.equal(rows.length, 1);
      assert.match(String(rows[0]![0]), /^(127\.0\.0\.1|::1)$/);
    });
  });

  describe("behind a proxy that the operator trusts", () => {
    let world: RestWorld;
    before(async () => {
      world = await restWorld('http: { trusted_proxies: ["127.0.0.1", "::1", "10.0.0.0/8"] }');
    });
    after(() => world[Symbol.asyncDispose]());

    it("count where the proxy saw them come from, not what was claimed before it", async () => {
      const { status } = await exhausted(world, (i) => ({
        "x-forwarded-for": `198.51.100.${i}, 203.0.113.9, 10.1.2.3`,
      }));
      assert.equal(status, 429);
      const fields = { ...FORM, client_id: `nobody ${world.origin}`, client_secret: "x" };
      const other = await world.form(fields, { "x-forwarded-for": "203.0.113.9, 203.0.113.10" });
      assert.equal(other.status, 401);
    });

    it("take a proxy that hands on what is no address for the sender itself", async () => {
      const fields = { ...FORM, client_id: "garbled", client_secret: "x" };
      for (let i = 0; i < 10; i += 1)
        assert.equal((await world.form(fields, { "x-forwarded-for": `garbled ${i}` })).status, 401);
      assert.equal((await world.form(fields, { "x-forwarded-for": "garbled otherwise" })).status, 429);
    });
  });
});
