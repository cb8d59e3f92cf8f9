import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { systemClock, systemIds } from "#host/mod.ts";
import { createEgress, type Egress, openLocalCa } from "#net/mod.ts";
import { createUpstream } from "../../../src/identity/authorization/upstream.ts";
import { seal } from "../../../src/identity/seal.ts";
import { openVault, type Vault } from "../../../src/identity/vault.ts";
import { Browser, formOf } from "../../identity/browser.ts";
import { type Attacked, attackedWorld, loginOf, PERSON } from "./attacked.ts";

const CLI = "http://localhost:8020";

describe("attacks by and between login providers", () => {
  let world: Attacked;
  let key: CryptoKey;
  let jwk: object;
  let issuer: string;
  let other: string;
  let egress: Egress;
  let vault: Vault;

  before(async () => {
    world = await attackedWorld({
      configuration: (hostile) => `login:
  providers:
    - { name: One, issuer: "${hostile}/one", client_id: lake, client_secret: upstream-secret }
    - { name: Two, issuer: "${hostile}/two", client_id: lake }
`,
    });
    const pair = await generateKeyPair("RS256", { extractable: true });
    key = pair.privateKey;
    jwk = { ...(await exportJWK(pair.publicKey)), kid: "k", alg: "RS256", use: "sig" };
    issuer = `${world.hostile.origin}/one`;
    other = `${world.hostile.origin}/two`;
    const ca = await openLocalCa({ data_dir: world.data_dir, clock: systemClock, ids: systemIds });
    const port = Number(new URL(issuer).port);
    egress = createEgress({ allow: [{ host: "localhost", port, purpose: "idp" }], ca: ca.certificate });
    const sealing_key = randomBytes(32);
    const sealed = seal(sealing_key, "data-key:1", randomBytes(32));
    vault = await openVault({ dataKey: async () => ({ id: "1", sealed }) } as never, sealing_key);
  });
  after(async () => {
    await egress?.close();
    await world?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    world.hostile.answers.clear();
    world.hostile.asked.length = 0;
  });

  const metadata = (of: string, change: object = {}) =>
    world.hostile.json(`${new URL(of).pathname}/.well-known/openid-configuration`, {
      ...{
        issuer: of,
        authorization_endpoint: `${of}/authorize`,
        token_endpoint: `${of}/token`,
        jwks_uri: `${of}/jwks`,
      },
      ...{ response_types_supported: ["code"], subject_types_supported: ["public"] },
      ...{ id_token_signing_alg_values_supported: ["RS256"], authorization_response_iss_parameter_supported: true },
      ...change,
    });

  /** A provider at which PERSON is logged in at once. @returns the way back from it. */
  const honest = (of: string, claims: object = {}, head: object = {}) => {
    metadata(of);
    const { pathname } = new URL(of);
    world.hostile.json(`${pathname}/jwks`, { keys: [jwk] });
    return async (sent: string, change: Readonly<Record<string, string>> = {}) => {
      const { searchParams } = new URL(sent);
      const now_s = Math.floor(Date.now() / 1000);
      const id_token = await new SignJWT({
        ...{ iss: of, aud: "lake", sub: "1", iat: now_s, exp: now_s + 60, nonce: searchParams.get("nonce") },
        ...{ email: PERSON, email_verified: true, ...claims },
      })
        .setProtectedHeader({ alg: "RS256", kid: "k", ...head })
        .sign(key);
      world.hostile.json(`${pathname}/token`, { access_token: "theirs", token_type: "Bearer", id_token });
      const back = { code: "code-of-theirs", state: searchParams.get("state") ?? "", iss: of, ...change };
      return `/oidc/v1/callback?${new URLSearchParams(back)}`;
    };
  };

  /** The person chooses a provider. @returns where the browser is sent. */
  const leave = async (browser: Browser, position = 0) => {
    const { page } = await browser.follow(loginOf({ client_id: "databricks-cli", redirect_uri: CLI }).path, CLI);
    return browser.visit(`${formOf(page)}/login/${position}`);
  };
  const tokenRequests = () => world.hostile.asked.filter(({ url }) => url.endsWith("/token"));

  it("lets a person in who logged in there, so that each refusal below has one cause", async () => {
    const browser = new Browser(world.base);
    const back = honest(issuer);
    const { location } = await leave(browser);
    const { status, location: on } = await browser.visit(await back(location ?? assert.fail("not sent away")));
    assert.equal(status, 303);
    const { page } = await browser.follow(on!, CLI);
    assert.match(page, /logged in as <strong>ida@board\.example/);
    assert.equal(tokenRequests().length, 1);
  });

  it("takes no answer of another issuer, of none when one was promised, or of one nearly alike; the code stays here", async () => {
    for (const iss of [other, `${issuer}/`, issuer.toUpperCase(), `${issuer}.evil.example`, "", `${world.base}/oidc`]) {
      const browser = new Browser(world.base);
      const back = honest(issuer);
      const { location } = await leave(browser);
      const { status, location: on } = await browser.visit(await back(location!, { iss }));
      assert.deepEqual([status, on], [400, null], iss);
    }
    const browser = new Browser(world.base);
    const back = honest(issuer);
    const { location } = await leave(browser);
    const without = (await back(location!)).replace(/&iss=[^&]*/, "");
    assert.equal((await browser.visit(without)).status, 400);
    const twice = `${await back(location!)}&iss=${encodeURIComponent(other)}`;
    assert.equal((await browser.visit(twice)).status, 400);
    assert.deepEqual(tokenRequests(), []);
  });

  it("shows no error of an answer that another issuer sent", async () => {
    const browser = new Browser(world.base);
    const back = honest(issuer);
    const { location } = await leave(browser);
    const forged = await back(location!, { iss: other, error: "access_denied", error_description: "call 0900-canary" });
    const { status, page } = await browser.visit(forged);
    assert.equal(status, 400);
    assert.ok(!page.includes("0900-canary"));
  });

  it("takes a state once, from the browser and for the provider that it was made for", async () => {
    const browser = new Browser(world.base);
    const back = honest(issuer);
    const theirs = honest(other);
    const { location } = await leave(browser);
    const answer = await back(location!);
    assert.equal((await new Browser(world.base).visit(answer)).status, 400);
    for (const state of ["", "x", "s1"])
      assert.equal((await browser.visit(await back(location!, { state }))).status, 400);
    const second = new Browser(world.base);
    const { location: sent } = await leave(second, 1);
    // The code of one provider, under the state of a login at the other.
    const mixed = await theirs(sent!, { iss: issuer });
    assert.equal((await second.visit(mixed)).status, 400);
    assert.deepEqual(tokenRequests(), []);
    assert.equal((await browser.visit(await back(location!))).status, 303);
    assert.equal((await browser.visit(await back(location!))).status, 400);
  });

  for (const [title, claims, head] of [
    ["another issuer", { iss: "https://evil.example" }, {}],
    ["another client", { aud: "somebody" }, {}],
    ["several clients, and another as the party", { aud: ["lake", "evil"], azp: "evil" }, {}],
    ["another login's nonce", { nonce: "replayed" }, {}],
    ["no nonce", { nonce: undefined }, {}],
    ["an end in the past", { exp: 1_000_000_000 }, {}],
    ["an address that nobody verified", { email_verified: false }, {}],
    ["an address verified in words", { email_verified: "true" }, {}],
    ["no address", { email: undefined }, {}],
    ["an address that is a list", { email: [PERSON] }, {}],
  ] as const) {
    it(`takes no ID token with ${title}`, async () => {
      const browser = new Browser(world.base);
      const back = honest(issuer, claims, head);
      const { location } = await leave(browser);
      const { status, location: on, page } = await browser.visit(await back(location!));
      assert.deepEqual([status, on], [400, null], page);
    });
  }

  it("refuses metadata that name another issuer, in whatever spelling", async () => {
    for (const named of [
      other,
      `${issuer}x`,
      "https://evil.example",
      issuer.replace("https", "http"),
      "",
      7,
      undefined,
    ]) {
      const fresh = upstream();
      metadata(issuer, { issuer: named });
      await assert.rejects(fresh.begin(0, "uid"), /cannot be reached|endpoint/, String(named));
    }
  });

  it("refuses poisoned metadata: an endpoint of another's, a script, a file, or without TLS", async () => {
    for (const change of [
      { token_endpoint: "https://evil.example/token" },
      { token_endpoint: "https://localhost/token" },
      { token_endpoint: `https://${new URL(issuer).host}@evil.example/token` },
      { token_endpoint: undefined },
      { authorization_endpoint: "https://honest.example/authorize" },
      { authorization_endpoint: "javascript:alert(1)" },
      { authorization_endpoint: "file:///etc/passwd" },
      { authorization_endpoint: "data:text/html,x" },
      { authorization_endpoint: issuer.replace("https", "http") },
      { jwks_uri: "https://evil.example/jwks" },
      { jwks_uri: "http://169.254.169.254/jwks" },
    ]) {
      const fresh = upstream();
      metadata(issuer, change);
      await assert.rejects(
        fresh.begin(0, "uid"),
        (thrown: Error) => !/evil|passwd/.test(thrown.message),
        JSON.stringify(change),
      );
    }
    metadata(issuer, { token_endpoint: "https://token.example/token" });
    assert.ok((await upstream(["token.example"]).begin(0, "uid")).location.startsWith(issuer));
  });

  it("follows no redirect of a provider's documents", async () => {
    for (const location of [`${other}/.well-known/openid-configuration`, "https://169.254.169.254/"]) {
      metadata(other, { issuer });
      world.hostile.answers.set("/one/.well-known/openid-configuration", (response) =>
        response.writeHead(302, { location }).end(),
      );
      await assert.rejects(upstream().begin(0, "uid"), /cannot be reached|endpoint/);
    }
  });

  it("hands no code to a provider that took another's place while the person was away", async () => {
    honest(issuer);
    honest(other);
    const { location, cookie } = await upstream().begin(0, "uid");
    const state = new URL(location).searchParams.get("state")!;
    const answer = new URLSearchParams({ code: "code-of-one", state, iss: issuer });
    const [one, two] = providers();
    const swapped = upstream([], [two!, one!]);
    await assert.rejects(swapped.finish(answer, cookie.split(";")[0]), /begun in another browser/);
    assert.deepEqual(tokenRequests(), []);
  });

  it("says nothing of what a provider's token endpoint answered", async () => {
    const browser = new Browser(world.base);
    const back = honest(issuer);
    const { location } = await leave(browser);
    const answer = await back(location!);
    world.hostile.answers.set("/one/token", (response) =>
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ error: "invalid_grant", error_description: "canary-of-a-body" })),
    );
    const { status, page } = await browser.visit(answer);
    assert.equal(status, 400);
    assert.ok(!page.includes("canary-of-a-body") && !page.includes("upstream-secret"));
  });

  const providers = () =>
    [issuer, other].map((one, i) => ({
      ...{ name: ["One", "Two"][i]!, issuer: one, client_id: "lake", subject_claim: "email", new_users_of: [] },
    }));

  const states = new Set<string>();
  const store: Parameters<typeof createUpstream>[0]["store"] = {
    upsert: async ({ id }) => void states.add(id),
    consume: async (_kind, id) => states.delete(id),
  };

  /** The client of ours that speaks with providers, new, since it keeps what it discovered. */
  const upstream = (endpoint_hosts: readonly string[] = [], listed = providers()) => {
    return createUpstream({
      providers: listed.map((one) => ({ ...one, endpoint_hosts })),
      ...{ issuer: `${world.base}/oidc`, egress, vault, clock: systemClock, store },
    });
  };
});
