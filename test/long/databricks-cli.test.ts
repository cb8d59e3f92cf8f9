import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { provideChromium } from "../../tools/chromium.ts";
import { DATABRICKS_CLI_VERSION, provideDatabricksCli } from "../../tools/databricks-cli.ts";
import {
  type Known,
  RECORDING_PATH,
  type RecordedCommand,
  type Recording,
  recorded,
  recordedLogin,
} from "../clients/databricks-cli-recording.ts";
import { trusting } from "../world/board-server.ts";
import { type Chromium, startChromium } from "../world/chromium.ts";
import { freePort } from "../world/free-port.ts";
import { type Environment, type Ran, run } from "../world/program.ts";
import { type RecordingProxy, recordingProxy } from "../world/recording-proxy.ts";

const cli = await provideDatabricksCli(() => {});
const chromium = await provideChromium(() => {});
const skip = [cli, chromium].flatMap((one) => ("missing" in one ? [one.missing] : [])).join("; ") || false;
const pathOf = (one: typeof cli): string => ("path" in one ? one.path : "");

const PERSON = "ida@board.example";
const PASSWORD = "correct horse battery";
const PROFILE = "board";
const ME = "/api/2.0/preview/scim/v2/Me";
/** What the long test has seen; when it differs from the recording, this is what takes its place. */
const SEEN_PATH = join(import.meta.dirname, "../../.cache/recordings/databricks-cli.json");

/** A recording without its answers, whose shapes the replay asserts. */
const asked = ({ client, commands }: Recording) => ({
  client,
  commands: commands.map(({ requests, ...command }) => ({
    ...command,
    requests: requests.map(({ shape: _, ...request }) => request),
  })),
});

interface CachedToken {
  access_token: string;
  refresh_token: string;
  expiry: string;
}

