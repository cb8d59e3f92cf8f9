import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { providePython } from "../../tools/python.ts";
import { trusting } from "../world/board-server.ts";
import { freePort } from "../world/free-port.ts";
import type { Environment } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

const ISSUER = "https://ci.example";
const SUBJECT = "repo:board/app:ref:refs/heads/main";
const PERSON = "ida@board.example";
const PASSWORD = "correct horse battery";
const whoami = (environment: Environment) =>
  runPython<{ by?: string; name?: string; refused?: string }>(interpreter, "whoami.py", environment);

describe("the Databricks SDK for Python, at login", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let environment: Environment;
  let key: CryptoKey;
  let robot: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-login-"));
    const tls_port = await freePort();
    const host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    const home = join(data_dir, "home");
    await mkdir(home);
    environment = { ...trusting(platform.ca_path, home), DATABRICKS_HOST: host };
    const { identity } = platform.services;
    const { id } = await identity.users.create({ name: PERSON });
    await identity.authorization.passwords.set(id, PASSWORD);
    const principal = await identity.servicePrincipals.create({ display_name: "robot" });
    robot = principal.name;
    const pair = await generateKeyPair("RS256");
    key = pair.privateKey;
    const jwks_json = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "ci", alg: "RS256" }] });
    const of = { issuer: ISSUER, jwks_json };
    await identity.federation.createPolicy({ ...of, subject_claim: "email" });
    await createPolicyOf(principal.id, { ...of, subject: SUBJECT });
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  async function createPolicyOf(service_principal_id: string, oidc_policy: object): Promise<void> {
    const account = `http://localhost:${platform.port}/api/2.0/accounts/${platform.services.site.account_id}`;
    const { ok } = await fetch(`${account}/servicePrincipals/${service_principal_id}/federationPolicies`, {
      method: "POST",
      headers: { authorization: `Bearer ${(await readFile(platform.admin_token_path, "utf8")).trim()}` },
      body: JSON.stringify({ oidc_policy }),
    });
    assert.ok(ok);
  }

  const tokenOf = (claims: object): Promise<string> =>
    new SignJWT({ iss: ISSUER, aud: platform.services.site.account_id, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "ci" })
      .setIssuedAt()
      .setExpirationTime("10m")
      .sign(key);

  it("logs a person in through a browser, again without one from what it keeps, and after expiry by a refresh", async () => {
    const program = join(import.meta.dirname, "programs", "browser.py");
    const done = await runPython(interpreter, "u2m.py", {
      ...environment,
      BROWSER: `${interpreter} ${program} %s &`,
      PERSON,
      PERSON_PASSWORD: PASSWORD,
    });
    assert.deepEqual(done, {
      me: PERSON,
      groups: [],
      token_type: "Bearer",
      can_refresh: true,
      again: PERSON,
      refreshed: PERSON,
      token_is_new: true,
    });
  });

  it("is the service principal whose policy names the workload, by a token in the environment", async () => {
    const as = { ...environment, DATABRICKS_AUTH_TYPE: "env-oidc", DATABRICKS_CLIENT_ID: robot };
    const token = await tokenOf({ sub: SUBJECT });
    assert.deepEqual(await whoami({ ...as, DATABRICKS_OIDC_TOKEN: token }), { by: "env-oidc", name: robot });
    const elsewhere = { DATABRICKS_OIDC_TOKEN_ENV: "CI_TOKEN", CI_TOKEN: token };
    assert.deepEqual(await whoami({ ...as, ...elsewhere }), { by: "env-oidc", name: robot });
  });

  it("is the service principal whose policy names the workload, by a token in a file", async () => {
    const path = join(data_dir, "token");
    const at = { DATABRICKS_AUTH_TYPE: "file-oidc", DATABRICKS_OIDC_TOKEN_FILEPATH: path };
    const as = { ...environment, ...at, DATABRICKS_CLIENT_ID: robot };
    await writeFile(path, await tokenOf({ sub: SUBJECT }));
    assert.deepEqual(await whoami(as), { by: "file-oidc", name: robot });
  });

  it("is the person of the token when no client is named", async () => {
    const token = await tokenOf({ sub: "a-7", email: PERSON });
    assert.deepEqual(await whoami({ ...environment, DATABRICKS_OIDC_TOKEN: token }), { by: "env-oidc", name: PERSON });
  });

  it("is nobody by a workload's token that no policy names, is out of date, or is made out to another account", async () => {
    const as = { ...environment, DATABRICKS_CLIENT_ID: robot };
    for (const [claims, words] of [
      [{ sub: `${SUBJECT}-2` }, /TOKEN_INVALID/],
      [{ sub: SUBJECT, aud: "another" }, /audience/],
      [{ sub: SUBJECT, nbf: Math.floor(Date.now() / 1000) + 600 }, /invalid_grant/],
    ] as const) {
      const { refused } = await whoami({ ...as, DATABRICKS_OIDC_TOKEN: await tokenOf(claims) });
      assert.match(refused ?? "", words);
    }
    const { refused } = await whoami({ ...environment, DATABRICKS_OIDC_TOKEN: await tokenOf({ sub: SUBJECT }) });
    assert.match(refused ?? "", /TOKEN_INVALID|claim/);
  });
});
