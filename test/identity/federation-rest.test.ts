import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { JsonObject } from "#base/json.ts";
import type { DirectoryEntry } from "#identity/mod.ts";
import { type Answer, type RestWorld, restWorld } from "./platform.ts";

const IDP = "https://idp.example";

async function makeKey(kid: string, alg: "RS256" | "ES256"): Promise<{ key: CryptoKey; jwk: JWK; secret: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg }, secret: await exportJWK(privateKey) };
}

/** Keys come with the policies, so that nothing is fetched. */
describe("federation policies over REST", () => {
  let world: RestWorld;
  let rsa: Awaited<ReturnType<typeof makeKey>>;
  let ec: Awaited<ReturnType<typeof makeKey>>;
  let ana: DirectoryEntry;
  let robot: DirectoryEntry;
  let account = "";
  let principal = "";
  before(async () => {
    world = await restWorld();
    [rsa, ec] = await Promise.all([makeKey("rsa", "RS256"), makeKey("ec", "ES256")]);
    const { identity } = world.platform.services;
    ana = await identity.users.create({ name: "ana@board.example" });
    robot = await identity.servicePrincipals.create({ display_name: "robot" });
    account = `/api/2.0/accounts/${world.account_id}/federationPolicies`;
    principal = `/api/2.0/accounts/${world.account_id}/servicePrincipals/${robot.id}/federationPolicies`;
  });
  after(() => world[Symbol.asyncDispose]());

  const jwks = (...keys: JWK[]) => JSON.stringify({ keys });
  const ask = (method: string, path: string, body?: object) => world.call(world.admin, method, path, body);
  const policyOf = ({ body }: Answer) => body.oidc_policy as JsonObject;
  const token = (claims: object, by = rsa, kid = "rsa", alg = "RS256") =>
    new SignJWT({ iss: IDP, aud: world.account_id, ...claims })
      .setProtectedHeader({ alg, kid })
      .setIssuedAt()
      .setExpirationTime("10m")
      .sign(by.key);
  const exchange = (subject_token: string, more: Record<string, string> = {}) =>
    world.form({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token,
      scope: "all-apis",
      ...more,
    });
  const whoIs = async ({ body }: Answer) =>
    (await world.call(String(body.access_token), "GET", "/api/2.0/preview/scim/v2/Me")).body.userName;
  const refused = async (answer: Promise<Answer>, words: RegExp) => {
    const { status, body } = await answer;
    assert.deepEqual([status, body.error], [400, "invalid_grant"]);
    assert.match(String(body.error_description), words);
  };

  it("makes an account policy that acts as the user at once, and stops at once", async () => {
    const made = await ask("POST", `${account}?policy_id=board/main`, {
      description: "the board's people",
      oidc_policy: { issuer: IDP, jwks_json: jwks(rsa.jwk) },
    });
    assert.equal(made.status, 200, made.text);
    const { uid, create_time, update_time, ...rest } = made.body;
    assert.deepEqual(rest, {
      name: `accounts/${world.account_id}/federationPolicies/board/main`,
      policy_id: "board/main",
      description: "the board's people",
      oidc_policy: { issuer: IDP, audiences: [world.account_id], subject_claim: "sub", jwks_json: jwks(rsa.jwk) },
    });
    assert.ok(uid && create_time === update_time);
    assert.equal(await whoIs(await exchange(await token({ sub: ana.name }))), ana.name);
    assert.deepEqual((await ask("GET", `${account}/board/main`)).body, made.body);
    assert.equal((await ask("DELETE", `${account}/board/main`)).status, 200);
    await refused(exchange(await token({ sub: ana.name })), /TOKEN_INVALID/);
    assert.equal((await ask("GET", `${account}/board/main`)).status, 404);
  });

  it("acts as a service principal under a policy of its own, whether or not it has a secret", async () => {
    const oidc_policy = { issuer: IDP, audiences: ["ci"], subject: "repo:board/app", jwks_json: jwks(rsa.jwk, ec.jwk) };
    const made = await ask("POST", principal, { oidc_policy });
    assert.equal(made.body.service_principal_id, Number(robot.id));
    assert.equal(
      made.body.name,
      `accounts/${world.account_id}/servicePrincipals/${robot.id}/federationPolicies/${made.body.policy_id}`,
    );
    const claims = { sub: "repo:board/app", aud: "ci" };
    const as = { client_id: robot.name };
    assert.equal(await whoIs(await exchange(await token(claims), as)), robot.name);
    assert.equal(await whoIs(await exchange(await token(claims, ec, "ec", "ES256"), as)), robot.name);
    const { secret } = await world.platform.services.identity.secrets.create(robot.id);
    assert.equal(await whoIs(await exchange(await token(claims), as)), robot.name);
    assert.equal(await whoIs(await exchange(await token(claims), { ...as, client_secret: secret })), robot.name);
    assert.equal((await exchange(await token(claims), { ...as, client_secret: "wrong" })).body.error, "invalid_client");

    await refused(exchange(await token({ ...claims, sub: "repo:board/app2" }), as), /TOKEN_INVALID/);
    await refused(exchange(await token({ ...claims, sub: "REPO:board/app" }), as), /TOKEN_INVALID/);
    await refused(exchange(await token({ ...claims, aud: "other" }), as), /audience/);
    await refused(exchange(await token({ ...claims, iss: `${IDP}/` }), as), /TOKEN_INVALID/);
    await refused(exchange(await token(claims)), /TOKEN_INVALID/);
    const other = await world.platform.services.identity.servicePrincipals.create({ display_name: "other" });
    await refused(exchange(await token(claims), { client_id: other.name }), /TOKEN_INVALID/);
    await ask("DELETE", `${principal}/${made.body.policy_id}`);
    await refused(exchange(await token(claims), as), /TOKEN_INVALID/);
  });

  it("takes a service principal for each of several subjects of one issuer, by the claim that each policy names", async () => {
    const { identity } = world.platform.services;
    const app = await identity.servicePrincipals.create({ display_name: "app" });
    const path = `/api/2.0/accounts/${world.account_id}/servicePrincipals/${app.id}/federationPolicies`;
    for (const [subject, subject_claim] of [
      ["main", "branch"],
      ["release", "branch"],
      ["client-7", "azp"],
    ])
      await ask("POST", path, { oidc_policy: { issuer: IDP, subject, subject_claim, jwks_json: jwks(rsa.jwk) } });
    const as = { client_id: app.name };
    for (const claims of [{ branch: "main" }, { branch: "release" }, { azp: "client-7" }])
      assert.equal(await whoIs(await exchange(await token({ sub: "x", ...claims }), as)), app.name);
    for (const claims of [{ branch: "other" }, { sub: "main" }, { branch: ["main"] }, { azp: "main" }])
      await refused(exchange(await token(claims), as), /TOKEN_INVALID|claim/);
  });

  it("changes what the mask names, or what was sent, and nothing else", async () => {
    const oidc_policy = { issuer: "https://a.example", audiences: ["a"], subject: "s", subject_claim: "oid" };
    const { policy_id } = (await ask("POST", `${principal}?policy_id=masked`, { description: "d", oidc_policy })).body;
    const path = `${principal}/${policy_id}`;
    const sent = { description: "e", oidc_policy: { issuer: "https://b.example", audiences: ["b"] } };
    const one = await ask("PATCH", `${path}?update_mask=oidc_policy.audiences`, sent);
    assert.deepEqual(policyOf(one), { ...oidc_policy, audiences: ["b"] });
    assert.equal(one.body.description, "d");
    const both = await ask("PATCH", path, sent);
    assert.deepEqual(policyOf(both), { ...oidc_policy, ...sent.oidc_policy });
    assert.equal(both.body.description, "e");
    const whole = { oidc_policy: { issuer: "https://c.example", subject: "t" } };
    const all = await ask("PATCH", `${path}?update_mask=*`, whole);
    assert.deepEqual(policyOf(all), {
      issuer: "https://c.example",
      audiences: [world.account_id],
      subject_claim: "sub",
      subject: "t",
    });
    assert.equal(all.body.description, "");
    assert.notEqual(all.body.update_time, all.body.create_time);
    for (const [mask, body] of [
      ["oidc_policy.subject", {}],
      ["oidc_policy", { oidc_policy: { issuer: "http://plain.example", subject: "t" } }],
      ["name", {}],
      ["uid", {}],
      ["", { name: "accounts/x/federationPolicies/y" }],
    ] as const) {
      const { status, body: why } = await ask("PATCH", `${path}?update_mask=${mask}`, body);
      assert.deepEqual([status, why.error_code], [400, "INVALID_PARAMETER_VALUE"], mask);
    }
    assert.deepEqual(policyOf(await ask("GET", path)), policyOf(all));
    await ask("DELETE", path);
  });

  it("refuses policies that break a rule, naming it", async () => {
    const good = { issuer: "https://rule.example", subject: "s" };
    const { secret } = rsa;
    for (const [path, policy, words] of [
      [account, { ...good }, /no 'subject'/],
      [account, { issuer: "https://rule.example", subject_claim: "azp" }, /'azp' cannot name/],
      [principal, { ...good, subject: "" }, /needs a 'subject'/],
      [principal, { ...good, subject_claim: "iss" }, /'iss' cannot name/],
      [principal, { ...good, issuer: "http://rule.example" }, /https URL/],
      [principal, { ...good, issuer: "https://u:p@rule.example" }, /https URL/],
      [principal, { ...good, issuer: `${world.platform.services.site.issuer}` }, /https URL|own tokens/],
      [principal, { ...good, issuer: "" }, /oidc_policy\.issuer/],
      [principal, { ...good, audiences: [" "] }, /cannot be empty/],
      [principal, { ...good, jwks_uri: "http://169.254.169.254/keys" }, /'jwks_uri' is an https URL/],
      [principal, { ...good, jwks_uri: "file:///etc/passwd" }, /'jwks_uri' is an https URL/],
      [principal, { ...good, jwks_uri: "https://rule.example/k", jwks_json: jwks(rsa.jwk) }, /not both/],
      [principal, { ...good, jwks_json: "{}" }, /with a key at least/],
      [principal, { ...good, jwks_json: jwks() }, /with a key at least/],
      [principal, { ...good, jwks_json: jwks(secret) }, /a private key/],
      [principal, { ...good, jwks_json: jwks({ kty: "oct", k: "AAAA" }) }, /RSA and EC/],
    ] as const) {
      const { status, body } = await ask("POST", path, { oidc_policy: policy });
      assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"], JSON.stringify(policy));
      assert.match(String(body.message), words);
      assert.equal(String(body.message).includes(String(secret.d)), false);
    }
    for (const policy_id of ["Upper", "a b", "/a", "a/", "a//b", "ü", "a".repeat(256)]) {
      const { status } = await ask("POST", `${principal}?policy_id=${encodeURIComponent(policy_id)}`, {
        oidc_policy: good,
      });
      assert.equal(status, 400, policy_id);
    }
    const named = { name: "accounts/x/federationPolicies/y", oidc_policy: good };
    assert.equal((await ask("POST", `${principal}?policy_id=y`, named)).status, 400);
  });

  it("holds the account to five issuers and a service principal to twenty policies, and lists them in pages", async () => {
    const { identity } = world.platform.services;
    const app = await identity.servicePrincipals.create({ display_name: "many" });
    const path = `/api/2.0/accounts/${world.account_id}/servicePrincipals/${app.id}/federationPolicies`;
    for (const [where, most, more] of [
      [account, 5, {}],
      [path, 20, { subject: "s" }],
    ] as const) {
      const answers: Answer[] = [];
      for (let n = 0; n <= most; n += 1)
        answers.push(
          await ask("POST", `${where}?policy_id=p-${n}`, { oidc_policy: { issuer: `https://i${n}.example`, ...more } }),
        );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [...Array<number>(most).fill(200), 400],
      );
      assert.equal(answers.at(-1)?.body.error_code, "QUOTA_EXCEEDED");
      const seen: unknown[] = [];
      for (let page = ""; ; ) {
        const { body } = await ask("GET", `${where}?page_size=3&page_token=${page}`);
        seen.push(...(body.policies as JsonObject[]).map((one) => one.policy_id));
        if (!body.next_page_token) break;
        page = String(body.next_page_token);
      }
      assert.equal(new Set(seen).size, most);
    }
    const again = await ask("POST", `${path}?policy_id=p-0`, {
      oidc_policy: { issuer: "https://i0.example", subject: "s" },
    });
    assert.equal(again.body.error_code, "QUOTA_EXCEEDED");
    await ask("DELETE", `${path}/p-19`);
    const taken = await ask("POST", `${path}?policy_id=p-0`, {
      oidc_policy: { issuer: "https://x.example", subject: "s" },
    });
    assert.equal(taken.body.error_code, "RESOURCE_ALREADY_EXISTS");
    await ask("DELETE", `${account}/p-4`);
    const second = await ask("POST", account, { oidc_policy: { issuer: "https://i0.example" } });
    assert.equal(second.body.error_code, "RESOURCE_ALREADY_EXISTS");
    const moved = await ask("PATCH", `${account}/p-1`, { oidc_policy: { issuer: "https://i0.example" } });
    assert.equal(moved.body.error_code, "RESOURCE_ALREADY_EXISTS");
  });

  it("goes with its service principal, and is nobody's but the administrators' to see", async () => {
    const { identity } = world.platform.services;
    const stranger = (await identity.tokens.create(ana.id)).token;
    assert.equal((await world.call(stranger, "GET", account)).status, 403);
    assert.equal((await world.call(stranger, "GET", principal)).status, 404);
    const gone = await identity.servicePrincipals.create({ display_name: "gone" });
    const path = principal.replace(robot.id, gone.id);
    await ask("POST", `${path}?policy_id=p`, { oidc_policy: { issuer: IDP, subject: "s", jwks_json: jwks(rsa.jwk) } });
    await ask("DELETE", `/api/2.0/preview/scim/v2/ServicePrincipals/${gone.id}`);
    assert.equal((await ask("GET", `${path}/p`)).status, 404);
    const answer = await exchange(await token({ sub: "s" }), { client_id: gone.name });
    assert.equal(answer.body.error, "invalid_client");
  });

  it("names the policy in the journal of an exchange, and no claim", async () => {
    const path = `${principal}?policy_id=audited`;
    const { uid } = (
      await ask("POST", path, { oidc_policy: { issuer: IDP, subject: "canary-subject", jwks_json: jwks(rsa.jwk) } })
    ).body;
    const trace_id = "3bf92f3577b34da6a3ce929d0e0e4736";
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      client_id: robot.name,
    };
    const traced = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` };
    const granted = await world.form({ ...form, subject_token: await token({ sub: "canary-subject" }) }, traced);
    assert.equal(granted.status, 200, granted.text);
    await world.form({ ...form, subject_token: await token({ sub: "canary-other" }) }, traced);
    const records = await world.platform.services.audit.trail.byTrace(trace_id);
    const because = records.map(({ because: all }) => all[0]?.detail);
    assert.match(String(because[0]), new RegExp(`by federation policy ${uid}`));
    assert.match(String(because[1]), /SUBJECT_MISMATCH/);
    assert.equal(JSON.stringify(records).includes("canary"), false);
  });
});
