import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import pg from "pg";
import { Browser, formOf } from "../../identity/browser.ts";
import { basic } from "../../identity/world.ts";
import {
  type Attacked,
  attackedWorld,
  earnCode,
  loginOf,
  PASSWORD,
  PERSON,
  type Said,
  throughPages,
} from "./attacked.ts";

const APP = "https://app.example/callback";
const OTHER = "https://other.example/callback";

describe("attacks on the authorization server", () => {
  let world: Attacked;
  let app: { client_id: string; client_secret: string };
  let confidential: { client_id: string; client_secret: string };

  before(async () => {
    world = await attackedWorld();
    app = await world.app("reports", { redirect_urls: [APP, OTHER] });
    confidential = await world.app("portal", { redirect_urls: [APP], confidential: true });
  });
  after(() => world?.[Symbol.asyncDispose]());

  const codeOf = (more: Readonly<Record<string, string>> = {}, browser?: Browser) =>
    earnCode(world.base, { client_id: app.client_id, redirect_uri: APP, ...more }, browser);
  const refresh = (said: Said, client_id = app.client_id) =>
    world.token({ grant_type: "refresh_token", refresh_token: String(said.body.refresh_token), client_id });
  const refused = (said: Said, error: string): void => {
    assert.equal(said.body.error, error, said.text);
    assert.equal(said.body.access_token, undefined);
  };

  it("gives a token for an honest login, so that each refusal below has one cause", async () => {
    const { redeem } = await codeOf();
    const said = await world.token(redeem);
    assert.equal(said.status, 200, said.text);
    assert.equal((await refresh(said)).status, 200);
  });

  it("compares a redirect address character by character, and redirects nowhere when it is another", async () => {
    const near = [
      ...["/", "/x", "/../callback", "/%2e%2e/evil", "?x=1", "?", "#", "#x", "%00", "%0a", " ", "\\", ";x", "//"],
    ].map((end) => `${APP}${end}`);
    const others = [
      "https://app.example:444/callback",
      "https://app.example:443/callback",
      "http://app.example/callback",
      "https://APP.example/callback",
      "HTTPS://app.example/callback",
      "https://app.example/Callback",
      "https://app.example/call%62ack",
      "https://app.example./callback",
      "https://app.example@evil.example/callback",
      "https://app.example\\@evil.example/callback",
      "https://app.example%2f@evil.example/callback",
      "https://app.example%252f@evil.example/callback",
      "https://user@app.example/callback",
      "https://evil.example/?https://app.example/callback",
      "https://app.example.evil.example/callback",
      "//app.example/callback",
      "/callback",
      "https:app.example/callback",
      "https:\\\\app.example\\callback",
      "\thttps://app.example/callback",
      "https://аpp.example/callback",
      "javascript:alert(1)//https://app.example/callback",
      "data:text/html,x",
      "*",
      "",
    ];
    for (const redirect_uri of [...near, ...others]) {
      const { status, location, page } = await new Browser(world.base).visit(
        loginOf({ client_id: app.client_id, redirect_uri }).path,
      );
      assert.deepEqual([status, location], [400, null], `${redirect_uri}: ${page}`);
    }
  });

  it("takes another port of a loopback address, and no other host, path or scheme of it", async () => {
    const at = async (redirect_uri: string) =>
      new Browser(world.base).visit(loginOf({ client_id: "databricks-cli", redirect_uri }).path);
    assert.equal((await at("http://localhost:50123")).status, 303);
    for (const redirect_uri of [
      ...["http://localhost:8020/x", "https://localhost:8020", "http://localhost.evil.example:8020"],
      ...["http://localhost@evil.example:8020", "http://localhost:8020@evil.example", "http://127.1:8020"],
      ...["http://0.0.0.0:8020", "http://[::ffff:127.0.0.1]:8020", "http://2130706433:8020", "http://localhost:8020?x"],
      ...["http://localhost:8020#x", "http://127.0.0.2:8020", "http://localhost:99999", "http://localhost:"],
    ]) {
      const { status, location } = await at(redirect_uri);
      // "http://localhost:" is the registered address on port 80: the port alone may differ.
      if (redirect_uri === "http://localhost:") assert.ok(status === 303 || location === null);
      else assert.deepEqual([status, location], [400, null], redirect_uri);
    }
  });

  it("never redirects before client and address are known, whatever else is wrong, nor to an address sent twice", async () => {
    const { path, fields } = loginOf({ client_id: app.client_id, redirect_uri: APP });
    const evil = encodeURIComponent("https://evil.example/");
    for (const asked of [
      path.replace(app.client_id, "nobody"),
      path.replace(app.client_id, encodeURIComponent("' OR 1=1 --")),
      `${path}&redirect_uri=${evil}`,
      path.replace("redirect_uri=", `redirect_uri=${evil}&redirect_uri=`),
      `${path}&client_id=${confidential.client_id}`,
      loginOf({ client_id: app.client_id, redirect_uri: "https://evil.example/", scope: "fly" }).path,
      loginOf({ client_id: app.client_id, redirect_uri: "https://evil.example/", response_type: "token" }).path,
      loginOf({ client_id: "nobody", redirect_uri: "https://evil.example/", prompt: "none" }).path,
      `/oidc/v1/authorize?${new URLSearchParams({ redirect_uri: "https://evil.example/" })}`,
    ]) {
      const { status, location } = await new Browser(world.base).visit(asked);
      assert.ok(status >= 400 && status < 500 && location === null, `${asked}: ${status} ${location}`);
    }
    const posted = await new Browser(world.base).visit("/oidc/v1/authorize", {
      ...fields,
      redirect_uri: "https://evil.example/",
    });
    assert.deepEqual([posted.status, posted.location], [400, null]);
  });

  it("asks for S256: no challenge, plain, another method or a short challenge is refused", async () => {
    for (const more of [
      { code_challenge: "", code_challenge_method: "" },
      { code_challenge: "" },
      { code_challenge_method: "plain" },
      { code_challenge_method: "" },
      { code_challenge_method: "s256" },
      { code_challenge_method: "S512" },
      { code_challenge: "short" },
    ]) {
      const { location } = await new Browser(world.base).visit(
        loginOf({ client_id: app.client_id, redirect_uri: APP, ...more }).path,
      );
      const back = new URL(location ?? assert.fail(JSON.stringify(more)));
      assert.equal(back.searchParams.get("error"), "invalid_request", JSON.stringify(more));
      assert.equal(back.searchParams.get("code"), null);
    }
  });

  it("redeems a code by its own verifier alone: not by none, another, the challenge, or one of other length", async () => {
    const challenge = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");
    for (const change of [
      () => ({ code_verifier: "" }),
      () => ({ code_verifier: randomBytes(32).toString("base64url") }),
      (verifier: string) => ({ code_verifier: challenge(verifier) }),
      (verifier: string) => ({ code_verifier: `${verifier}A` }),
      (verifier: string) => ({ code_verifier: verifier.slice(1) }),
      (verifier: string) => ({ code_verifier: verifier.toUpperCase() }),
    ]) {
      const { redeem } = await codeOf();
      const said = await world.token({ ...redeem, ...change(redeem.code_verifier!) });
      assert.ok(["invalid_grant", "invalid_request"].includes(String(said.body.error)), said.text);
      assert.equal(said.body.access_token, undefined);
    }
    const { redeem } = await codeOf();
    const { code_verifier: _none, ...without } = redeem;
    assert.equal((await world.token(without)).body.access_token, undefined);
  });

  it("redeems a code once: a replay ends every token of the login, also when the thief was first", async () => {
    const { redeem } = await codeOf();
    const first = await world.token(redeem);
    const next = await refresh(first);
    refused(await world.token(redeem), "invalid_grant");
    refused(await refresh(next), "invalid_grant");
    refused(await refresh(first), "invalid_grant");
  });

  it("redeems a code for the client, the address and the resource it was made for", async () => {
    const other = await world.app("other", { redirect_urls: [APP] });
    const mcp = `${world.base}/api/2.0/mcp/functions/aviation/safety`;
    for (const change of [
      { client_id: other.client_id },
      { client_id: "databricks-cli" },
      { client_id: confidential.client_id, client_secret: confidential.client_secret },
      { redirect_uri: OTHER },
      { redirect_uri: `${APP}/` },
      { resource: mcp },
      { resource: "https://evil.example/" },
    ]) {
      const { redeem } = await codeOf();
      const said = await world.token({ ...redeem, ...change });
      assert.ok(["invalid_grant", "invalid_target", "invalid_request"].includes(String(said.body.error)), said.text);
      assert.equal(said.body.access_token, undefined);
    }
    const bound = await codeOf({ resource: mcp });
    const said = await world.token({ ...bound.redeem, resource: `${mcp}2` });
    assert.equal(said.body.access_token, undefined, said.text);
    assert.notEqual(said.status, 200);
    const { redirect_uri: _none, ...without } = (await codeOf()).redeem;
    assert.equal((await world.token(without)).body.access_token, undefined);
  });

  it("keeps a code that another client sent from that client, and gives no token to it later either", async () => {
    const other = await world.app("thief", { redirect_urls: [APP] });
    const { redeem } = await codeOf();
    refused(await world.token({ ...redeem, client_id: other.client_id }), "invalid_grant");
    refused(await world.token({ ...redeem, client_id: other.client_id }), "invalid_grant");
  });

  it("renews a refresh token at each use: an old one that comes back ends the family, whoever sent it", async () => {
    const first = await world.token((await codeOf()).redeem);
    const second = await refresh(first);
    const third = await refresh(second);
    assert.equal(third.status, 200);
    refused(await refresh(first), "invalid_grant");
    for (const each of [first, second, third]) refused(await refresh(each), "invalid_grant");
  });

  it("takes a refresh token from its own client alone, for no more scope, and for no other resource", async () => {
    const first = await world.token((await codeOf()).redeem);
    refused(await refresh(first, "databricks-cli"), "invalid_grant");
    const form = {
      grant_type: "refresh_token",
      client_id: app.client_id,
      refresh_token: String(first.body.refresh_token),
    };
    refused(await world.token({ ...form, scope: "all-apis" }), "invalid_scope");
    const used = await world.token(form);
    assert.equal(used.status, 200, used.text);
    assert.equal(used.body.scope, "sql");
    const resource = `${world.base}/api/2.0/mcp/functions/a/b`;
    const elsewhere = await world.token({ ...form, refresh_token: String(used.body.refresh_token), resource });
    refused(elsewhere, "invalid_request");
  });

  it("ends a login after the life of what the person allowed, however often its token is renewed", async () => {
    const browser = new Browser(world.base);
    let said = await world.token((await codeOf({}, browser)).redeem);
    const ends = (await grantEnds()).sort().at(-1)!;
    for (let i = 0; i < 3; i += 1) said = await refresh(said);
    assert.equal(said.status, 200);
    assert.equal((await grantEnds()).sort().at(-1), ends);
    assert.ok(Date.parse(ends) - Date.now() <= 90 * 24 * 60 * 60 * 1000);
    await database("UPDATE authorization_models SET expires_at = now() - interval '1 s' WHERE kind = 'Grant'");
    refused(await refresh(said), "invalid_grant");
  });

  it("logs a browser out twelve hours after its login, however often it comes back", async () => {
    const browser = new Browser(world.base);
    const sessions = async () =>
      (await database("SELECT expires_at FROM authorization_models WHERE kind = 'Session' ORDER BY expires_at")).map(
        ({ expires_at }) => new Date(String(expires_at)).getTime(),
      );
    await codeOf({}, browser);
    const [last] = (await sessions()).slice(-1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await codeOf({}, browser);
    const [renewed] = (await sessions()).slice(-1);
    assert.ok(Math.abs(renewed! - last!) <= 1_500, `${renewed! - last!} ms later`);
  });

  it("says who answers, in a success and in every error that is redirected", async () => {
    const expected = `${world.base}/oidc`;
    const { path } = loginOf({ client_id: app.client_id, redirect_uri: APP });
    const { at } = await throughPages(new Browser(world.base), path, APP);
    assert.equal(at.searchParams.get("iss"), expected);
    for (const more of [
      { scope: "fly" },
      { code_challenge_method: "plain" },
      { response_type: "token" },
      { prompt: "none" },
      { resource: "https://evil.example/" },
    ]) {
      const { location } = await new Browser(world.base).visit(
        loginOf({ client_id: app.client_id, redirect_uri: APP, ...more }).path,
      );
      const back = new URL(location ?? assert.fail(JSON.stringify(more)));
      const said = new URLSearchParams(back.search || back.hash.slice(1));
      assert.ok(said.get("error"));
      assert.equal(said.get("iss"), expected, back.href);
    }
    const browser = new Browser(world.base);
    const { page } = await browser.follow(path, APP);
    const { location } = await browser.visit(formOf(page), { answer: "refuse" });
    const { at: no } = await browser.follow(location!, APP);
    assert.deepEqual(
      [new URL(no).searchParams.get("error"), new URL(no).searchParams.get("iss")],
      ["access_denied", expected],
    );
  });

  it("serves one issuer, byte by byte, at every address of its metadata", async () => {
    for (const path of [
      "/oidc/.well-known/oauth-authorization-server",
      "/oidc/.well-known/openid-configuration",
      "/.well-known/oauth-authorization-server/oidc",
      "/.well-known/openid-configuration/oidc",
      `/oidc/accounts/${world.account_id}/.well-known/oauth-authorization-server`,
    ]) {
      const { body } = await world.call(null, "GET", path);
      assert.equal(body.issuer, `${world.base}/oidc`, path);
      assert.equal(body.authorization_response_iss_parameter_supported, true);
      assert.deepEqual(body.code_challenge_methods_supported, ["S256"]);
    }
  });

  it("asks a person again for another client, more scope, or another host, in a browser that said yes before", async () => {
    const browser = new Browser(world.base);
    const asked = async (parameters: Readonly<Record<string, string>> & { redirect_uri: string }) => {
      const { path } = loginOf({ scope: "sql", ...parameters });
      const { pages } = await throughPages(browser, path, parameters.redirect_uri);
      return pages.filter((page) => page.includes("asks to:")).length;
    };
    const { client_id } = app;
    assert.equal(await asked({ client_id, redirect_uri: APP }), 1);
    assert.equal(await asked({ client_id, redirect_uri: APP }), 0);
    assert.equal(await asked({ client_id, redirect_uri: APP, scope: "sql unity-catalog" }), 1);
    assert.equal(await asked({ client_id, redirect_uri: OTHER }), 1);
    assert.equal(await asked({ client_id, redirect_uri: OTHER }), 0);
    const late = await world.app("late", { redirect_urls: [APP] });
    assert.equal(await asked({ client_id: late.client_id, redirect_uri: APP }), 1);
    const mcp = `${world.base}/api/2.0/mcp/functions/a/b`;
    assert.equal(await asked({ client_id, redirect_uri: APP, resource: mcp }), 1);
    const silent = loginOf({ client_id: confidential.client_id, redirect_uri: APP, prompt: "none" });
    const { location } = await browser.visit(silent.path);
    assert.match(location ?? "", /error=(consent|interaction)_required/);
  });

  it("takes an answer only from the page's own browser and site, for its own interaction, once", async () => {
    const start = async (browser: Browser) => {
      const { page } = await browser.follow(loginOf({ client_id: app.client_id, redirect_uri: APP }).path, APP);
      return { form: formOf(page), page };
    };
    const victim = new Browser(world.base);
    const { form } = await start(victim);
    const answer = { name: PERSON, password: PASSWORD, answer: "login" };
    for (const site of ["cross-site", "same-site"])
      assert.equal((await victim.visit(form, answer, { "sec-fetch-site": site })).status, 400);
    for (const origin of ["https://evil.example", "null", "http://localhost:1"])
      assert.equal((await victim.visit(form, answer, { origin })).status, 403);
    const attacker = new Browser(world.base);
    const { form: theirs } = await start(attacker);
    assert.equal((await victim.visit(theirs, answer)).status, 400);
    assert.equal((await new Browser(world.base).visit(form, answer)).status, 400);
    // Consent cannot be given before the login, by a form that skips it.
    const skipped = await victim.visit(form, { answer: "allow" });
    assert.match(skipped.page, /name="password"/);
    const { location } = await victim.visit(form, answer);
    assert.ok(location);
    const { page } = await victim.follow(location, APP);
    assert.match(page, /asks to:/);
    const allow = await victim.visit(formOf(page), { answer: "allow" });
    await victim.follow(allow.location!, APP);
    assert.equal((await victim.visit(formOf(page), { answer: "allow" })).status, 400);
  });

  it("shows its pages in no frame, with no script and nothing from elsewhere", async () => {
    const browser = new Browser(world.base);
    const first = await browser.follow(loginOf({ client_id: app.client_id, redirect_uri: APP }).path, APP);
    const { location } = await browser.visit(formOf(first.page), { name: PERSON, password: PASSWORD, answer: "login" });
    const second = await browser.follow(location!, APP);
    for (const { page, response } of [first, second]) {
      const policy = response.headers.get("content-security-policy") ?? "";
      for (const word of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
        assert.ok(policy.includes(word));
      assert.equal(response.headers.get("x-frame-options"), "DENY");
      assert.equal(response.headers.get("referrer-policy"), "same-origin");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.doesNotMatch(page, /<script|<iframe|<img|src=/);
    }
  });

  it("keeps cookies from scripts and other sites; over plain http on the own machine they have no __Host- name", async () => {
    const browser = new Browser(world.base);
    const { page, response } = await browser.visit(loginOf({ client_id: app.client_id, redirect_uri: APP }).path);
    assert.equal(page.includes("lakeward_"), false);
    const set = response.headers.getSetCookie();
    assert.ok(set.length > 0);
    for (const cookie of set) {
      assert.match(cookie, /; httponly/i);
      assert.match(cookie, /; samesite=lax/i);
      assert.doesNotMatch(cookie, /; domain=/i);
    }
    await throughPages(browser, loginOf({ client_id: app.client_id, redirect_uri: APP }).path, APP);
    assert.ok(browser.cookies.some((one) => one.startsWith("lakeward_session=")));
  });

  it("makes a browser's session cookie anew at the login, so that a planted one is worth nothing", async () => {
    const browser = new Browser(world.base);
    const session = () => browser.cookies.find((one) => one.startsWith("lakeward_session="));
    await codeOf({}, browser);
    const before_it = session();
    assert.ok(before_it);
    await throughPages(browser, loginOf({ client_id: app.client_id, redirect_uri: APP, prompt: "login" }).path, APP);
    assert.notEqual(session(), before_it);
  });

  it("takes nothing from a confidential client but its secret: not none, not another's, not a public client's way", async () => {
    const { client_id, client_secret } = await world.app("guarded", { redirect_urls: [APP], confidential: true });
    const code = () => codeOf({ client_id });
    for (const more of [
      {},
      { client_secret: "" },
      { client_secret: `${client_secret}x` },
      { client_secret: client_secret.slice(1) },
      { client_secret: app.client_id },
      { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: "e30.e30." },
    ])
      refused(await world.token({ ...(await code()).redeem, ...more }), "invalid_client");
    refused(await world.token((await code()).redeem, { authorization: basic(client_id, "wrong") }), "invalid_client");
    refused(await world.token((await code()).redeem, { authorization: basic(client_id, "") }), "invalid_client");
  });

  it("renews and ends a confidential client's login for whoever has its secret, and nobody else", async () => {
    const { client_id, client_secret } = await world.app("renewed", { redirect_urls: [APP], confidential: true });
    const said = await world.token({ ...(await codeOf({ client_id })).redeem, client_secret });
    assert.equal(said.status, 200, said.text);
    refused(await refresh(said, client_id), "invalid_client");
    const form = new URLSearchParams({ token: String(said.body.refresh_token), client_id });
    assert.equal((await fetch(`${world.base}/oidc/v1/revoke`, { method: "POST", body: form })).status, 401);
    const used = await world.token({
      ...{ grant_type: "refresh_token", refresh_token: String(said.body.refresh_token), client_id, client_secret },
    });
    assert.equal(used.status, 200, used.text);
  });

  it("takes a secret in one place, once, and one client", async () => {
    const { client_id, client_secret } = await world.app("once", { redirect_urls: [APP], confidential: true });
    const authorization = basic(client_id, client_secret);
    const { redeem } = await codeOf({ client_id });
    const body = String(new URLSearchParams(redeem));
    for (const [form, headers] of [
      [{ ...redeem, client_secret }, { authorization }],
      [{ ...redeem, client_id: app.client_id }, { authorization }],
      [`${body}&client_secret=${client_secret}&client_secret=${client_secret}`, {}],
      [`${body}&client_secret=${client_secret}&client_id=${app.client_id}`, {}],
      [`${body}&grant_type=client_credentials&client_secret=${client_secret}`, {}],
    ] as const) {
      const said = await world.token(form, headers);
      refused(said, "invalid_request");
    }
    const query = `?client_id=${client_id}&client_secret=${client_secret}`;
    const { client_id: _id, ...without } = redeem;
    const response = await fetch(`${world.base}/oidc/v1/token${query}`, {
      method: "POST",
      body: new URLSearchParams(without),
    });
    assert.notEqual(response.status, 200);
    assert.ok(!(await response.text()).includes(client_secret));
  });

  it("stops guessing a client's secret, whatever the spelling of its id, and says when to try again", async () => {
    const robot = await world.platform.services.identity.servicePrincipals.create({ display_name: "guessed" });
    const { secret } = await world.platform.services.identity.secrets.create(robot.id);
    const attempt = (name: string, guess: string) =>
      world.token({ grant_type: "client_credentials" }, { authorization: basic(name, guess) });
    const answers: Said[] = [];
    for (let i = 0; i < 12; i += 1)
      answers.push(await attempt(i % 2 ? robot.name : robot.name.toUpperCase(), `guess-${i}`));
    assert.ok(answers.slice(0, 5).every(({ status }) => status === 401));
    const last = answers.at(-1)!;
    assert.equal(last.status, 429, last.text);
    assert.ok(Number(last.headers.get("retry-after")) > 0);
    assert.equal((await attempt(robot.name, secret)).status, 429);
  });

  async function database(statement: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: world.database_url });
    await client.connect();
    try {
      return (await client.query(statement)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }
  const grantEnds = async (): Promise<string[]> =>
    (await database("SELECT expires_at FROM authorization_models WHERE kind = 'Grant'")).map(({ expires_at }) =>
      (expires_at as Date).toISOString(),
    );
});

describe("attacks on the authorization server behind TLS", () => {
  it("keeps its session in a __Host- cookie, that no other host can set and no plain request carries", async () => {
    await using world = await attackedWorld({ public_url: "https://lake.example" });
    const { client_id } = await world.app("reports", { redirect_urls: [APP] });
    const browser = new Browser(world.base);
    const { location, response } = await browser.visit(loginOf({ client_id, redirect_uri: APP }).path);
    const { page } = await browser.visit(location!);
    const { location: on } = await browser.visit(formOf(page), { name: PERSON, password: PASSWORD, answer: "login" });
    assert.ok(on?.startsWith("https://lake.example/"));
    const resumed = await browser.visit(new URL(on ?? "").pathname);
    const set = [...response.headers.getSetCookie(), ...resumed.response.headers.getSetCookie()];
    for (const cookie of set) assert.match(cookie, /; secure/i);
    const session = set.find((one) => one.startsWith("__Host-lakeward_session="));
    assert.match(session ?? "", /; path=\/;/i);
    assert.doesNotMatch(session ?? "", /domain=/i);
  });
});
