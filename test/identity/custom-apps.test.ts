import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { decodeJwt } from "jose";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freePort } from "../world/free-port.ts";
import { Browser, formOf } from "./browser.ts";

const PASSWORD = "correct horse battery";
const CALLBACK = "https://app.example/callback";

type Body = Readonly<Record<string, unknown>>;

describe("an OAuth app that an administrator registered", () => {
  let data_dir: string;
  let platform: Platform;
  let base: string;
  let admin: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-apps-"));
    const port = await freePort();
    base = `http://localhost:${port}`;
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    admin = (await readFile(platform.admin_token_path, "utf8")).trim();
    const { identity } = platform.services;
    const { id } = await identity.users.create({ name: "ida@board.example" });
    await identity.authorization.passwords.set(id, PASSWORD);
  });
  after(async () => {
    await platform?.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: object): Promise<{ status: number; body: Body }> {
    const { account_id } = platform.services.site;
    const response = await fetch(`${base}/api/2.0/accounts/${account_id}/oauth2/custom-app-integrations${path}`, {
      method,
      headers: { authorization: `Bearer ${admin}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }
  const register = async (name: string, terms: object): Promise<Body> => {
    const { status, body } = await call("POST", "", { name, redirect_urls: [CALLBACK], ...terms });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const verifier = randomBytes(32).toString("base64url");
  const request = (client_id: unknown, more: Readonly<Record<string, string>> = {}): string => {
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const parameters = {
      ...{ client_id: String(client_id), redirect_uri: CALLBACK, response_type: "code", scope: "sql offline_access" },
      ...{ code_challenge: challenge, code_challenge_method: "S256", ...more },
    };
    return `/oidc/v1/authorize?${new URLSearchParams(parameters)}`;
  };

  /** The code of a login at which the person says yes. */
  async function login(client_id: unknown): Promise<string> {
    const browser = new Browser(base);
    let { at, page } = await browser.follow(request(client_id), CALLBACK);
    for (let step = 0; step < 4 && !at.startsWith(CALLBACK); step += 1) {
      const isLogin = page.includes('name="password"');
      const form = isLogin ? { name: "ida@board.example", password: PASSWORD, answer: "login" } : { answer: "allow" };
      const { location } = await browser.visit(formOf(page), form);
      ({ at, page } = await browser.follow(location ?? assert.fail(page), CALLBACK));
    }
    return new URL(at).searchParams.get("code") ?? assert.fail(at);
  }

  async function token(form: Readonly<Record<string, string>>, authorization?: string): Promise<Body> {
    const response = await fetch(`${base}/oidc/v1/token`, {
      method: "POST",
      headers: authorization ? { authorization } : {},
      body: new URLSearchParams(form),
    });
    return (await response.json()) as Body;
  }
  const redeem = (code: string, more: Readonly<Record<string, string>>, authorization?: string): Promise<Body> => {
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier };
    return token({ ...form, ...more }, authorization);
  };

  it("lets its people in with tokens as long-lived as it was given, for scopes that it was given", async () => {
    const { client_id } = await register("reports", {
      scopes: ["sql", "offline_access"],
      token_access_policy: { access_token_ttl_in_minutes: 5, refresh_token_ttl_in_minutes: 60 },
    });
    const answer = await redeem(await login(client_id), { client_id: String(client_id) });
    assert.equal(answer.expires_in, 300);
    const { scope, client_id: said, sub } = decodeJwt(String(answer.access_token));
    assert.deepEqual([scope, said, sub], ["sql", client_id, "ida@board.example"]);
    assert.ok(answer.refresh_token);
    const { location } = await new Browser(base).visit(request(client_id, { scope: "sql unity-catalog" }));
    const refused = new URL(location ?? "").searchParams;
    assert.equal(refused.get("error"), "invalid_scope");
    assert.match(refused.get("error_description") ?? "", /unity-catalog/);
  });

  it("proves itself by its secret when it is confidential, in the header or in the body, and never without", async () => {
    const { client_id, client_secret } = await register("portal", { confidential: true });
    const [id, secret] = [String(client_id), String(client_secret)];
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
    assert.ok((await redeem(await login(id), {}, basic)).access_token);
    assert.ok((await redeem(await login(id), { client_id: id, client_secret: secret })).access_token);
    for (const more of [{ client_id: id }, { client_id: id, client_secret: `${secret}x` }])
      assert.equal((await redeem(await login(id), more)).error, "invalid_client");
    const shown = JSON.stringify((await call("GET", "")).body);
    assert.match(shown, /"name":"portal"/);
    assert.ok(!shown.includes(secret));
  });

  it("is taken only at the addresses that were registered, character by character", async () => {
    const { client_id } = await register("exact", {});
    for (const redirect_uri of [
      `${CALLBACK}/`,
      `${CALLBACK}?x=1`,
      "https://app.example/callback#f",
      "https://app.example:444/callback",
      "https://app.example@evil.example/callback",
      "https://app.example\\@evil.example/callback",
      "https://APP.example/Callback",
    ]) {
      const { status, location } = await new Browser(base).visit(request(client_id, { redirect_uri }));
      assert.deepEqual([status, location], [400, null], redirect_uri);
    }
  });

  for (const [title, terms, message] of [
    ["without TLS elsewhere", { redirect_urls: ["http://app.example/cb"] }, /cannot be a redirect address/],
    ["with a wildcard", { redirect_urls: ["https://*.example/cb"] }, /cannot be a redirect address/],
    ["with a fragment", { redirect_urls: ["https://app.example/cb#x"] }, /cannot be a redirect address/],
    ["by a script", { redirect_urls: ["javascript:alert(1)"] }, /cannot be a redirect address/],
    ["nowhere", { redirect_urls: [] }, /at least one address/],
    ["with an unknown scope", { scopes: ["sql", "root"] }, /Unknown scopes: 'root'/],
    ["for a week", { token_access_policy: { access_token_ttl_in_minutes: 10_080 } }, /lies between 5 and 1440/],
  ] as const) {
    it(`is not registered ${title}`, async () => {
      const { status, body } = await call("POST", "", { name: title, redirect_urls: [CALLBACK], ...terms });
      assert.equal(status, 400);
      assert.match(String(body.message), message);
    });
  }

  it("follows a change at the next login, and its refresh tokens end with it", async () => {
    const { client_id, integration_id } = await register("passing", {});
    const { refresh_token } = await redeem(await login(client_id), { client_id: String(client_id) });
    const form = { grant_type: "refresh_token", refresh_token: String(refresh_token), client_id: String(client_id) };
    const { refresh_token: next } = await token(form);
    assert.ok(next);
    assert.equal((await call("PATCH", `/${integration_id}`, { scopes: ["unity-catalog"] })).status, 200);
    const { location } = await new Browser(base).visit(request(client_id));
    assert.equal(new URL(location ?? "").searchParams.get("error"), "invalid_scope");
    assert.equal((await call("DELETE", `/${integration_id}`)).status, 200);
    assert.equal((await token({ ...form, refresh_token: String(next) })).error, "invalid_client");
    assert.equal((await call("GET", `/${integration_id}`)).status, 404);
  });
});
