import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { hashPassword } from "../../samples/idp/passwords.ts";
import { type Idp, startIdp } from "../../samples/idp/start.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freePort } from "../world/free-port.ts";
import { Browser, formOf } from "./browser.ts";

const CALLBACK = "http://localhost:8020";
const PASSWORD = "correct horse battery";

describe("logging in at another identity provider", () => {
  let data_dir: string;
  let platform: Platform;
  let idp: Idp;
  let base: string;
  let ca: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-upstream-"));
    const folder = join(data_dir, "idp");
    await mkdir(folder);
    const local = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
    ca = local.certificate;
    await local.serverCertificate("idp", ["localhost"], folder);
    const emails = ["ida@board.example", "new@board.example", "eve@elsewhere.example"];
    const accounts = emails.map(async (email) => ({ email, name: email, password_hash: await hashPassword(PASSWORD) }));
    await writeFile(join(folder, "users.json"), JSON.stringify(await Promise.all(accounts)));
    const port = await freePort();
    base = `http://localhost:${port}`;
    idp = await startIdp({
      ...{ data_dir: folder, port: 0, cert: join(folder, "idp.pem"), key: join(folder, "idp-key.pem") },
      ...{ users: join(folder, "users.json"), client_id: "lake", audience: "account" },
      redirect_uri: `${base}/oidc/v1/callback`,
    });
    const idp_port = new URL(idp.issuer).port;
    await writeFile(
      join(data_dir, "lakeward.yaml"),
      `egress: { allow: [{ host: localhost, port: ${idp_port}, purpose: idp }] }
login:
  providers:
    - { name: The Board, issuer: "${idp.issuer}", client_id: lake, new_users_of: [Board.example] }
    - { name: Nowhere, issuer: "https://localhost:9/none", client_id: lake }
`,
    );
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    await platform.services.identity.users.create({ name: "ida@board.example" });
  });
  after(async () => {
    await platform?.close();
    await idp?.stop();
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
    const there = new Browser(idp.issuer, ca);
    const { page: form } = await there.follow(location ?? assert.fail("nobody was sent away"), base);
    const { location: on } = await there.visit(formOf(form), { email, password: PASSWORD });
    return (await there.follow(on ?? assert.fail("the provider refused"), base)).at;
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
