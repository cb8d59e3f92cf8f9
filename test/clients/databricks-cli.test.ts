import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { Browser, formOf } from "../identity/browser.ts";
import { freePort } from "../world/free-port.ts";
import {
  differences,
  filledIn,
  type Known,
  parsed,
  RECORDING_PATH,
  type RecordedRequest,
  type Recording,
} from "./databricks-cli-recording.ts";

const PERSON = "ida@board.example";
const PASSWORD = "correct horse battery";
const recording: Recording = JSON.parse(await readFile(RECORDING_PATH, "utf8"));

/** The program itself is built and driven by `npm run test:long`, which also says when it asks otherwise. */
describe(`the recorded requests of the ${recording.client}`, () => {
  let data_dir: string;
  let platform: Platform;
  let host: string;
  /** What this run knows, by the names that stand in the recording. */
  let known: Known;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-cli-"));
    const port = await freePort();
    host = `http://localhost:${port}`;
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    const { identity, site } = platform.services;
    const { id } = await identity.users.create({ name: PERSON });
    await identity.authorization.passwords.set(id, PASSWORD);
    const code_verifier = randomBytes(32).toString("base64url");
    known = {
      host,
      account_id: site.account_id,
      workspace_id: site.workspace_id,
      redirect_uri: "http://localhost:8020",
      state: randomBytes(12).toString("base64url"),
      code_verifier,
      code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
    };
  });
  after(async () => {
    await platform?.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  /** What a person does with the address that the CLI opens. @returns where the browser is sent back to. */
  async function allow(opened: string): Promise<URL> {
    const browser = new Browser(host);
    const redirect_uri = known.redirect_uri ?? "";
    let { at, page } = await browser.follow(opened, redirect_uri);
    while (!at.startsWith(redirect_uri)) {
      const isLogin = page.includes('name="password"');
      const form = isLogin ? { name: PERSON, password: PASSWORD, answer: "login" } : { answer: "allow" };
      const { location } = await browser.visit(formOf(page), form);
      ({ at, page } = await browser.follow(location ?? assert.fail(page), redirect_uri));
    }
    return new URL(at);
  }

  /** Sends the request as the CLI did, with this run's values, and keeps the tokens it gets. */
  async function replay({ method, path, headers, form, status, shape }: RecordedRequest): Promise<void> {
    const fill = (fields: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, filledIn(value, known)]));
    const answered = await fetch(filledIn(`{host}${path}`, known), {
      method,
      headers: fill(headers),
      ...(form && { body: String(new URLSearchParams(fill(form))) }),
    });
    const answer = parsed(await answered.text());
    assert.equal(answered.status, status, JSON.stringify(answer));
    assert.deepEqual(differences(answer, shape), []);
    const { access_token, refresh_token } = answer as { access_token?: string; refresh_token?: string };
    known = { ...known, ...(access_token && { access_token }), ...(refresh_token && { refresh_token }) };
  }

  // A command may have had all it needed.
  for (const { command, opened, requests } of recording.commands.filter((one) => one.requests.length > 0))
    it(`are answered as recorded: databricks ${command}`, async () => {
      // The browser comes before the first request that needs what it brings back.
      for (const request of requests) {
        if (opened !== undefined && request.form?.code !== undefined && known.code === undefined) {
          const back = await allow(filledIn(opened, known));
          assert.equal(back.searchParams.get("state"), known.state);
          known = { ...known, code: back.searchParams.get("code") ?? assert.fail(back.href) };
        }
        await replay(request);
      }
    });

  it("leave a code behind that is good for nothing any more: who brings it again ends what it brought", async () => {
    const { redirect_uri = "", code = "", code_verifier = "", refresh_token = "" } = known;
    const refused = async (fields: Readonly<Record<string, string>>): Promise<void> => {
      const form = new URLSearchParams({ client_id: "databricks-cli", ...fields });
      const answered = await fetch(`${host}/oidc/v1/token`, { method: "POST", body: form });
      assert.deepEqual(
        [answered.status, ((await answered.json()) as { error?: string }).error],
        [400, "invalid_grant"],
      );
    };
    await refused({ grant_type: "authorization_code", code, code_verifier, redirect_uri });
    await refused({ grant_type: "refresh_token", refresh_token });
  });
});
