import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { DirectoryEntry } from "#identity/mod.ts";
import type { DecisionRecord } from "#kernel/mod.ts";
import { type RestWorld, restWorld } from "./platform.ts";
import { basic, doorway, fault, type IdentityWorld, identityWorld } from "./world.ts";

describe("what the token endpoint did", () => {
  let world: IdentityWorld;
  let robot: DirectoryEntry;
  let secret = "";
  before(async () => {
    world = await identityWorld();
    robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    secret = (await world.identity.secrets.create(robot.id, { scopes: ["sql", "scim"] })).secret;
  });
  after(() => world[Symbol.asyncDispose]());

  const last = (): DecisionRecord => world.journal.records.at(-1)!;
  const why = (): string =>
    last()
      .because.map(({ rule, holds, detail }) => `${rule} ${holds} ${detail}`)
      .join("; ");

  it("is in the journal for a token that left: who, by which client, which grant and scopes", async () => {
    const trace_id = "0af7651916cd43dd8448eb211c80319c";
    await world.identity.token({
      form: { grant_type: "client_credentials", scope: "sql" },
      authorization: basic(robot.name, secret),
      doorway: doorway(trace_id),
    });
    const { action, effect, subject, client, trace_id: kept, outcome } = last();
    assert.deepEqual([action, effect, client, kept], ["identity.issue_token", "permit", robot.name, trace_id]);
    assert.deepEqual(subject, { kind: "service_principal", id: robot.id, name: robot.name });
    assert.deepEqual(outcome, { status: "ok" });
    assert.equal(why(), "credential true client_credentials; scope true sql");
  });

  it("tells an unknown client from a wrong secret, which the answer does not", async () => {
    const ask = (authorization: string) => world.token({ grant_type: "client_credentials" }, authorization);
    await assert.rejects(ask(basic("nobody", "x")), fault("INVALID_CLIENT"));
    assert.equal(why(), "credential false client_credentials: CLIENT_UNKNOWN");
    assert.deepEqual([last().client, last().subject], [undefined, undefined]);
    await assert.rejects(ask(basic(robot.name, "x")), fault("INVALID_CLIENT"));
    assert.equal(why(), "credential false client_credentials: SECRET_NOT_LIVE");
    assert.deepEqual([last().client, last().subject], [robot.name, undefined]);
    await assert.rejects(ask(basic(robot.name, secret)), fault("ACCESS_DENIED"));
    assert.equal(why(), "credential false client_credentials: SCOPE_NOT_ASSIGNED");
    assert.equal(last().subject?.name, robot.name);
    assert.equal(last().outcome?.error_code, "ACCESS_DENIED");
  });

  it("never holds what the caller sent: no token, secret, claim, scope or grant type of its own words", async () => {
    const canary = `canary-${randomBytes(8).toString("hex")}`;
    const jwt = [{ alg: "RS256" }, { iss: `https://${canary}`, sub: canary, aud: canary, exp: 1 }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat("AAAA")
      .join(".");
    const exchange = { grant_type: "urn:ietf:params:oauth:grant-type:token-exchange" };
    const subject_token_type = "urn:ietf:params:oauth:token-type:jwt";
    const before = world.journal.records.length;
    const requests: readonly [Record<string, string>, string?][] = [
      [{ grant_type: canary }],
      [{ grant_type: "client_credentials", client_id: canary, client_secret: canary }],
      [{ grant_type: "client_credentials", scope: canary }, basic(robot.name, secret)],
      [{ ...exchange, subject_token_type: canary, subject_token: canary }],
      [{ ...exchange, subject_token_type, subject_token: jwt }],
      [{ ...exchange, subject_token_type, subject_token: canary, client_id: canary }],
    ];
    for (const [form, authorization] of requests) await assert.rejects(world.token(form, authorization));
    const kept = world.journal.records.slice(before);
    assert.equal(kept.length, requests.length);
    const text = JSON.stringify(world.journal.records);
    for (const secretive of [canary, secret, jwt]) assert.equal(text.includes(secretive), false);
  });

  it("is written before the answer: without a journal no token leaves", async () => {
    const broken = await identityWorld({
      audit: { append: () => Promise.reject(new Error("disk full")), appendIn: async () => {} },
    });
    const { id, name } = await broken.identity.servicePrincipals.create({ display_name: "robot" });
    const made = await broken.identity.secrets.create(id);
    await assert.rejects(broken.token({ grant_type: "client_credentials" }, basic(name, made.secret)), /disk full/);
    await broken[Symbol.asyncDispose]();
  });
});

describe("the token endpoint's part of a trace", () => {
  let world: RestWorld;
  before(async () => {
    world = await restWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it("stands in system.access.audit under the traceparent that the app sent, granted or refused", async () => {
    const { identity } = world.platform.services;
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const { secret } = await identity.secrets.create(robot.id);
    const trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traced = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` };
    const ask = (client_secret: string) =>
      world.form({ grant_type: "client_credentials", client_id: robot.name, client_secret }, traced);
    assert.equal((await ask("wrong")).status, 401);
    const granted = await ask(secret);
    assert.equal(granted.status, 200);
    await world.call(String(granted.body.access_token), "GET", "/api/2.0/preview/scim/v2/Me", undefined, traced);
    const rows = await world.sql(
      `SELECT action_name, decision.effect, user_identity.email, decision.client, response.status_code
       FROM system.access.audit WHERE decision.trace_id = '${trace_id}' ORDER BY event_time`,
    );
    assert.deepEqual(rows, [
      ["mintOAuthToken", "deny", null, robot.name, "401"],
      ["mintOAuthToken", "permit", robot.name, robot.name, "200"],
      ["getCurrentUser", "permit", robot.name, robot.name, "200"],
    ]);
  });

  it("answers an unknown client and a wrong secret with the same bytes, but for the request id", async () => {
    const { identity } = world.platform.services;
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const ask = async (client_id: string) => {
      const { status, text, headers } = await world.form({
        grant_type: "client_credentials",
        client_id,
        client_secret: "wrong",
      });
      return { status, text: text.replace(/"request_id":"[^"]*"/, ""), challenge: headers.get("www-authenticate") };
    };
    assert.deepEqual(await ask(robot.name), await ask(crypto.randomUUID()));
  });
});
