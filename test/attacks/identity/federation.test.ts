import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { DirectoryEntry } from "#identity/mod.ts";
import type { Egress } from "#net/mod.ts";
import { ACCOUNT, fault, type IdentityWorld, ISSUER, identityWorld } from "../../identity/world.ts";

const IDP = "https://idp.example";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** An identity provider that an attacker may own or imitate: what it serves is what the test says. */
class Imitation {
  readonly documents = new Map<string, unknown>();
  readonly asked: string[] = [];
  readonly egress: Egress = {
    fetch: async (url, { purpose }) => {
      assert.equal(purpose, "idp");
      this.asked.push(url);
      const found = this.documents.get(url);
      const body = Buffer.from(typeof found === "string" ? found : JSON.stringify(found ?? null));
      return { status: found === undefined ? 404 : 200, headers: {}, body, text: () => body.toString() };
    },
    open: () => Promise.reject(new Error("not used")),
    close: async () => {},
  };

  publish(issuer: string, keys: readonly JWK[]): void {
    const jwks_uri = `${issuer}/keys`;
    this.documents.set(`${issuer}/.well-known/openid-configuration`, { issuer, jwks_uri });
    this.documents.set(jwks_uri, { keys });
  }
}

const makeKey = async (kid: string, alg = "RS256"): Promise<{ key: CryptoKey; jwk: JWK }> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
};

