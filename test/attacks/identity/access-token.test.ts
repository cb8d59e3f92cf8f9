import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportSPKI,
  importJWK,
  type JWTPayload,
  SignJWT,
} from "jose";
import { createIdentity, type DirectoryEntry } from "#identity/mod.ts";
import { openKeySet } from "../../../src/identity/key-set.ts";
import { keyStore } from "../../../src/identity/store/keys.ts";
import { basic, doorway, fault, type IdentityWorld, identityWorld } from "../../identity/world.ts";

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("attacks on access tokens", () => {
  let world: IdentityWorld;
  let robot: DirectoryEntry;
  let secret = "";
  let good = "";
  let key: CryptoKey;
  let header: { kid: string; typ: string; alg: string };
  let claims: JWTPayload;

  before(async () => {
    world = await identityWorld();
    robot = await world.identity.servicePrincipals.create({ display_name: "robot" });
    secret = (await world.identity.secrets.create(robot.id)).secret;
    good = (await world.token({ grant_type: "client_credentials" }, basic(robot.name, secret))).access_token;
    const { sealing_key, clock, ids, db } = world.options;
    const signing = await (await openKeySet({ store: keyStore(db), sealing_key, clock, ids })).signing();
    key = signing.key;
    header = { kid: signing.kid, typ: "at+jwt", alg: "RS256" };
    claims = decodeJwt(good);
  });
  after(() => world[Symbol.asyncDispose]());

  const signed = (change: Record<string, unknown>, head: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT({ ...claims, ...change }).setProtectedHeader({ ...header, ...head }).sign(key);
  const refused = (token: string): Promise<void> =>
    assert.rejects(world.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED", /^Invalid access token/));

  it("lets the untouched token and its re-signed twin in, so that each refusal below has one cause", async () => {
    await world.identity.authenticate(`Bearer ${good}`);
    await world.identity.authenticate(`Bearer ${await signed({})}`);
  });

  it("refuses a token of another workspace of the same account, signed by the same key", async () => {
    const other = await createIdentity({ ...world.options, workspace: "4712" });
    const answer = await other.token({
      form: { grant_type: "client_credentials" },
      authorization: basic(robot.name, secret),
      doorway: doorway(),
    });
    await other.authenticate(`Bearer ${answer.access_token}`);
    await refused(answer.access_token);
  });

  it("refuses an audience that is a list holding this workspace, empty, or the account's id", async () => {
    for (const aud of [["4711"], ["4711", "4712"], [], "", "0b0b7b6e-account", "47110", "471"])
      await refused(await signed({ aud }));
  });

  it("refuses another issuer, however close", async () => {
    for (const iss of [
      "https://lake.example/oidc/",
      "http://lake.example/oidc",
      "https://lake.example.evil/oidc",
      "https://lake.example/oid",
      "https://LAKE.example/oidc",
      "",
    ])
      await refused(await signed({ iss }));
  });

  it("refuses alg none, in every case", async () => {
    for (const alg of ["none", "None", "NONE"]) await refused(`${base64url({ ...header, alg })}.${base64url(claims)}.`);
  });

  it("refuses HS256 keyed with the public key", async () => {
    const { keys } = await world.identity.jwks();
    const spki = await exportSPKI((await importJWK(keys[0]!, "RS256")) as CryptoKey);
    for (const material of [spki, JSON.stringify(keys[0]), keys[0]!.n!]) {
      const body = `${base64url({ ...header, alg: "HS256" })}.${base64url(claims)}`;
      await refused(`${body}.${createHmac("sha256", material).update(body).digest("base64url")}`);
    }
  });

  it("refuses an unknown, missing or path-like key id", async () => {
    for (const kid of [crypto.randomUUID(), "", "../../etc/passwd", "' OR 1=1 --", undefined])
      await refused(await signed({}, { kid }));
  });

  it("does not look at keys or key addresses that a token's header brings", async () => {
    const mine = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = mine.publicKey.export({ format: "jwk" });
    for (const brought of [{ jwk }, { jku: "https://evil.example/jwks" }, { x5u: "https://evil.example/x5u" }]) {
      const head = { ...header, ...brought };
      await refused(await new SignJWT({ ...claims }).setProtectedHeader(head).sign(mine.privateKey));
    }
  });

  it("refuses an ID token and any other type of JWT, though the key is ours", async () => {
    for (const typ of ["JWT", "id_token+jwt", "logout+jwt", undefined]) await refused(await signed({}, { typ }));
  });

  it("refuses a token that has ended, one not valid yet, and one without an end", async () => {
    const now_s = Math.floor(world.now_ms / 1000);
    await refused(await signed({ exp: now_s - 1 }));
    await refused(await signed({ nbf: now_s + 60 }));
    await refused(await signed({ exp: undefined }));
    await refused(await signed({ iat: undefined }));
  });

  it("refuses a token in the cache once it has ended", async () => {
    const now_s = Math.floor(world.now_ms / 1000);
    const short = await signed({ exp: now_s + 5 });
    await world.identity.authenticate(`Bearer ${short}`);
    world.now_ms += 5000;
    await refused(short);
    world.now_ms -= 5000;
  });

  it("opens nothing for a token without a scope", async () => {
    for (const scope of ["", "root"]) {
      const who = await world.identity.authenticate(`Bearer ${await signed({ scope })}`);
      assert.deepEqual(who.scopes, []);
    }
    await refused(await signed({ scope: undefined }));
  });

  it("refuses changed claims under the old signature", async () => {
    const [head, , signature] = good.split(".");
    await refused(`${head}.${base64url({ ...claims, sub: "admin@board.example" })}.${signature}`);
  });

  it("refuses everything that is not one Bearer token", async () => {
    const missing = fault("UNAUTHENTICATED", /^Credential was not sent/);
    for (const sent of [undefined, "", "Bearer", `Basic ${good}`, good, `Bearer ${good} ${good}`, `Bearer ${good},x`])
      await assert.rejects(world.identity.authenticate(sent), missing);
  });

  it("refuses a token once its subject is deactivated, deleted, or another has taken its name", async () => {
    const user = await world.identity.users.create({ name: "eve@board.example" });
    const token = await signed({ sub: user.name, principal_id: user.id });
    await world.identity.authenticate(`Bearer ${token}`);
    await world.identity.users.setActive(user.id, false);
    await refused(token);
    await world.identity.users.setActive(user.id, true);
    await world.identity.authenticate(`Bearer ${token}`);
    await world.identity.users.delete(user.id);
    await refused(token);
    await world.identity.users.create({ name: "eve@board.example" });
    await refused(token);
    await refused(await signed({ sub: "admins", principal_id: (await world.identity.groups.find("admins"))!.id }));
  });

  it("refuses the tokens of a key that was dropped, in the cache or not", async () => {
    await world.identity.authenticate(`Bearer ${good}`);
    const kept = await world.identity.rotateSigningKey();
    await world.identity.authenticate(`Bearer ${good}`);
    const newer = await world.token({ grant_type: "client_credentials" }, basic(robot.name, secret));
    assert.equal(decodeProtectedHeader(newer.access_token).kid, kept);
    await world.identity.rotateSigningKey({ drop_earlier: true });
    await refused(good);
    await refused(newer.access_token);
    assert.equal((await world.identity.jwks()).keys.length, 1);
  });

  it("does not start with another sealing key", () =>
    assert.rejects(
      createIdentity({ ...world.options, sealing_key: Buffer.alloc(32) }),
      /does not open with this sealing key/,
    ));
});
