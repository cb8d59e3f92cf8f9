import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { exportSPKI, importJWK } from "jose";
import { createIdentity, type DirectoryEntry } from "#identity/mod.ts";
import type { Who } from "#kernel/mod.ts";
import { createEgress } from "#net/mod.ts";
import {
  ANA_OBJECT,
  API,
  CLIENT,
  type Claims,
  ENTRA_V1,
  ENTRA_V2,
  entraIdToken,
  entraV1User,
  entraV2App,
  entraV2User,
  githubJob,
  ImitatedIssuers,
  type IssuerKey,
  issuerKey,
  JOB,
  OKTA,
  oktaIdToken,
  oktaService,
  oktaUser,
  ROBOT_OBJECT,
  type Shape,
  signShape,
} from "../../identity/imitated-issuer.ts";
import { setExternalId, settings, trusting } from "../../identity/trusting.ts";
import { fault, type IdentityWorld, ISSUER, identityWorld } from "../../identity/world.ts";

const OTHER_TENANT = "99999999-0000-cccc-1111-dddd2222eeee";
/** A key that the issuer removed: this and the age of its key set, in milliseconds. */
const KEY_IS_GONE_MS = 35_000;

describe("attacks on direct use of other issuers' tokens", () => {
  const issuers = new ImitatedIssuers();
  const reasons: string[] = [];
  let world: IdentityWorld;
  let key: IssuerKey;
  let ana: DirectoryEntry;
  let robot: DirectoryEntry;
  let job: DirectoryEntry;

  before(async () => {
    key = await issuerKey("key-1");
    world = await identityWorld({
      egress: issuers.egress,
      trusted_issuers: trusting(settings.entra_v2, settings.entra_v1, settings.okta, settings.github),
      log: { info() {}, error() {}, warn: ({ reason }) => void reasons.push(String(reason)) },
    });
    const { users, servicePrincipals } = world.identity;
    ana = await users.create({ name: "ana@board.example" });
    robot = await servicePrincipals.create({ display_name: "robot" });
    job = await servicePrincipals.create({ display_name: "job" });
    await setExternalId(world, ana.id, ANA_OBJECT);
    await setExternalId(world, robot.id, CLIENT);
    await setExternalId(world, job.id, JOB);
  });
  after(() => world?.[Symbol.asyncDispose]());
  beforeEach(() => {
    for (const issuer of [ENTRA_V2, ENTRA_V1, OKTA, String(githubJob.claims.iss)]) issuers.publish(issuer, [key.jwk]);
    world.now_ms += 60_000;
    reasons.length = 0;
  });

  const now_s = () => Math.floor(world.now_ms / 1000);
  const signed = (shape: Shape, change: Claims = {}, more: Claims = {}, by = key): Promise<string> =>
    signShape(shape, by, now_s(), change, more);
  const who = (token: string, resource?: string): Promise<Who> =>
    world.identity.authenticate(`Bearer ${token}`, resource);
  /** Refused in the words of every refusal, with the reason in the log alone. */
  const refused = async (token: string, reason: RegExp): Promise<void> => {
    reasons.length = 0;
    await assert.rejects(
      who(token),
      fault("UNAUTHENTICATED", /^Invalid access token\. Get a new one and try again\.$/),
    );
    assert.match(reasons.join("; "), reason);
    assert.equal(reasons.length, 1);
    assert.ok(!reasons.join().includes(token), "no token in the log");
  };

  it("lets each shape in untouched, so that each refusal below has one cause", async () => {
    for (const [shape, name] of [
      [entraV2User, ana.name],
      [entraV2App, robot.name],
      [entraV1User, ana.name],
      [oktaUser, ana.name],
      [githubJob, job.name],
    ] as const)
      assert.equal((await who(await signed(shape))).subject.name, name);
  });

  it("refuses another tenant, though the provider signs all of them by the same keys, and asks nobody for it", async () => {
    const iss = `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`;
    issuers.publish(iss, [key.jwk]);
    issuers.asked.length = 0;
    await refused(await signed(entraV2User, { iss, tid: OTHER_TENANT }), /unknown key/);
    await refused(await signed(entraV2User, { iss: "https://login.microsoftonline.com/common/v2.0" }), /unknown key/);
    assert.deepEqual(issuers.asked, []);
  });

  it("refuses an issuer that is nearly the one, by a slash, a case or a prefix", async () => {
    for (const iss of [
      `${ENTRA_V2}/`,
      ENTRA_V1.slice(0, -1),
      `${ENTRA_V1}/`,
      ENTRA_V2.toUpperCase(),
      ENTRA_V2.replace("https", "http"),
      `${ENTRA_V2}.evil.example`,
      `${OKTA}/..`,
      ` ${OKTA}`,
      "__proto__",
      "",
      undefined,
    ])
      await refused(await signed(entraV2User, { iss }), /unknown key/);
    await refused(await signed(entraV2User, { iss: [ENTRA_V2] }), /unknown key/);
  });

  it("refuses a token of the tenant that is made out to another application, to nobody, or nearly to this one", async () => {
    const others = [
      "00000003-0000-0000-c000-000000000000",
      "",
      `${API}/`,
      API.slice(1),
      `api://${API}`,
      API.toUpperCase(),
    ];
    for (const aud of [...others, [], others, [[API]], { [API]: true }, undefined])
      await refused(await signed(entraV2User, { aud }), /SUBJECT_TOKEN_(AUDIENCE|CLAIM)/);
    await refused(await signed(entraV1User, { aud: API }), /AUDIENCE/);
    await who(await signed(entraV2User, { aud: [others[0], API] }));
  });

  it("refuses one issuer's audience, scopes and claims in another's token", async () => {
    await refused(await signed(oktaUser, { aud: API }), /AUDIENCE/);
    await refused(await signed(oktaUser, { scp: ["Lake.Read"] }), /SCOPES_NOT_ACCEPTED/);
    await refused(await signed(entraV2User, { iss: ENTRA_V1 }), /AUDIENCE/);
  });

  it("refuses HS256 with the public key as secret, alg none, and algorithms beside RS256 and ES256", async () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const payload = part({ ...entraV2User.claims, iat: now_s(), exp: now_s() + 600 });
    const pem = await exportSPKI(
      (await importJWK(key.jwk, "RS256", { extractable: true })) as Parameters<typeof exportSPKI>[0],
    );
    for (const secret of [pem, key.jwk.n ?? "", JSON.stringify(key.jwk)]) {
      const text = `${part({ alg: "HS256", kid: "key-1", typ: "JWT" })}.${payload}`;
      await refused(`${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`, /ALGORITHM|SIGNATURE/);
    }
    for (const alg of ["none", "None", "NONE", "", null]) {
      await refused(`${part({ alg, kid: "key-1" })}.${payload}.x`, /ALGORITHM|SIGNATURE|unknown key/);
      // Without a signature it has not even the characters of a bearer token's last part.
      await assert.rejects(who(`${part({ alg, kid: "key-1" })}.${payload}.`), fault("UNAUTHENTICATED"));
    }
    const ps = await issuerKey("key-ps", "PS256");
    const es = await issuerKey("key-es", "ES256");
    issuers.publish(ENTRA_V2, [key.jwk, ps.jwk, es.jwk]);
    await refused(await signed(entraV2User, {}, { alg: "PS256" }, ps), /ALGORITHM/);
    await who(await signed(entraV2User, {}, { alg: "ES256" }, es));
  });

  it("refuses unknown keys, and keys that the token brings or points at", async () => {
    const mine = await issuerKey("key-1");
    const stranger = await issuerKey("key-9");
    await refused(await signed(entraV2User, {}, {}, stranger), /KEY_UNKNOWN/);
    issuers.asked.length = 0;
    for (const brought of [{}, { jwk: mine.jwk }, { jku: "https://evil.example/k" }, { x5u: "https://evil.example/x" }])
      await refused(await signed(entraV2User, {}, brought, mine), /SIGNATURE/);
    assert.ok(issuers.asked.every((url) => url.startsWith(ENTRA_V2)));
  });

  it("asks an issuer at most once a second, however many key ids are made up", async () => {
    await who(await signed(entraV2User));
    world.now_ms += 1_000;
    issuers.asked.length = 0;
    for (let i = 0; i < 20; i += 1) await refused(await signed(entraV2User, {}, { kid: `forged-${i}` }), /KEY_UNKNOWN/);
    assert.equal(issuers.asked.length, 1);
  });

  it("refuses a token that has ended, does not begin yet, never ends, or was issued in times to come", async () => {
    await refused(await signed(entraV2User, { exp: now_s() }), /EXPIRED/);
    await refused(await signed(entraV2User, { nbf: now_s() + 60 }), /'nbf'|"nbf"/);
    await refused(await signed(entraV2User, { exp: undefined }), /"exp"/);
    await refused(await signed(entraV2User, { exp: "9999999999" }), /"exp"/);
    await refused(await signed(entraV2User, { iat: now_s() + 120 }), /ISSUED_IN_THE_FUTURE/);
    await refused(await signed(entraV2User, { iat: undefined }), /ISSUED_IN_THE_FUTURE/);
  });

  it("refuses ID tokens, whatever of an access token is put beside", async () => {
    await refused(await signed(entraIdToken), /NOT_AN_ACCESS_TOKEN/);
    await refused(await signed(entraIdToken, { nonce: undefined }), /NOT_AN_ACCESS_TOKEN/);
    await refused(await signed(entraIdToken, { nonce: undefined, azp: CLIENT }), /SCOPES_NOT_ACCEPTED/);
    await refused(await signed(oktaIdToken), /AUDIENCE/);
    await refused(await signed(oktaIdToken, { aud: "api://lakeward" }), /NOT_AN_ACCESS_TOKEN/);
    await refused(await signed(oktaIdToken, { aud: "api://lakeward", at_hash: undefined }), /NOT_AN_ACCESS_TOKEN/);
    for (const mark of ["nonce", "at_hash", "c_hash"])
      for (const shape of [entraV2User, oktaUser, githubJob])
        await refused(await signed(shape, { [mark]: "" }), /NOT_AN_ACCESS_TOKEN/);
  });

  it("refuses other JWTs of the issuer by their type, and takes the types of access tokens", async () => {
    for (const typ of ["logout+jwt", "secevent+jwt", "oauth-id-jag+jwt", "dpop+jwt", "application/id+jwt", "at+jwt2"])
      await refused(await signed(oktaUser, {}, { typ }), /NOT_AN_ACCESS_TOKEN/);
    for (const typ of ["JWT", "at+jwt", "AT+JWT", "application/at+jwt", "application/okta-internal-at+jwt"])
      await who(await signed(oktaUser, {}, { typ }));
  });

  it("refuses tokens bound to a key or an actor: as a bearer's they would be taken for more than they are", async () => {
    for (const claim of [{ cnf: { jkt: "thumbprint" } }, { act: { sub: "an-agent" } }, { cnf: null }])
      for (const shape of [entraV2User, oktaUser, githubJob])
        await refused(await signed(shape, claim), /BOUND_TO_A_SENDER/);
  });

  it("refuses tokens that name no client or no scope that is accepted here", async () => {
    await refused(await signed(entraV2User, { azp: undefined }), /NOT_AN_ACCESS_TOKEN/);
    await refused(await signed(entraV2User, { azp: "" }), /NOT_AN_ACCESS_TOKEN/);
    const none = ["", "openid profile", "Lake.read", "Lake.Read,x", "sql", "all-apis", "__proto__", "constructor", 7];
    for (const scp of [...none, none, ["Lake.Read x"], { "Lake.Read": true }, undefined])
      await refused(await signed(entraV2User, { scp }), /SCOPES_NOT_ACCEPTED/);
  });

  it("does not take a user's roles for the consent that a client was given", async () => {
    await refused(await signed(entraV2User, { scp: undefined, roles: ["Lake.Read"] }), /SCOPES_NOT_ACCEPTED/);
    assert.deepEqual((await who(await signed(entraV2User, { roles: ["Lake.Read.All", "all-apis"] }))).scopes, [
      "sql",
      "unity-catalog",
    ]);
  });

  it("never lets a client act as the application that it is by a user's token, nor as a user by its own", async () => {
    const users = await signed(entraV2User, { roles: ["Lake.Read.All"], oid: "of-somebody-else" });
    await refused(users, /names no active user/);
    await refused(await signed(entraV2User, { idtyp: "device" }), /HOLDER_NOT_ACCEPTED/);
    await refused(await signed(entraV2App, { idtyp: undefined }), /SCOPES_NOT_ACCEPTED/);
    await refused(await signed(entraV2App, { idtyp: "user", oid: ANA_OBJECT }), /SCOPES_NOT_ACCEPTED/);
    await refused(await signed(oktaUser, { sub: "0oa-client" }), /names no active user/);
    await refused(await signed(oktaService, { uid: "00u-ana" }), /names no active user/);
    assert.equal((await who(await signed(entraV2App, { oid: ANA_OBJECT }))).subject.name, robot.name);
  });

  it("refuses a user claim that names a service principal or group, and a client that names a user", async () => {
    for (const sub of [robot.name, "admins", "account users"])
      await refused(await signed(oktaUser, { sub }), /names no active user/);
    await refused(await signed(entraV2User, { oid: CLIENT }), /names no active user/);
    await refused(await signed(entraV2App, { azp: ANA_OBJECT }), /names no active service_principal/);
    await refused(await signed(githubJob, { sub: ANA_OBJECT }), /names no active service_principal/);
    await refused(await signed(githubJob, { sub: job.name }), /names no active service_principal/);
  });

  it("refuses whoever is unknown, deactivated, named in another case, by a list, or by nothing", async () => {
    const gone = await world.identity.users.create({ name: "gone@board.example" });
    await world.identity.users.setActive(gone.id, false);
    for (const sub of ["eve@board.example", gone.name, "ANA@board.example", `${ana.name} `])
      await refused(await signed(oktaUser, { sub }), /names no active user/);
    for (const sub of ["", `${ana.name}\u0000`, "\ud800", [ana.name], { name: ana.name }, undefined])
      await refused(await signed(oktaUser, { sub }), /CLAIM/);
    await refused(await signed(githubJob, { sub: JOB.toUpperCase() }), /names no active/);
    await refused(await signed(githubJob, { sub: "repo:octo-org/octo-repo:pull_request" }), /names no active/);
  });

  it("refuses an external id that two have, and takes it again when one is left", async () => {
    const twin = await world.identity.users.create({ name: "twin@board.example" });
    await setExternalId(world, twin.id, ANA_OBJECT);
    await refused(await signed(entraV2User), /or more than one/);
    await setExternalId(world, twin.id, ROBOT_OBJECT);
    assert.equal((await who(await signed(entraV2User))).subject.name, ana.name);
  });

  it("follows the directory at once, for a token that is remembered as verified", async () => {
    const token = await signed(oktaUser);
    await who(token);
    await world.identity.users.setActive(ana.id, false);
    await refused(token, /names no active user/);
    await world.identity.users.setActive(ana.id, true);
    await who(token);
    const [head, claims, signature = ""] = token.split(".");
    const turned = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    await refused(`${head}.${claims}.${turned}`, /SIGNATURE/);
  });

  it("ends a remembered token when it ends, and when its key was removed", async () => {
    const short = await signed(oktaUser, { exp: now_s() + 5 });
    await who(short);
    world.now_ms += 5_000;
    await refused(short, /EXPIRED/);
    const token = await signed(oktaUser);
    await who(token);
    issuers.publish(OKTA, [(await issuerKey("key-2")).jwk]);
    world.now_ms += KEY_IS_GONE_MS;
    await refused(token, /KEY_UNKNOWN/);
  });

  it("is not opened by an issuer that cannot be asked, and not by metadata that name another", async () => {
    issuers.documents.clear();
    await assert.rejects(who(await signed(oktaUser)), fault("TEMPORARILY_UNAVAILABLE"));
    issuers.publish(OKTA, [key.jwk]);
    const metadata = `${OKTA}/.well-known/openid-configuration`;
    issuers.documents.set(metadata, { issuer: ENTRA_V2, jwks_uri: `${OKTA}/keys` });
    world.now_ms += 600_000;
    await assert.rejects(who(await signed(oktaUser)), fault("TEMPORARILY_UNAVAILABLE", /another issuer/));
  });

  it("trusts for what it was trusted: neither does trust open the exchange, nor a federation policy the API", async () => {
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "all-apis",
    };
    await assert.rejects(world.token({ ...form, subject_token: await signed(oktaUser) }), fault("INVALID_GRANT"));
    const issuer = "https://exchange-only.example";
    issuers.publish(issuer, [key.jwk]);
    await world.identity.federation.createPolicy({ issuer, audiences: ["api://lakeward"] });
    const token = await signed(oktaUser, { iss: issuer });
    await world.token({ ...form, subject_token: token });
    await refused(token, /unknown key/);
    await assert.rejects(
      world.token({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: await signed(oktaUser) }),
    );
  });

  it("is not fooled by this server's own issuer in a token of theirs", async () => {
    await refused(await signed(oktaUser, { iss: ISSUER }), /unknown key/);
    await refused(await signed(oktaUser, { iss: ISSUER }, { typ: "at+jwt" }), /unknown key/);
  });

  it("takes email as a name only when the provider says that it is verified", async () => {
    const by_mail = { ...settings.okta, users: { claim: "email" } };
    const mailed = await createIdentity({ ...world.options, trusted_issuers: trusting(by_mail) });
    const ask = async (email_verified: unknown): Promise<Who> =>
      mailed.authenticate(`Bearer ${await signed(oktaUser, { sub: "00u-eve", email: ana.name, email_verified })}`);
    for (const said of [undefined, false, "true", 1, null]) await assert.rejects(ask(said), fault("UNAUTHENTICATED"));
    assert.equal((await ask(true)).subject.name, ana.name);
  });

  it("reaches no private address for an issuer's keys, be it the issuer's own or one that its metadata name", async () => {
    const egress = createEgress({ allow: [], ca: "" });
    const isPublished = (url: string): boolean => issuers.documents.has(url);
    const fetch: typeof egress.fetch = (url, options) =>
      (isPublished(url) ? issuers.egress : egress).fetch(url, options);
    const keysAre = (thrown: Error): boolean =>
      fault("TEMPORARILY_UNAVAILABLE")(thrown) && fault("PERMISSION_DENIED")(thrown.cause);
    try {
      for (const host of ["169.254.169.254", "127.0.0.1", "[::1]", "10.0.0.1", "0x7f.1", "localhost"]) {
        const issuer = `https://${host}/tenant`;
        const outside = `https://outside-${host.length}-${host.charCodeAt(0)}.example`;
        const inside = await createIdentity({
          ...{ ...world.options, egress: { ...egress, fetch } },
          trusted_issuers: trusting(
            { ...settings.okta, issuer },
            { ...settings.okta, name: "outside", issuer: outside },
          ),
        });
        issuers.documents.set(`${outside}/.well-known/openid-configuration`, { issuer: outside, jwks_uri: issuer });
        for (const iss of [issuer, outside])
          await assert.rejects(
            inside.authenticate(`Bearer ${await signed(oktaUser, { iss })}`),
            keysAre,
            `${iss} ${host}`,
          );
      }
    } finally {
      await egress.close();
    }
  });

  it("does not start with the same issuer or name twice, or with itself as an issuer", async () => {
    const start = (...given: readonly object[]) =>
      createIdentity({ ...world.options, trusted_issuers: trusting(...given) });
    await assert.rejects(start(settings.okta, { ...settings.okta, name: "again" }), /the issuer '.*' twice/);
    await assert.rejects(start(settings.okta, { ...settings.entra_v2, name: "okta" }), /the name 'okta' twice/);
    await assert.rejects(start({ ...settings.okta, issuer: ISSUER }), /this server's own issuer/);
  });
});
