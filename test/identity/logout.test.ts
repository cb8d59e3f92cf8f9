import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, mock } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freshDatabase } from "../world/database.ts";
import { freePort } from "../world/free-port.ts";
import { Browser, formOf } from "./browser.ts";

const CALLBACK = "http://localhost:8020";
const PASSWORD = "correct horse battery";
const HOUR_MS = 60 * 60 * 1000;
const VERIFIER = "a-verifier-of-which-nobody-knows-but-who-made-it";

interface Served extends AsyncDisposable {
  readonly platform: Platform;
  readonly base: string;
}

async function served(public_url?: string): Promise<Served> {
  const database = await freshDatabase();
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-logout-"));
  const port = await freePort();
  const platform = await boot({
    ...{ data_dir, port, tls_port: 0, database_url: database.url, log: silentLog, progress: () => {} },
    ...(public_url !== undefined && { public_url }),
  });
  const { identity } = platform.services;
  const { id } = await identity.users.create({ name: "ida@board.example" });
  await identity.authorization.passwords.set(id, PASSWORD);
  return {
    platform,
    base: `http://localhost:${port}`,
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await rm(data_dir, { recursive: true, force: true });
      await database[Symbol.asyncDispose]();
    },
  };
}

const request = `/oidc/v1/authorize?${new URLSearchParams({
  ...{ client_id: "databricks-cli", redirect_uri: CALLBACK, response_type: "code", scope: "all-apis offline_access" },
  ...{ code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"), code_challenge_method: "S256" },
})}`;

/** Which page a new login comes to. */
async function pageOf(browser: Browser): Promise<"login" | "consent"> {
  const { page } = await browser.follow(request, CALLBACK);
  return page.includes('name="password"') ? "login" : "consent";
}

/** Logs in and allows the client. @returns the refresh token. */
async function logIn(browser: Browser, base: string): Promise<string> {
  const { page } = await browser.follow(request, CALLBACK);
  const { location } = await browser.visit(formOf(page), {
    ...{ name: "ida@board.example", password: PASSWORD, answer: "login" },
  });
  const consent = await browser.follow(location!, CALLBACK);
  const { location: allowed } = await browser.visit(formOf(consent.page), { answer: "allow" });
  const { at } = await browser.follow(allowed!, CALLBACK);
  const form = new URLSearchParams({
    ...{ grant_type: "authorization_code", code: new URL(at).searchParams.get("code")!, redirect_uri: CALLBACK },
    ...{ client_id: "databricks-cli", code_verifier: VERIFIER },
  });
  const response = await fetch(`${base}/oidc/v1/token`, { method: "POST", body: form });
  const { refresh_token } = (await response.json()) as { refresh_token?: string };
  return refresh_token ?? assert.fail("no refresh token");
}

const xsrfOf = (page: string): string => /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? assert.fail(page);

