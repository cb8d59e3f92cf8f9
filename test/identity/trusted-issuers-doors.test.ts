import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import { Config, WorkspaceClient } from "@databricks/sdk-experimental";
import { silentLog } from "#base/log.ts";
import { Doorway, workspace } from "#kernel/mod.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { CONFIGURATION_FILE } from "../../src/configuration.ts";
import { freePort } from "../world/free-port.ts";
import { CLIENT, type Claims, entraV2User, signShape } from "./imitated-issuer.ts";
import { type PublishedIssuer, publishedIssuer } from "./published-issuer.ts";

const ANA = "ana@board.example";
const API = "api://lakeward";

describe("an identity provider's own token at every door", () => {
  let data_dir: string;
  let idp: PublishedIssuer;
  let platform: Platform;
  let host: string;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-trust-"));
    idp = await publishedIssuer(data_dir);
    const configuration = `
egress:
  allow: [${idp.allow}]
trusted_issuers:
  - name: board
    issuer: ${idp.issuer}
    audiences: ["${API}"]
    users: { claim: preferred_username }
    accepted_scopes:
      Lake.All: [all-apis]
      Lake.Read: [unity-catalog]
`;
    await writeFile(join(data_dir, CONFIGURATION_FILE), configuration);
    const tls_port = await freePort();
    host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(platform.ca_path, "utf8")]);
    const { identity } = platform.services;
    const { id } = await identity.users.create({ name: ANA });
    await identity.groups.addMember((await identity.groups.find("admins"))!.id, id);
    await makeModel();
  });
  after(async () => {
    await platform?.close();
    await idp?.[Symbol.asyncDispose]();
    await rm(data_dir, { recursive: true, force: true });
  });

  async function makeModel(): Promise<void> {
    const { identity, gate, agents } = platform.services;
    const request = { request_id: "the model", trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
    const who = await identity.authenticate(`Bearer ${await token()}`);
    await using permit = await gate.enter(who, "endpoint.create", workspace, new Doorway("http", request));
    const model = {
      kind: "foundation_model",
      name: "radio",
      description: "offline",
      model: "lakeward-offline",
    } as const;
    await agents.endpoints.create(permit, model);
    await permit.settle({ status: "ok" });
  }

  const token = (change: Claims = {}): Promise<string> =>
    signShape(entraV2User, idp.key, Math.floor(Date.now() / 1000), {
      ...{ iss: idp.issuer, aud: API, scp: "Lake.All" },
      ...change,
    });
  const ask = (bearer: string, path: string, body?: object): Promise<Response> =>
    fetch(`http://localhost:${platform.port}${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        ...{ authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        accept: "application/json, text/event-stream",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const tools = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const chat = { messages: [{ role: "user", content: "hello" }] };

  const doors = [
    ["REST", "/api/2.0/preview/scim/v2/Me", undefined],
    ["SQL over MCP", "/api/2.0/mcp/sql", tools],
    ["serving", "/serving-endpoints/radio/invocations", chat],
  ] as const;

  for (const [door, path, body] of doors) {
    it(`opens ${door}; one for another audience is 401 there, with nothing said of why`, async () => {
      const let_in = await ask(await token(), path, body);
      assert.equal(let_in.status, 200, await let_in.text());
      for (const change of [{ aud: "api://another" }, { iss: "https://login.example/other" }, { exp: 1 }]) {
        const refused = await ask(await token(change), path, body);
        const text = await refused.text();
        assert.equal(refused.status, 401, text);
        assert.match(text, /Invalid access token\. Get a new one and try again\./);
        assert.doesNotMatch(text, /audience|issuer|expired|board/i);
        const challenge = refused.headers.get("www-authenticate") ?? "";
        assert.match(challenge, /^Bearer realm="lakeward", error="invalid_token"/);
        assert.equal(challenge.includes("resource_metadata="), path.includes("/mcp/"), challenge);
      }
    });
  }

  it("opens no more than its scopes do", async () => {
    const narrow = await token({ scp: "Lake.Read" });
    assert.equal((await ask(narrow, "/api/2.1/unity-catalog/catalogs")).status, 200);
    for (const [, path, body] of doors) {
      const refused = await ask(narrow, path, body);
      assert.equal(refused.status, 403, path);
      assert.match(refused.headers.get("www-authenticate") ?? "", /error="insufficient_scope"/);
    }
  });

  it("is refused in the URL, even beside itself in the header", async () => {
    const good = await token();
    const path = `/api/2.0/preview/scim/v2/Me?access_token=${good}`;
    assert.equal((await ask(good, path)).status, 400);
    assert.equal((await fetch(`http://localhost:${platform.port}${path}`)).status, 401);
  });

  it("serves the Databricks SDK for JavaScript as a token, and the journal says whose it was", async () => {
    const config = new Config({ host, token: await token(), authType: "pat" });
    await config.ensureResolved();
    // The SDK drops a host's port when it resolves its configuration.
    config.host = host;
    const w = new WorkspaceClient(config);
    assert.equal((await w.currentUser.me()).userName, ANA);
    const warehouses: string[] = [];
    for await (const one of w.warehouses.list({})) warehouses.push(one.id!);
    const run = (statement: string) =>
      w.statementExecution.executeStatement({ statement, warehouse_id: warehouses[0]!, wait_timeout: "30s" });
    assert.deepEqual((await run("SELECT current_user()")).result?.data_array, [[ANA]]);
    const { result } = await run(
      `SELECT DISTINCT decision.client, decision.identity.method, decision.identity.because FROM system.access.audit
       WHERE action_name = 'executeStatement' OR decision.action LIKE 'warehouse%' LIMIT 5`,
    );
    const said = "the caller's own token of the trusted issuer 'board', with nobody in between";
    assert.ok(
      result?.data_array?.some((row) => JSON.stringify(row) === JSON.stringify([CLIENT, "user", said])),
      JSON.stringify(result?.data_array),
    );
  });
});
