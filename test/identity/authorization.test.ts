import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freePort } from "../world/free-port.ts";
import { Browser, formOf } from "./browser.ts";

const CALLBACK = "http://localhost:8020";
const PASSWORD = "correct horse battery";

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly error?: string;
  readonly error_description?: string;
}

describe("logging in by browser", () => {
  let data_dir: string;
  let platform: Platform;
  let base: string;
  let ida: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-login-"));
    const port = await freePort();
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    base = `http://localhost:${port}`;
    const { identity } = platform.services;
    for (const name of ["ida@board.example", "lock@board.example", "slow@board.example"]) {
      const { id } = await identity.users.create({ name });
      await identity.authorization.passwords.set(id, PASSWORD);
      if (name.startsWith("ida")) ida = id;
    }
  });
  after(async () => {
    await platform?.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  const verifier = randomBytes(32).toString("base64url");
  const request = (more: Readonly<Record<string, string>> = {}): string => {
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const parameters = {
      ...{ client_id: "databricks-cli", redirect_uri: CALLBACK, response_type: "code", state: "s1" },
      ...{ code_challenge: challenge, code_challenge_method: "S256", scope: "all-apis offline_access", ...more },
    };
    return `/oidc/v1/authorize?${new URLSearchParams(parameters)}`;
  };
  const login = { name: "ida@board.example", password: PASSWORD, answer: "login" };

  /** From the authorize address to the callback, with the person saying yes. */
  async function callback(browser = new Browser(base), more: Readonly<Record<string, string>> = {}): Promise<URL> {
    let { at, page } = await browser.follow(request(more), CALLBACK);
    for (let step = 0; step < 4 && !at.startsWith(CALLBACK); step += 1) {
      const answer = page.includes('name="password"') ? login : { answer: "allow" };
      const { location } = await browser.visit(formOf(page), answer);
      assert.ok(location, page);
      const next = await browser.follow(location, CALLBACK);
      at = next.at;
      page = next.page;
    }
    return new URL(at);
  }

  async function token(form: Readonly<Record<string, string>>): Promise<{ status: number; body: Tokens }> {
    const response = await fetch(`${base}/oidc/v1/token`, { method: "POST", body: new URLSearchParams(form) });
    return { status: response.status, body: (await response.json()) as Tokens };
  }
  const redeem = (code: string, more: Readonly<Record<string, string>> = {}) =>
    token({
      ...{ grant_type: "authorization_code", code, redirect_uri: CALLBACK, client_id: "databricks-cli" },
      ...{ code_verifier: verifier, ...more },
    });
  const refresh = (refresh_token: string) =>
    token({ grant_type: "refresh_token", refresh_token, client_id: "databricks-cli" });
  const codeOf = (url: URL): string => url.searchParams.get("code") ?? assert.fail(url.href);

  async function me(access_token: string): Promise<string | undefined> {
    const headers = { authorization: `Bearer ${access_token}` };
    const response = await fetch(`${base}/api/2.0/preview/scim/v2/Me`, { headers });
    return ((await response.json()) as { userName?: string }).userName;
  }

  it("gives the CLI a token that acts as the person, in the one format of this server", async () => {
    const back = await callback();
    assert.equal(back.searchParams.get("state"), "s1");
    assert.equal(back.searchParams.get("iss"), `${base}/oidc`);
    const { status, body } = await redeem(codeOf(back));
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.expires_in, 3600);
    assert.equal(await me(body.access_token), "ida@board.example");
    const [header, claims] = body.access_token
      .split(".")
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>);
    const { keys } = (await (await fetch(`${base}/oidc/jwks.json`)).json()) as { keys: { kid: string }[] };
    assert.deepEqual(header, { alg: "RS256", typ: "at+jwt", kid: keys[0]?.kid });
    const { iss, aud, sub, client_id, principal_id } = claims!;
    assert.deepEqual(
      { iss, aud, sub, client_id, principal_id },
      {
        ...{ iss: `${base}/oidc`, aud: platform.services.site.workspace_id, sub: "ida@board.example" },
        ...{ client_id: "databricks-cli", principal_id: ida },
      },
    );
  });

  it("lets the port of a loopback address vary, and refuses any other address without redirecting to it", async () => {
    const { at, page } = await new Browser(base).follow(request({ redirect_uri: "http://localhost:8033" }), CALLBACK);
    assert.match(at, /interaction/);
    assert.match(page, /Databricks CLI/);
    for (const redirect_uri of [
      "https://evil.example",
      "http://localhost.evil.example:8020",
      "http://localhost:8020/x",
    ]) {
      const { status, location, page: body } = await new Browser(base).visit(request({ redirect_uri }));
      assert.deepEqual([status, location], [400, null], redirect_uri);
      assert.match(body, /redirect_uri/);
    }
  });

  it("renews a refresh token at each use, and ends all of the login when an old one comes back", async () => {
    const { body: first } = await redeem(codeOf(await callback()));
    const { body: second } = await refresh(first.refresh_token!);
    assert.equal(await me(second.access_token), "ida@board.example");
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal((await refresh(first.refresh_token!)).body.error, "invalid_grant");
    assert.equal((await refresh(second.refresh_token!)).body.error, "invalid_grant");
  });

  it("gives one token for one code: of ten requests at once one gets it, and a later one ends the login", async () => {
    const code = codeOf(await callback());
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(code)));
    const got = answers.filter(({ status }) => status === 200);
    assert.equal(got.length, 1);
    for (const { status, body } of answers)
      assert.ok(status === 200 || body.error === "invalid_grant", JSON.stringify(body));
    assert.equal((await redeem(code)).body.error, "invalid_grant");
    assert.equal((await refresh(got[0]!.body.refresh_token!)).body.error, "invalid_grant");
  });

  it("refuses a code with another verifier, another client's id, or another address", async () => {
    for (const more of [
      { code_verifier: randomBytes(32).toString("base64url") },
      { redirect_uri: "http://127.0.0.1:8020" },
      { client_id: "nobody" },
    ]) {
      const { status, body } = await redeem(codeOf(await callback()), more);
      assert.ok(status >= 400 && !("access_token" in body), JSON.stringify(body));
    }
  });

  for (const [title, more, expected] of [
    ["no PKCE", { code_challenge: "", code_challenge_method: "" }, "invalid_request"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
    ["an unknown scope, named", { scope: "all-apis fly" }, "invalid_scope"],
    ["the implicit flow", { response_type: "token" }, "unsupported_response_type"],
    ["a foreign resource", { resource: "https://elsewhere.example/" }, "invalid_target"],
  ] as const) {
    it(`tells the client by redirect that it is refused: ${title}`, async () => {
      const { location } = await new Browser(base).visit(request(more));
      const back = new URL(location ?? assert.fail("no redirect"));
      assert.equal(`${back.origin}`, CALLBACK);
      const said = new URLSearchParams(back.search || back.hash.slice(1));
      assert.equal(said.get("error"), expected);
      if (title.includes("scope")) assert.match(said.get("error_description")!, /fly/);
      assert.equal(said.get("code"), null);
    });
  }

  it("takes no for an answer, at the login and at the consent", async () => {
    for (const stop of ["login", "consent"]) {
      const browser = new Browser(base);
      let { page } = await browser.follow(request(), CALLBACK);
      if (stop === "consent") {
        const { location } = await browser.visit(formOf(page), login);
        ({ page } = await browser.follow(location!, CALLBACK));
        assert.match(page, /everything you may do/);
      }
      const { location } = await browser.visit(formOf(page), { answer: "refuse" });
      const { at } = await browser.follow(location!, CALLBACK);
      assert.equal(new URL(at).searchParams.get("error"), "access_denied");
    }
  });

  it("asks for consent again though the browser is logged in: another program may have sent it", async () => {
    const browser = new Browser(base);
    await callback(browser);
    const { page } = await browser.follow(request(), CALLBACK);
    assert.match(page, /Allow Databricks CLI\?/);
    assert.match(page, /ida@board\.example/);
    assert.match(page, /localhost:8020/);
  });

  it("goes on only in the browser that began, and only with a form of this site", async () => {
    const browser = new Browser(base);
    const { page } = await browser.follow(request(), CALLBACK);
    const elsewhere = await new Browser(base).visit(formOf(page), login);
    assert.equal(elsewhere.status, 400);
    assert.match(elsewhere.page, /another browser/);
    const crossed = await browser.visit(formOf(page), login, { "sec-fetch-site": "cross-site" });
    assert.equal(crossed.status, 400);
    assert.equal((await browser.visit(formOf(page), login)).status, 303);
  });

  it("shows pages that no other site can frame, that load nothing, and that repeat nothing unescaped", async () => {
    const browser = new Browser(base);
    const { page, response } = await browser.follow(request(), CALLBACK);
    assert.match(response.headers.get("content-security-policy")!, /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(response.headers.get("cache-control"), "no-store");
    const name = `"><script>alert(1)</script>`;
    const { page: again, status } = await browser.visit(formOf(page), { ...login, name, password: "x" });
    assert.equal(status, 401);
    assert.ok(!again.includes("<script>"));
  });

  it("locks an account after ten wrong passwords, says the same as for an unknown one, and leaves others alone", async () => {
    const attempt = async (name: string, password: string) => {
      const browser = new Browser(base);
      const { page } = await browser.follow(request(), CALLBACK);
      return browser.visit(formOf(page), { ...login, name, password });
    };
    const shown = ({ page, status }: { page: string; status: number }) =>
      `${status} ${page.replaceAll(/value="[^"]*@[^"]*"|interaction\/[\w-]+/g, "")}`;
    const unknown = shown(await attempt("nobody@board.example", "wrong password"));
    assert.equal(shown(await attempt("lock@board.example", "wrong password")), unknown);
    const { passwords } = platform.services.identity.authorization;
    for (let i = 0; i < 9; i += 1)
      assert.equal(await passwords.check("lock@board.example", "wrong password"), undefined);
    assert.equal(shown(await attempt("lock@board.example", PASSWORD)), unknown);
    assert.equal((await attempt("ida@board.example", PASSWORD)).status, 303);
  });

  it("shows who failed too often at one address when to try again, alike whether there is such a person", async () => {
    const answers = [];
    for (const name of ["slow@board.example", "slew@board.example"]) {
      const browser = new Browser(base);
      const { page } = await browser.follow(request(), CALLBACK);
      const form = formOf(page);
      const attempt = (more: object) => browser.visit(form, { ...login, name, password: "wrong password", ...more });
      for (let i = 0; i < 5; i += 1) assert.equal((await attempt({})).status, 401);
      const { status, page: told, response } = await attempt({ password: PASSWORD });
      assert.equal(status, 429);
      const seconds = Number(response.headers.get("retry-after"));
      assert.ok(seconds > 0 && seconds <= 1800, String(seconds));
      answers.push(told.replaceAll(/\d+ seconds|value="[^"]*@[^"]*"|interaction\/[\w-]+/g, ""));
    }
    assert.match(answers[0]!, /<p role="alert">Too many attempts\. Try again in \./);
    assert.equal(answers[0], answers[1]);
  });

  it("ends a login by its refresh token", async () => {
    const { body } = await redeem(codeOf(await callback()));
    const form = new URLSearchParams({ token: body.refresh_token!, client_id: "databricks-cli" });
    assert.equal((await fetch(`${base}/oidc/v1/revoke`, { method: "POST", body: form })).status, 200);
    assert.equal((await refresh(body.refresh_token!)).body.error, "invalid_grant");
  });

  it("gives no new token to a person who was deactivated", async () => {
    const { body } = await redeem(codeOf(await callback()));
    const { users } = platform.services.identity;
    await users.setActive(ida, false);
    assert.equal((await refresh(body.refresh_token!)).body.error, "invalid_grant");
    assert.equal(await me(body.access_token), undefined);
    await users.setActive(ida, true);
  });

  it("goes on after the signing key was rotated", async () => {
    const { body } = await redeem(codeOf(await callback()));
    await platform.services.identity.rotateSigningKey();
    const { body: next } = await refresh(body.refresh_token!);
    assert.equal(await me(next.access_token), "ida@board.example");
    assert.equal(await me((await redeem(codeOf(await callback()))).body.access_token), "ida@board.example");
  });
});