describe("the Databricks CLI, with a person at a browser", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let proxy: RecordingProxy;
  let browser: Chromium;
  let host: string;
  let environment: Environment;
  let known: Known;
  let person: string;
  const commands: RecordedCommand[] = [];

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-cli-"));
    const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
    const certificate = await ca.serverCertificate("proxy", ["localhost"], data_dir);
    const port = await freePort();
    host = `https://localhost:${port}`;
    platform = await boot({ data_dir, port: 0, tls_port: 0, public_url: host, log: silentLog, progress: () => {} });
    proxy = await recordingProxy(port, certificate, `http://localhost:${platform.port}`);
    browser = await startChromium(pathOf(chromium), ca.certificate);
    const { identity, site } = platform.services;
    const user = await identity.users.create({ name: PERSON });
    person = user.id;
    await identity.authorization.passwords.set(user.id, PASSWORD);
    const home = join(data_dir, "home");
    await mkdir(home);
    environment = { ...trusting(ca.path, home), BROWSER: "none" };
    known = { host, account_id: site.account_id, workspace_id: site.workspace_id };
  });
  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await platform?.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  /** What the command asked of the server is kept. */
  function keep(command: string, opened?: string): void {
    // The browser passes through the same place.
    const own = proxy.take().filter(({ headers }) => !headers["user-agent"]?.startsWith("Mozilla/"));
    commands.push({
      command: command.replace(host, "{host}"),
      ...(opened !== undefined && { opened: recordedLogin(opened, known) }),
      requests: own.map((exchange) => recorded(exchange, known)),
    });
  }

  async function typed(command: string): Promise<Ran> {
    const ran = await run(pathOf(cli), command.split(" "), environment);
    keep(command);
    return ran;
  }

  async function said(command: string): Promise<string> {
    const { status, stdout, stderr } = await typed(command);
    assert.equal(status, 0, stderr);
    return stdout;
  }

  it("logs the person in: its address opens in Chromium, the person gives a password and allows what is asked", async (context) => {
    const command = `auth login --host ${host} --profile ${PROFILE}`;
    const login = spawn(pathOf(cli), command.split(" "), {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, ...environment },
    });
    const ended = once(login, "close");
    let printed = "";
    const opened = await new Promise<string>((heard, failed) => {
      const hear = (chunk: Buffer): void => {
        printed += chunk.toString();
        const url = /https:\S+\/authorize\?\S+/.exec(printed)?.[0];
        if (url !== undefined) heard(url);
      };
      login.stderr.on("data", hear);
      login.stdout.on("data", hear);
      login.once("close", () => failed(new Error(printed)));
    });
    context.after(() => login.kill());
    const page = await browser.open(opened);
    await page.type("input[name=name]", PERSON);
    await page.type("input[name=password]", PASSWORD);
    await page.click("button[value=login]");
    await page.has("button[value=allow]");
    assert.match(await page.text(), /You are logged in as ida@board\.example\..*asks to:/s);
    await page.click("button[value=allow]");
    await page.isAt("http://localhost:80");
    assert.match(await page.text(), /Authenticated/i);
    const [status] = await ended;
    assert.equal(status, 0, printed);
    keep(command, opened);
  });

  it("prints the token that it holds, and says how it is logged in", async () => {
    const { access_token, token_type, expiry } = JSON.parse(await said(`auth token --profile ${PROFILE}`));
    assert.equal(token_type, "Bearer");
    assert.ok(Date.parse(expiry) > Date.now());
    const headers = { authorization: `Bearer ${access_token}` };
    const me = await fetch(`http://localhost:${platform.port}${ME}`, { headers });
    assert.equal(((await me.json()) as { userName: string }).userName, PERSON);
    const described = await said(`auth describe --profile ${PROFILE}`);
    assert.match(described, new RegExp(`User: ${PERSON}`));
    assert.match(described, /Authenticated with: databricks-cli/);
  });

  it("asks who it is", async () => {
    const me: unknown = JSON.parse(await said(`api get ${ME} --profile ${PROFILE}`));
    assert.equal((me as { userName: string }).userName, PERSON);
  });

  const cachePath = (): string => join(environment.HOME ?? "", ".databricks", "token-cache.json");
  async function cached(): Promise<{ readonly tokens: Record<string, CachedToken> }> {
    return JSON.parse(await readFile(cachePath(), "utf8"));
  }
  async function expire(): Promise<readonly CachedToken[]> {
    const cache = await cached();
    for (const token of Object.values(cache.tokens)) token.expiry = new Date(Date.now() - 60_000).toISOString();
    await writeFile(cachePath(), JSON.stringify(cache));
    return Object.values(cache.tokens);
  }

  it("goes on after its token has expired, by a refresh token that each use replaces", async () => {
    const [former] = await expire();
    const me: unknown = JSON.parse(await said(`api get ${ME} --profile ${PROFILE}`));
    assert.equal((me as { userName: string }).userName, PERSON);
    const [fresh] = Object.values((await cached()).tokens);
    assert.notEqual(fresh?.access_token, former?.access_token);
    assert.notEqual(fresh?.refresh_token, former?.refresh_token);
  });

  it("asked all of this as the recording has it, which npm test replays", async () => {
    const seen: Recording = { client: `Databricks CLI ${DATABRICKS_CLI_VERSION}`, commands };
    await mkdir(dirname(SEEN_PATH), { recursive: true });
    await writeFile(SEEN_PATH, `${JSON.stringify(seen, null, 2)}\n`);
    const recording: Recording = JSON.parse(await readFile(RECORDING_PATH, "utf8"));
    assert.deepEqual(asked(seen), asked(recording), `What was asked is in ${SEEN_PATH}.`);
  });

  it("is nobody once the person was deactivated: neither its token nor a refresh helps", async () => {
    const admin = (await readFile(platform.admin_token_path, "utf8")).trim();
    const deactivated = await fetch(`http://localhost:${platform.port}/api/2.0/preview/scim/v2/Users/${person}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${admin}` },
      body: JSON.stringify({
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [{ op: "replace", path: "active", value: false }],
      }),
    });
    assert.equal(deactivated.status, 200);
    const held = await typed(`api get ${ME} --profile ${PROFILE}`);
    assert.notEqual(held.status, 0);
    assert.doesNotMatch(held.stdout, /ida@/);
    await expire();
    const refreshed = await typed(`auth token --profile ${PROFILE}`);
    assert.notEqual(refreshed.status, 0);
    assert.match(refreshed.stderr, /auth login/);
  });
});
