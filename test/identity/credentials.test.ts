import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { sql } from "kysely";
import type { DirectoryEntry } from "#identity/mod.ts";
import { basic, fault, type IdentityWorld, ISSUER, identityWorld, WORKSPACE } from "./world.ts";

const HOUR_S = 3600;

describe("client_credentials", () => {
  let world: IdentityWorld;
  let robot: DirectoryEntry;
  let secret = "";
  const ask = (form: Record<string, string>, authorization?: string) =>
    world.token({ grant_type: "client_credentials", ...form }, authorization);

  before(async () => {
    world = await identityWorld();
    robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    secret = (await world.identity.secrets.create(robot.id)).secret;
  });
  after(() => world[Symbol.asyncDispose]());

  it("gives a token with the wire's claims, by Basic or by the body", async () => {
    for (const answer of [
      await ask({}, basic(robot.name, secret)),
      await ask({ client_id: robot.name, client_secret: secret }),
    ]) {
      assert.deepEqual([answer.token_type, answer.expires_in, answer.scope], ["Bearer", HOUR_S, "all-apis"]);
      const { kid, ...header } = decodeProtectedHeader(answer.access_token);
      assert.deepEqual(header, { typ: "at+jwt", alg: "RS256" });
      assert.ok((await world.identity.jwks()).keys.some((key) => key.kid === kid));
      const { iat, exp, jti, principal_id, ...claims } = decodeJwt(answer.access_token);
      assert.deepEqual(claims, {
        client_id: robot.name,
        scope: "all-apis",
        iss: ISSUER,
        aud: WORKSPACE,
        sub: robot.name,
      });
      assert.equal(exp! - iat!, HOUR_S);
      assert.ok(jti);
      assert.equal(principal_id, robot.id);
    }
  });

  it("lets the token in as the service principal, with everyone's group", async () => {
    const { access_token } = await ask({ scope: "sql scim" }, basic(robot.name, secret));
    const who = await world.identity.authenticate(`Bearer ${access_token}`);
    assert.deepEqual(who.subject, { kind: "service_principal", id: robot.id, name: robot.name });
    assert.deepEqual([who.groups, who.scopes, who.client], [["account users"], ["sql", "scim"], robot.name]);
  });

  it("refuses an unknown client and a wrong secret alike, as invalid_client", async () => {
    const alike = fault("INVALID_CLIENT", /^Client authentication failed/);
    await assert.rejects(ask({}, basic("databricks-sdk-client", "x")), alike);
    await assert.rejects(ask({ client_id: "databricks-sdk-client" }), alike);
    await assert.rejects(ask({}, basic(robot.name, `${secret}0`)), alike);
    await assert.rejects(ask({}), alike);
  });

  it("refuses secrets sent twice and clients that contradict each other", async () => {
    await assert.rejects(ask({ client_secret: secret }, basic(robot.name, secret)), fault("BAD_REQUEST"));
    await assert.rejects(ask({ client_id: "other" }, basic(robot.name, secret)), fault("BAD_REQUEST"));
  });

  it("refuses unknown scopes by name, and those that the secret was not given", async () => {
    const scoped = await world.identity.secrets.create(robot.id, { scopes: ["sql"] });
    await assert.rejects(ask({ scope: "sql root" }, basic(robot.name, secret)), fault("INVALID_SCOPE", /'root'/));
    const refused = fault("ACCESS_DENIED", /Scopes 'all-apis' are not assigned/);
    await assert.rejects(ask({ scope: "all-apis" }, basic(robot.name, scoped.secret)), refused);
    await assert.rejects(ask({}, basic(robot.name, scoped.secret)), refused);
    assert.equal((await ask({ scope: "sql" }, basic(robot.name, scoped.secret))).scope, "sql");
  });

  it("refuses a secret that is deleted, past its end, or another principal's", async () => {
    const other = await world.identity.servicePrincipals.create({ display_name: "other" });
    const short = await world.identity.secrets.create(robot.id, { lifetime_s: 60 });
    await assert.rejects(ask({}, basic(other.name, secret)), fault("INVALID_CLIENT"));
    assert.equal((await ask({}, basic(robot.name, short.secret))).expires_in <= 60, true);
    world.now_ms += 61_000;
    await assert.rejects(ask({}, basic(robot.name, short.secret)), fault("INVALID_CLIENT"));
    const dropped = await world.identity.secrets.create(robot.id);
    await world.identity.secrets.delete(robot.id, dropped.id);
    await assert.rejects(ask({}, basic(robot.name, dropped.secret)), fault("INVALID_CLIENT"));
  });

  it("names every grant type that is not offered", async () => {
    for (const grant_type of ["implicit", "password", "__proto__", "constructor"]) {
      await assert.rejects(world.token({ grant_type }), fault("UNSUPPORTED_GRANT_TYPE", new RegExp(`'${grant_type}'`)));
    }
    await assert.rejects(world.token({}), fault("BAD_REQUEST"));
  });

  it("advertises the grants it has and no other", () => {
    assert.deepEqual(world.identity.metadata().grant_types_supported, [
      "authorization_code",
      "refresh_token",
      "client_credentials",
      "urn:ietf:params:oauth:grant-type:token-exchange",
      "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ]);
  });
});

describe("personal access tokens", () => {
  let world: IdentityWorld;
  let ana: DirectoryEntry;
  before(async () => {
    world = await identityWorld();
    ana = await world.identity.users.create({ name: "ana@board.example" });
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => world.identity.users.setActive(ana.id, true));

  const enter = (token: string) => world.identity.authenticate(`Bearer ${token}`);

  it("are let in with the scopes written in when they were made", async () => {
    const made = await world.identity.tokens.create(ana.id, { comment: "laptop" });
    assert.match(made.token, /^dapi[0-9a-f]{64}$/);
    assert.deepEqual((await enter(made.token)).scopes, ["all-apis"]);
    const scoped = await world.identity.tokens.create(ana.id, { scopes: ["sql"] });
    assert.deepEqual((await enter(scoped.token)).scopes, ["sql"]);
    await assert.rejects(world.identity.tokens.create(ana.id, { scopes: ["root"] }), fault("INVALID_SCOPE"));
  });

  it("are refused once revoked, past their end, or their principal is not active", async () => {
    const made = await world.identity.tokens.create(ana.id, { lifetime_s: 60 });
    await enter(made.token);
    await world.identity.users.setActive(ana.id, false);
    await assert.rejects(enter(made.token), fault("UNAUTHENTICATED"));
    await world.identity.users.setActive(ana.id, true);
    await enter(made.token);
    world.now_ms += 60_000;
    await assert.rejects(enter(made.token), fault("UNAUTHENTICATED"));
    const revoked = await world.identity.tokens.create(ana.id);
    await world.identity.tokens.revoke(revoked.id);
    await assert.rejects(enter(revoked.token), fault("UNAUTHENTICATED"));
    await assert.rejects(enter(`dapi${"0".repeat(64)}`), fault("UNAUTHENTICATED"));
  });

  it("lie nowhere in the database, nor do secrets or private keys", async () => {
    const { token } = await world.identity.tokens.create(ana.id);
    const robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    const { secret } = await world.identity.secrets.create(robot.id);
    const on = world.options.db.on();
    const dump = await sql<{ text: string }>`
      SELECT row_to_json(t)::text AS text FROM personal_access_tokens t
      UNION ALL SELECT row_to_json(s)::text FROM service_principal_secrets s
      UNION ALL SELECT encode(sealed_private, 'escape') FROM signing_keys
      UNION ALL SELECT public_jwk::text FROM signing_keys`.execute(on);
    const all = dump.rows.map((row) => row.text).join("\n");
    assert.ok(all.includes("RS256"));
    for (const kept of [token, secret, "PRIVATE KEY", '"d":']) assert.equal(all.includes(kept), false);
  });
});
