import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freePort } from "../world/free-port.ts";
import { Browser, formOf } from "./browser.ts";
import { type LoginProviderFixture, startLoginProvider } from "./login-provider.ts";

const CALLBACK = "http://localhost:8020";

describe("logging in at another identity provider", () => {
  let data_dir: string;
  let platform: Platform;
  let provider: LoginProviderFixture;
  let base: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-upstream-"));
    const port = await freePort();
    base = `http://localhost:${port}`;
    provider = await startLoginProvider(data_dir, base, [
      "ida@board.example",
      "new@board.example",
      "eve@elsewhere.example",
    ]);
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    await platform.services.identity.users.create({ name: "ida@board.example" });
  });
  after(async () => {
    await platform?.close();
    await provider?.stop();
    await rm(data_dir, { recursive: true, force: true });
  });

  const request = (): string => {
    const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const parameters = {
      ...{ client_id: "databricks-cli", redirect_uri: CALLBACK, response_type: "code", scope: "sql" },
      ...{ code_challenge: challenge, code_challenge_method: "S256" },
    };
    return `/oidc/v1/authorize?${new URLSearchParams(parameters)}`;
  };

  /** The person leaves for the provider, logs in there and is sent back. @returns the address of the way back. */
  async function leave(browser: Browser, email: string): Promise<string> {
    const { page } = await browser.follow(request(), CALLBACK);
    assert.match(page, /Log in with The Board/);
    const { location } = await browser.visit(`${formOf(page)}/login/0`);
    return provider.logIn(location, email);
  }

  it("lets in as the user whose verified address it is", async () => {
    const browser = new Browser(base);
    const { page } = await browser.follow(await leave(browser, "ida@board.example"), CALLBACK);
    assert.match(page, /logged in as <strong>ida@board\.example/);
    const { location } = await browser.visit(formOf(page), { answer: "allow" });
    const { at } = await browser.follow(location!, CALLBACK);
    assert.ok(new URL(at).searchParams.get("code"));
  });

  it("makes a user of somebody of a welcome domain at the first login, and of nobody else", async () => {
    const { users } = platform.services.identity;
    assert.equal(await users.find("new@board.example"), undefined);
    const browser = new Browser(base);
    const { page } = await browser.follow(await leave(browser, "new@board.example"), CALLBACK);
    assert.match(page, /new@board\.example/);
    assert.ok(await users.find("new@board.example"));
    const other = new Browser(base);
    const refused = await other.follow(await leave(other, "eve@elsewhere.example"), CALLBACK);
    assert.equal(refused.status, 403);
    assert.match(refused.page, /may not log in here/);
    assert.equal(await users.find("eve@elsewhere.example"), undefined);
  });

  it("refuses a deactivated user", async () => {
    const { users } = platform.services.identity;
    const ida = await users.find("ida@board.example");
    await users.setActive(ida!.id, false);
    const browser = new Browser(base);
    const { status } = await browser.follow(await leave(browser, "ida@board.example"), CALLBACK);
    assert.equal(status, 403);
    await users.setActive(ida!.id, true);
  });

  it("takes a way back only in the browser that left, once, and only with its own state", async () => {
    const browser = new Browser(base);
    const back = await leave(browser, "ida@board.example");
    assert.equal((await new Browser(base).visit(back)).status, 400);
    const forged = new URL(back);
    forged.searchParams.set("state", "other");
    assert.equal((await browser.visit(forged.href)).status, 400);
    const mixed = new URL(back);
    mixed.searchParams.set("iss", "https://evil.example");
    assert.equal((await browser.visit(mixed.href)).status, 400);
    assert.equal((await browser.visit(back)).status, 303);
    assert.equal((await browser.visit(back)).status, 400);
  });

  it("takes a ticket only for the interaction it was made for", async () => {
    const one = new Browser(base);
    const { location } = await one.visit(await leave(one, "ida@board.example"));
    const ticket = new URL(location!, base).searchParams.get("ticket")!;
    const two = new Browser(base);
    const { page } = await two.follow(request(), CALLBACK);
    for (const stolen of [ticket, `${ticket.slice(0, -2)}AA`, "x"]) {
      const shown = await two.visit(`${formOf(page)}?ticket=${stolen}`);
      assert.equal(shown.status, 200);
      assert.match(shown.page, /name="password"/);
    }
  });

  it("says on a page that a provider is away or unknown", async () => {
    const browser = new Browser(base);
    const { page } = await browser.follow(request(), CALLBACK);
    const away = await browser.visit(`${formOf(page)}/login/1`);
    assert.equal(away.status, 502);
    assert.match(away.page, /Nowhere cannot be reached/);
    assert.equal((await browser.visit(`${formOf(page)}/login/7`)).status, 404);
  });
});