describe("attacks on token federation", () => {
  const idp = new Imitation();
  let world: IdentityWorld;
  let ana: DirectoryEntry;
  let key: { key: CryptoKey; jwk: JWK };

  before(async () => {
    world = await identityWorld({ egress: idp.egress });
    ana = await world.identity.users.create({ name: "ana@board.example" });
    key = await makeKey("key-1");
    await world.identity.federation.createPolicy({ issuer: IDP, audiences: ["lakeward"] });
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => {
    idp.publish(IDP, [key.jwk]);
    world.now_ms += 60_000;
  });

  const now_s = () => Math.floor(world.now_ms / 1000);
  const subject = (
    change: Record<string, unknown> = {},
    head: Record<string, unknown> = {},
    by = key.key,
  ): Promise<string> =>
    new SignJWT({ iss: IDP, aud: "lakeward", sub: ana.name, iat: now_s(), exp: now_s() + 600, ...change })
      .setProtectedHeader({ alg: "RS256", kid: "key-1", typ: "JWT", ...head })
      .sign(by);
  const exchange = (subject_token: string, more: Record<string, string> = {}) =>
    world.token({ grant_type: EXCHANGE, subject_token, subject_token_type: JWT, scope: "all-apis", ...more });
  const refused = async (token: string, message?: RegExp): Promise<void> =>
    assert.rejects(exchange(token), fault("INVALID_GRANT", message));

  it("gives a token that acts as the user and ends when the subject token does, never later", async () => {
    for (const left_s of [30, 600, 90_000]) {
      const answer = await exchange(await subject({ exp: now_s() + left_s }));
      assert.equal(answer.expires_in, left_s);
      assert.equal(answer.issued_token_type, "urn:ietf:params:oauth:token-type:access_token");
      assert.equal(decodeJwt(answer.access_token).exp, now_s() + left_s);
      const who = await world.identity.authenticate(`Bearer ${answer.access_token}`);
      assert.deepEqual(who.subject, { kind: "user", id: ana.id, name: ana.name });
    }
  });

  it("gains nothing by a replay: the second exchange ends with the first", async () => {
    const token = await subject();
    const first = await exchange(token);
    world.now_ms += 100_000;
    const second = await exchange(token);
    assert.equal(decodeJwt(second.access_token).exp, decodeJwt(first.access_token).exp);
  });

  it("refuses issuers that look like the policy's, and fetches nothing for them", async () => {
    idp.asked.length = 0;
    for (const iss of [
      "https://idp.example/",
      "https://idp.example.evil",
      "https://idp.exampl",
      "http://idp.example",
      "https://IDP.example",
      "https://idp.example/a",
      "https://user@idp.example",
      "",
      ISSUER,
    ])
      await refused(await subject({ iss }), /TOKEN_INVALID/);
    await refused(await subject({ iss: undefined }), /TOKEN_INVALID/);
    assert.deepEqual(idp.asked, []);
  });

  it("refuses audiences that are not the policy's; a list passes by the one that is", async () => {
    for (const aud of ["other", "", [], ["other"], ACCOUNT, "lakeward2"])
      await refused(await subject({ aud }), /audience/);
    await refused(await subject({ aud: undefined }), /audience/);
    await exchange(await subject({ aud: ["other", "lakeward"] }));
  });

  it("refuses a subject that is missing, deactivated, a case variant, a group or a service principal", async () => {
    const robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    const gone = await world.identity.users.create({ name: "gone@board.example" });
    await world.identity.users.setActive(gone.id, false);
    const names = ["eve@board.example", gone.name, "ANA@board.example", "ana@board.example ", "admins", robot.name];
    for (const sub of names) await refused(await subject({ sub }), /TOKEN_INVALID/);
    await refused(await subject({ sub: undefined }), /no text in its claim 'sub'/);
    await refused(await subject({ sub: "" }));
  });

  it("refuses a token that has ended, is not valid yet, or never ends", async () => {
    await refused(await subject({ exp: now_s() }), /expired/);
    await refused(await subject({ nbf: now_s() + 60 }), /'nbf'/);
    await refused(await subject({ exp: undefined }), /'exp'/);
  });

  it("refuses algorithms other than RS256 and ES256, and accepts both", async () => {
    const ps = await makeKey("key-ps", "PS256");
    const es = await makeKey("key-es", "ES256");
    idp.publish(IDP, [key.jwk, ps.jwk, es.jwk]);
    await refused(await subject({}, { alg: "PS256", kid: "key-ps" }, ps.key), /RS256 or ES256/);
    await exchange(await subject({}, { alg: "ES256", kid: "key-es" }, es.key));
    const body = Buffer.from(JSON.stringify({ iss: IDP, aud: "lakeward", sub: ana.name, exp: now_s() + 60 }));
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    await refused(`${none}.${body.toString("base64url")}.`);
  });

  it("does not look at keys or key addresses that the token's header brings", async () => {
    const mine = await makeKey("key-1");
    idp.asked.length = 0;
    for (const brought of [{ jwk: mine.jwk }, { jku: "https://evil.example/keys" }, { x5u: "https://evil.example/x" }])
      await refused(await subject({}, brought, mine.key), /signature/);
    assert.deepEqual(
      idp.asked.filter((url) => !url.startsWith(`${IDP}/`)),
      [],
    );
  });

  it("refuses a removed key within seconds, and at once when a new one shows up", async () => {
    const old = await subject();
    await exchange(old);
    const next = await makeKey("key-2");
    idp.publish(IDP, [next.jwk]);
    world.now_ms += 5_000;
    await refused(old, /does not publish/);
    idp.publish(IDP, [key.jwk]);
    world.now_ms += 5_000;
    await exchange(old);
    idp.publish(IDP, [next.jwk]);
    world.now_ms += 1_000;
    await exchange(await subject({}, { kid: "key-2" }, next.key));
    await refused(old, /does not publish/);
  });

  it("asks the issuer at most once a second for unknown keys", async () => {
    await exchange(await subject());
    world.now_ms += 1_000;
    idp.asked.length = 0;
    for (let i = 0; i < 20; i += 1) await refused(await subject({}, { kid: `forged-${i}` }), /does not publish/);
    assert.equal(idp.asked.length, 1);
  });

  it("uses no kept keys when the issuer cannot be asked any more", async () => {
    await exchange(await subject());
    idp.documents.clear();
    world.now_ms += 5_000;
    await assert.rejects(exchange(await subject()), fault("TEMPORARILY_UNAVAILABLE"));
  });

  it("refuses metadata that names another issuer", async () => {
    const issuer = "https://other.example";
    await world.identity.federation.createPolicy({ issuer, audiences: ["lakeward"] });
    idp.documents.set(`${issuer}/.well-known/openid-configuration`, { issuer: IDP, jwks_uri: `${IDP}/keys` });
    await assert.rejects(exchange(await subject({ iss: issuer })), fault("TEMPORARILY_UNAVAILABLE", /another issuer/));
  });

  it("refuses a client_id: unknown as invalid_client, a service principal's for want of a policy of its own", async () => {
    const robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    const token = await subject();
    await assert.rejects(exchange(token, { client_id: "nobody" }), fault("INVALID_CLIENT"));
    await assert.rejects(exchange(token, { client_id: robot.name }), fault("INVALID_GRANT", /TOKEN_INVALID/));
    await assert.rejects(exchange(token, { client_id: ana.name }), fault("INVALID_CLIENT"));
  });

  it("refuses unknown scopes by name and writes the default in", async () => {
    await assert.rejects(exchange(await subject(), { scope: "sql root" }), fault("INVALID_SCOPE", /'root'/));
    assert.equal((await exchange(await subject(), { scope: "" })).scope, "all-apis");
    assert.equal((await exchange(await subject(), { scope: "sql" })).scope, "sql");
  });

  it("refuses policies with a plain http issuer, our own issuer, a subject, or a claim that names no user", async () => {
    const create = world.identity.federation.createPolicy;
    const invalid = fault("INVALID_PARAMETER_VALUE");
    for (const issuer of ["http://idp.example", "https://a@idp2.example", "https://idp2.example?x", "idp2", ISSUER])
      await assert.rejects(create({ issuer }), invalid, issuer);
    await assert.rejects(create({ issuer: "https://idp2.example", subject: "x" }), invalid);
    await assert.rejects(create({ issuer: "https://idp2.example", subject_claim: "iss" }), invalid);
    await assert.rejects(create({ issuer: "https://idp2.example", audiences: [""] }), invalid);
    await assert.rejects(create({ issuer: IDP }), fault("RESOURCE_ALREADY_EXISTS"));
    const policy = await create({ issuer: "https://idp2.example" });
    assert.deepEqual([policy.audiences, policy.subject_claim], [[ACCOUNT], "sub"]);
  });

  it("fetches keys from a policy's own address through egress, and from nowhere the token says", async () => {
    const issuer = "https://own-keys.example";
    const jwks_uri = "https://keys.example/jwks";
    await world.identity.federation.createPolicy({ issuer, audiences: ["lakeward"], jwks_uri });
    idp.documents.set(jwks_uri, { keys: [key.jwk] });
    idp.asked.length = 0;
    await exchange(await subject({ iss: issuer }, { jku: "https://evil.example/jwks" }));
    assert.deepEqual(idp.asked, [jwks_uri], "no discovery, and no address of the token's");
    idp.documents.delete(jwks_uri);
    world.now_ms += 5_000;
    await assert.rejects(exchange(await subject({ iss: issuer })), fault("TEMPORARILY_UNAVAILABLE"));
  });

  it("checks with the keys that a policy carries, whatever the issuer publishes", async () => {
    const issuer = "https://carried.example";
    const mine = await makeKey("mine", "ES256");
    await world.identity.federation.createPolicy({
      issuer,
      audiences: ["lakeward"],
      jwks_json: JSON.stringify({ keys: [mine.jwk] }),
    });
    idp.publish(issuer, [key.jwk]);
    idp.asked.length = 0;
    await exchange(await subject({ iss: issuer }, { alg: "ES256", kid: "mine" }, mine.key));
    await refused(await subject({ iss: issuer }), /does not publish/);
    await refused(await subject({ iss: issuer }, { alg: "RS256", kid: "mine" }), /does not publish|signature/);
    assert.deepEqual(idp.asked, []);
  });

  it("says nothing of a token it cannot read but that it is none", async () => {
    for (const token of ["x", "a.b.c", "..", "x".repeat(20_000)]) await refused(token, /not a JWT|too long/);
    await assert.rejects(exchange(""), fault("BAD_REQUEST"));
  });
});
