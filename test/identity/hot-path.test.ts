import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, openDatabase } from "#db/mod.ts";
import type { Who } from "#kernel/mod.ts";
import { type CountingProxy, countingProxy } from "../world/counting-proxy.ts";
import { type FreshDatabase, freshDatabase } from "../world/database.ts";
import { ImitatedIssuers, issuerKey, OKTA, oktaUser, signShape } from "./imitated-issuer.ts";
import { settings, trusting } from "./trusting.ts";
import { basic, type IdentityWorld, identityWorld } from "./world.ts";

/** Verifications in a row: far more than the version's readings that fall among them. */
const VERIFICATIONS = 500;

/** The governance version is read again once a second, and our own key set every five: each in a handful of statements. */
const ROUND_TRIPS_PER_SECOND_MAX = 5;

/** The channel that tells of changes is opened by the first question. */
const CHANNEL_OPENS_MS = 500;

/**
 * Verification on the hot path: the egress of this world refuses every fetch, once another issuer's keys were fetched for its first
 * token, so a network call would fail the test; round trips to the database are counted on the wire.
 */
describe("verifying a token again and again", () => {
  let database: FreshDatabase;
  let proxy: CountingProxy;
  let db: Database;
  let world: IdentityWorld;
  const issuers = new ImitatedIssuers();

  before(async () => {
    database = await freshDatabase();
    proxy = await countingProxy(database.url);
    db = await openDatabase({ url: proxy.url });
    const trust = { egress: issuers.egress, trusted_issuers: trusting(settings.okta) };
    world = await identityWorld({ db, clock: { now_ms: () => Date.now() }, ...trust });
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
    await db?.close();
    await proxy?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  async function personalToken(): Promise<string> {
    const user = await world.identity.users.create({ name: "hot@lake.example" });
    const group = await world.identity.groups.create({ name: "hot readers" });
    await world.identity.groups.addMember(group.id, user.id);
    return (await world.identity.tokens.create(user.id)).token;
  }

  async function accessToken(): Promise<string> {
    const principal = await world.identity.servicePrincipals.create({ display_name: "hot service" });
    const { secret } = await world.identity.secrets.create(principal.id);
    const credentials = basic(principal.name, secret);
    return (await world.token({ grant_type: "client_credentials", scope: "all-apis" }, credentials)).access_token;
  }

  async function trustedToken(): Promise<string> {
    const key = await issuerKey("key-1");
    issuers.publish(OKTA, [key.jwk]);
    const { name } = await world.identity.users.create({ name: "hot@idp.example" });
    return signShape(oktaUser, key, Math.floor(Date.now() / 1000), { sub: name });
  }

  const verify = (token: string): Promise<Who> => world.identity.authenticate(`Bearer ${token}`);

  for (const [kind, make] of [
    ["a personal access token", personalToken],
    ["an access token", accessToken],
    ["another issuer's access token", trustedToken],
  ] as const) {
    it(`${kind} costs no network and no round trip to the database`, async () => {
      const token = await make();
      await verify(token);
      issuers.documents.clear();
      await sleep(CHANNEL_OPENS_MS);
      const first = await verify(token);
      const before_count = proxy.roundTrips();
      const started_ms = performance.now();
      for (let i = 0; i < VERIFICATIONS; i += 1) assert.deepEqual(await verify(token), first);
      const seconds = Math.ceil((performance.now() - started_ms) / 1000);
      const round_trips = proxy.roundTrips() - before_count;
      assert.ok(
        round_trips <= ROUND_TRIPS_PER_SECOND_MAX * seconds,
        `${round_trips} round trips for ${VERIFICATIONS} verifications in ${seconds} s`,
      );
    });
  }

  it("is counted: what nobody remembers asks the database", async () => {
    const before_count = proxy.roundTrips();
    await assert.rejects(verify(`dapi${"0".repeat(32)}`));
    assert.ok(proxy.roundTrips() > before_count);
  });
});
