import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { stringify } from "yaml";
import type { JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { provideKeycloak } from "../../tools/keycloak.ts";
import { Browser } from "../identity/browser.ts";
import { freePort } from "../world/free-port.ts";
import { type Keycloak, startKeycloak } from "./keycloak.ts";
import { WORKLOAD_CLIENT, WORKSPACE_CLIENT, WORKSPACE_SECRET } from "./realm.ts";

const found = await provideKeycloak(() => {});
const skip = "missing" in found && found.missing;
const script = "path" in found ? found.path : "";

const ANA = "ana@board.example";
const BO = "bo@board.example";
/** Keycloak has an account for it, the directory has not. */
const STRANGER = "stranger@board.example";
/** The audience for which the realm makes out its tokens, which the policies name. */
const AUDIENCE = "https://lakeward.board.example";

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

describe("Keycloak, federated", { skip }, () => {
  let data_dir: string;
  let keycloak: Keycloak;
  let platform: Platform;
  let origin: string;
  let account: string;
  let robot: { readonly id: string; readonly name: string };

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-keycloak-"));
    const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const callback = `${origin}/oidc/v1/callback`;
    keycloak = await startKeycloak({ script, ca, emails: [ANA, BO, STRANGER], audience: AUDIENCE, callback });
    const { issuer } = keycloak;
    const egress = { allow: [{ host: "localhost", port: Number(new URL(issuer).port), purpose: "idp" }] };
    const as = { client_id: WORKSPACE_CLIENT, client_secret: WORKSPACE_SECRET };
    const login = { providers: [{ name: "The Board", issuer, ...as }] };
    await writeFile(join(data_dir, "lakeward.yaml"), stringify({ egress, login }));
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    const { identity, site } = platform.services;
    for (const name of [ANA, BO]) await identity.users.create({ name });
    robot = await identity.servicePrincipals.create({ display_name: "nightly report" });
    account = `/api/2.0/accounts/${site.account_id}`;
    await policy("federationPolicies", { subject_claim: "email" });
  });
  after(async () => {
    await platform?.close();
    await keycloak?.[Symbol.asyncDispose]();
    await rm(data_dir, { recursive: true, force: true });
  });

  async function ask(method: string, path: string, headers: object, body?: string): Promise<Answer> {
    const answer = await fetch(origin + path, { method, headers: { ...headers }, ...(body && { body }) });
    return { status: answer.status, body: (await answer.json()) as JsonObject };
  }

  /** Made by the administrator over REST, as by the CLI or the console. */
  async function policy(under: string, rest: object): Promise<void> {
    const headers = { authorization: `Bearer ${(await readFile(platform.admin_token_path, "utf8")).trim()}` };
    const oidc_policy = { issuer: keycloak.issuer, audiences: [AUDIENCE], ...rest };
    const { status, body } = await ask("POST", `${account}/${under}`, headers, JSON.stringify({ oidc_policy }));
    assert.equal(status, 200, JSON.stringify(body));
  }

  const exchange = (subject_token: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token,
      scope: "all-apis",
      ...more,
    };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return ask("POST", "/oidc/v1/token", headers, String(new URLSearchParams(form)));
  };

  async function whoIs(exchanged: Promise<Answer>): Promise<unknown> {
    const { status, body } = await exchanged;
    assert.equal(status, 200, JSON.stringify(body));
    const headers = { authorization: `Bearer ${body.access_token}` };
    return (await ask("GET", "/api/2.0/preview/scim/v2/Me", headers)).body.userName;
  }

  async function refused(exchanged: Promise<Answer>, words: RegExp): Promise<void> {
    const { status, body } = await exchanged;
    assert.deepEqual([status, body.error], [400, "invalid_grant"]);
    assert.match(String(body.error_description), words);
  }

  it("lets each person in as themself, for as long as Keycloak's token lasts and no longer", async () => {
    for (const email of [ANA, BO]) {
      const token = await keycloak.logIn(email);
      assert.equal(await whoIs(exchange(token)), email);
      const { body } = await exchange(token);
      assert.equal(decodeJwt(String(body.access_token)).exp, decodeJwt(token).exp);
    }
  });

  it("is not believed about a person whom the directory does not know", async () =>
    refused(exchange(await keycloak.logIn(STRANGER)), /TOKEN_INVALID/));

  it("logs people in at the workspace: they leave for its page, and come back as themselves or not at all", async () => {
    const client = "http://localhost:8020";
    const parameters = {
      ...{ client_id: "databricks-cli", redirect_uri: client, response_type: "code", scope: "sql" },
      // The challenge of RFC 7636, appendix B.
      ...{ code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" },
    };
    const comeBack = async (email: string) => {
      const browser = new Browser(origin);
      const { page } = await browser.follow(`/oidc/v1/authorize?${new URLSearchParams(parameters)}`, client);
      const [, link = assert.fail(page)] = /<a href="([^"]+)">Log in with The Board</.exec(page) ?? [];
      const { location } = await browser.visit(link);
      return browser.follow(await keycloak.answer(location ?? "", email, `${origin}/oidc/v1/callback`), client);
    };
    assert.match((await comeBack(ANA)).page, /logged in as <strong>ana@board\.example/);
    const { status, page } = await comeBack(STRANGER);
    assert.equal(status, 403);
    assert.match(page, /may not log in here/);
  });

  it("lets its workload in as the service principal whose policy names the workload's subject, and as nobody else", async () => {
    const token = await keycloak.workload();
    const as = { client_id: robot.name };
    await refused(exchange(token, as), /TOKEN_INVALID/);
    const subject = decodeJwt(token).sub;
    await policy(`servicePrincipals/${robot.id}/federationPolicies`, { subject });
    assert.equal(await whoIs(exchange(token, as)), robot.name);
    // Without a client it would be a person, and has no e-mail address.
    await refused(exchange(token), /TOKEN_INVALID|email/);
    await refused(exchange(await keycloak.logIn(ANA), as), /TOKEN_INVALID/);
  });

  it("lets it in by another claim when the policy says which", async () => {
    const other = await platform.services.identity.servicePrincipals.create({ display_name: "by its client" });
    const by = { subject_claim: "azp", subject: WORKLOAD_CLIENT };
    await policy(`servicePrincipals/${other.id}/federationPolicies`, by);
    assert.equal(await whoIs(exchange(await keycloak.workload(), { client_id: other.name })), other.name);
  });

  it("rolls its key over: old and new pass while both are published, then only the new", async () => {
    const [person, workload] = [await keycloak.logIn(ANA), await keycloak.workload()];
    const as = { client_id: robot.name };
    assert.equal(await whoIs(exchange(person)), ANA);

    await keycloak.addKey();
    const [newPerson, newWorkload] = [await keycloak.logIn(ANA), await keycloak.workload()];
    assert.notEqual(decodeProtectedHeader(newPerson).kid, decodeProtectedHeader(person).kid);
    // Within the second in which keys are not fetched again for an unknown id, the new key may still be unknown.
    await waitUntil(async () => (await exchange(newPerson)).status === 200);
    assert.equal(await whoIs(exchange(newPerson)), ANA);
    assert.equal(await whoIs(exchange(newWorkload, as)), robot.name);
    assert.equal(await whoIs(exchange(person)), ANA);

    await keycloak.dropFormerKeys();
    await waitUntil(async () => (await exchange(person)).status === 400);
    await refused(exchange(person), /does not publish/);
    await refused(exchange(workload, as), /does not publish/);
    assert.equal(await whoIs(exchange(newPerson)), ANA);
    assert.equal(await whoIs(exchange(newWorkload, as)), robot.name);
  });
});

/** What is kept of an issuer's keys is at most this old; a little more for the machine. */
const KEYS_AGE_MS_MAX = 7_000;

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const end_ms = Date.now() + KEYS_AGE_MS_MAX;
  while (!(await isSo())) {
    assert.ok(Date.now() < end_ms, `It was not so within ${KEYS_AGE_MS_MAX} ms.`);
    await new Promise((again) => setTimeout(again, 200));
  }
}