describe("logging out", () => {
  let world: Served;
  before(async () => {
    world = await served();
  });
  after(() => world[Symbol.asyncDispose]());

  const loggedIn = async (): Promise<Browser> => {
    const browser = new Browser(world.base);
    await logIn(browser, world.base);
    assert.equal(await pageOf(browser), "consent");
    return browser;
  };
  const confirm = (browser: Browser, xsrf: string, headers = {}) =>
    browser.visit("/oidc/v1/logout/confirm", { xsrf, logout: "yes" }, headers);

  it("asks first, then ends the session, so that the next login asks for the password again", async () => {
    const browser = await loggedIn();
    const { page, status, response } = await browser.visit("/oidc/v1/logout");
    assert.equal(status, 200);
    assert.match(page, /logged in as <strong>ida@board\.example<\/strong>/);
    assert.match(response.headers.get("content-security-policy")!, /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(formOf(page), "/oidc/v1/logout/confirm");
    const [session] = browser.cookies.filter((one) => one.startsWith("lakeward_session="));
    const { location } = await confirm(browser, xsrfOf(page));
    assert.equal(location, `${world.base}/oidc/v1/logout/success`);
    assert.match((await browser.visit(location)).page, /This browser is not logged in here/);
    assert.equal(
      browser.cookies.find((one) => one.startsWith("lakeward_session=")),
      undefined,
    );
    assert.equal(await pageOf(browser), "login");
    const thief = await new Browser(world.base).visit("/oidc/v1/logout", undefined, { cookie: session! });
    assert.match(thief.page, /This browser is not logged in here/, "the cookie that it had opens nothing any more");
  });

  it("is on record, with whose login it was", async () => {
    const browser = await loggedIn();
    await confirm(browser, xsrfOf((await browser.visit("/oidc/v1/logout")).page));
    const authorization = `Bearer ${(await readFile(world.platform.admin_token_path, "utf8")).trim()}`;
    const { warehouses } = (await (
      await fetch(`${world.base}/api/2.0/sql/warehouses`, { headers: { authorization } })
    ).json()) as { warehouses: { id: string }[] };
    const statement = `SELECT action_name, user_identity.email, response.status_code FROM system.access.audit
      WHERE service_name = 'accounts' AND action_name IN ('login', 'logout') ORDER BY event_time DESC LIMIT 2`;
    const body = JSON.stringify({ statement, warehouse_id: warehouses[0]!.id, wait_timeout: "50s" });
    const answer = await fetch(`${world.base}/api/2.0/sql/statements`, {
      method: "POST",
      headers: { authorization },
      body,
    });
    const { result } = (await answer.json()) as { result: { data_array: unknown } };
    assert.deepEqual(result.data_array, [
      ["logout", "ida@board.example", "200"],
      ["login", "ida@board.example", "200"],
    ]);
  });

  it("is done by no link, no other site's form, no form of another browser, and no guess", async () => {
    const browser = await loggedIn();
    const { page } = await browser.visit("/oidc/v1/logout");
    const other = await loggedIn();
    const foreign = xsrfOf((await other.visit("/oidc/v1/logout")).page);
    for (const [xsrf, headers, said] of [
      [xsrfOf(page), { "sec-fetch-site": "cross-site" }, /sent from another site/],
      [xsrfOf(page), { "sec-fetch-site": "same-site" }, /sent from another site/],
      [xsrfOf(page), { origin: "https://evil.example" }, /pages of another origin/],
      [foreign, {}, /xsrf token invalid/],
      ["", {}, /xsrf token invalid/],
    ] as const) {
      const { status, page: told } = await confirm(browser, xsrf, headers);
      assert.ok(status === 400 || status === 403, told);
      assert.match(told, said);
      assert.equal(await pageOf(browser), "consent", told);
    }
    await browser.visit("/oidc/v1/logout/success");
    await browser.visit("/oidc/v1/logout", { client_id: "databricks-cli" });
    assert.equal(await pageOf(browser), "consent");
  });

  it("says to a browser that is not logged in that it is not, and runs no script", async () => {
    const { page, status, response } = await new Browser(world.base).visit("/oidc/v1/logout");
    assert.equal(status, 200);
    assert.match(page, /This browser is not logged in here/);
    assert.ok(!page.includes("<script"));
    assert.match(response.headers.get("content-security-policy")!, /default-src 'none'/);
  });

  it("leads nowhere that the client did not register", async () => {
    const browser = await loggedIn();
    const query = new URLSearchParams({
      client_id: "databricks-cli",
      post_logout_redirect_uri: "https://evil.example",
    });
    const { status, page, location } = await browser.visit(`/oidc/v1/logout?${query}`);
    assert.deepEqual([status, location], [400, null]);
    assert.match(page, /post_logout_redirect_uri not registered/);
    const alone = await browser.visit("/oidc/v1/logout?post_logout_redirect_uri=https://evil.example");
    const { location: to } = await confirm(browser, xsrfOf(alone.page));
    assert.equal(to, `${world.base}/oidc/v1/logout/success`);
  });

  it("leaves the programs that a person allowed to stay connected, which end by their own token", async () => {
    const browser = new Browser(world.base);
    const refresh_token = await logIn(browser, world.base);
    await confirm(browser, xsrfOf((await browser.visit("/oidc/v1/logout")).page));
    const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token, client_id: "databricks-cli" });
    const response = await fetch(`${world.base}/oidc/v1/token`, { method: "POST", body: form });
    assert.equal(response.status, 200, await response.text());
  });
});

describe("a browser's session", () => {
  it("ends twelve hours after the login, however often the browser comes back", async (test) => {
    await using world = await served();
    test.after(() => mock.timers.reset());
    const browser = new Browser(world.base);
    await logIn(browser, world.base);
    const began_ms = Date.now();
    mock.timers.enable({ apis: ["Date"], now: began_ms });
    for (const hours of [3, 6, 9, 11.9]) {
      mock.timers.setTime(began_ms + hours * HOUR_MS);
      assert.equal(await pageOf(browser), "consent", `after ${hours} hours`);
    }
    mock.timers.setTime(began_ms + 12.01 * HOUR_MS);
    assert.equal(await pageOf(browser), "login");
  });

  it("is a cookie that no script reads, no other site sends, and, with TLS, no other host sets", async () => {
    await using world = await served("https://lake.example");
    const browser = new Browser(world.base);
    const { response } = await browser.visit(request);
    const cookies = response.headers.getSetCookie();
    const of = (name: string): string =>
      cookies.find((one) => one.startsWith(`${name}=`)) ?? assert.fail(String(cookies));
    for (const name of ["lakeward_interaction", "lakeward_resume"])
      assert.match(of(name), /; path=\/oidc\/v1\/[\w/-]+; expires=[^;]+; samesite=lax; secure; httponly$/i);
    const { page } = await browser.visit("/oidc/v1/logout");
    assert.match(page, /not logged in/);
    const logout = await new Browser(world.base).visit("/oidc/v1/logout");
    const [session] = logout.response.headers
      .getSetCookie()
      .filter((one) => one.startsWith("__Host-lakeward_session="));
    assert.match(session!, /; path=\/; samesite=lax; secure; httponly(; expires=[^;]+)?$/i);
    assert.ok(!/domain=/i.test(session!), "a __Host- cookie names no domain");
  });

  it("is renamed at the login, so that a cookie planted before it opens nothing", async () => {
    await using world = await served();
    const browser = new Browser(world.base);
    await browser.visit("/oidc/v1/logout");
    const planted = browser.cookies.find((one) => one.startsWith("lakeward_session="))!;
    await logIn(browser, world.base);
    const held = browser.cookies.find((one) => one.startsWith("lakeward_session="))!;
    assert.notEqual(held, planted);
    const thief = await new Browser(world.base).visit("/oidc/v1/logout", undefined, { cookie: planted });
    assert.match(thief.page, /not logged in/);
  });
});
