import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import {
  Client,
  type OAuthClientProvider,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { silentLog } from "#base/log.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { Browser, formOf } from "../identity/browser.ts";
import { freePort } from "../world/free-port.ts";

const PASSWORD = "correct horse battery";
const PERSON = "ida@board.example";
const CALLBACK = "http://127.0.0.1:9999/callback";

/** A client as an MCP host would keep it: it has no registration anywhere, only a document that describes it. */
class Host implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadataUrl: string;
  sentTo: URL | undefined;
  #information: { client_id: string } | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = "";

  constructor(clientMetadataUrl: string) {
    this.clientMetadataUrl = clientMetadataUrl;
  }
  get clientMetadata() {
    return { client_name: "Notebook", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" };
  }
  clientInformation() {
    return this.#information;
  }
  saveClientInformation(information: { client_id: string }): void {
    this.#information = information;
  }
  tokens() {
    return this.#tokens;
  }
  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.sentTo = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
}

describe("an MCP client that nobody registered", () => {
  let data_dir: string;
  let platform: Platform;
  let base: string;
  let documents: Server;
  let documentsAt: string;
  const served = new Map<string, object>();

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-mcp-login-"));
    const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), ca.certificate]);
    const certificate = await ca.serverCertificate("documents", ["localhost"], join(data_dir, "documents"));
    documents = createServer(certificate, (request, response) => {
      const found = served.get(request.url ?? "");
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(found ?? {}));
    });
    const port = await freePort();
    await new Promise<void>((resolve) => documents.listen(port, "localhost", resolve));
    documentsAt = `https://localhost:${port}`;
    await writeFile(
      join(data_dir, "lakeward.yaml"),
      `egress:\n  allow:\n    - { host: localhost, port: ${port}, purpose: client }\n`,
    );
    const tls_port = await freePort();
    base = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: base, log: silentLog, progress: () => {} });
    const { identity } = platform.services;
    const { id } = await identity.users.create({ name: PERSON });
    await identity.authorization.passwords.set(id, PASSWORD);
    const admin = (await readFile(platform.admin_token_path, "utf8")).trim();
    await fetch(`${base}/api/2.1/unity-catalog/catalogs`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin}` },
      body: JSON.stringify({ name: "lake" }),
    });
  });
  after(async () => {
    documents?.close();
    await platform?.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  function documentOf(name: string, more: object = {}): string {
    const client_id = `${documentsAt}/${name}.json`;
    served.set(`/${name}.json`, {
      ...{ client_id, client_name: "Notebook", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" },
      ...{ grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], application_type: "native" },
      ...more,
    });
    return client_id;
  }

  async function connect(host: Host, url: string): Promise<Client> {
    const client = new Client({ name: "notebook", version: "1" }, { capabilities: {} });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: host }));
    return client;
  }

  /** The person logs in and allows what is asked. @returns the address the client is sent back to. */
  async function allow(sentTo: URL): Promise<{ readonly back: URL; readonly consent: string }> {
    const browser = new Browser(base);
    let { at, page } = await browser.follow(sentTo.href, CALLBACK);
    let consent = "";
    for (let step = 0; step < 4 && !at.startsWith(CALLBACK); step += 1) {
      const isLogin = page.includes('name="password"');
      if (!isLogin) consent = page;
      const form = isLogin ? { name: PERSON, password: PASSWORD, answer: "login" } : { answer: "allow" };
      const { location } = await browser.visit(formOf(page), form);
      ({ at, page } = await browser.follow(location ?? assert.fail(page), CALLBACK));
    }
    return { back: new URL(at), consent };
  }

  it("discovers the server, describes itself by a document, lets its person log in, and calls a tool as that person", async () => {
    const url = `${base}/api/2.0/mcp/sql`;
    const host = new Host(documentOf("notebook"));
    await assert.rejects(connect(host, url), UnauthorizedError);
    const { back, consent } = await allow(host.sentTo ?? assert.fail("nobody was sent to log in"));
    assert.match(consent, /Notebook<\/strong>, which describes itself at <strong>localhost:\d+/);
    assert.match(consent, new RegExp(`Only at: <strong>${url}</strong>`));
    const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: host });
    await transport.finishAuth(back.searchParams);
    const client = await connect(host, url);
    const { tools } = await client.listTools();
    assert.ok(tools.some((tool) => tool.name === "execute_sql"));
    await client.close();
  });

  it("holds a token that is good at that server alone", async () => {
    const url = `${base}/api/2.0/mcp/sql`;
    const host = new Host(documentOf("bound"));
    await assert.rejects(connect(host, url), UnauthorizedError);
    const { back } = await allow(host.sentTo!);
    await new StreamableHTTPClientTransport(new URL(url), { authProvider: host }).finishAuth(back.searchParams);
    const headers = { authorization: `Bearer ${host.tokens()?.access_token}`, "content-type": "application/json" };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const status = async (path: string, init: RequestInit = {}) =>
      (await fetch(base + path, { headers, ...init })).status;
    assert.equal(await status("/api/2.0/mcp/sql", { method: "POST", body }), 200);
    assert.equal(await status("/api/2.0/mcp/functions/lake/s", { method: "POST", body }), 401);
    assert.equal(await status("/api/2.0/preview/scim/v2/Me"), 401);
    assert.equal(await status("/api/2.0/sql/warehouses"), 401);
  });

  for (const [title, name, more] of [
    ["is another client's", "other", { client_id: "https://localhost/else.json" }],
    ["holds a secret", "secret", { client_secret: "s3cret" }],
    ["is longer than five kilobytes", "long", { client_name: "x".repeat(6000) }],
  ] as const) {
    it(`is refused when its document ${title}`, async () => {
      const host = new Host(documentOf(name, more));
      await assert.rejects(connect(host, `${base}/api/2.0/mcp/sql`), UnauthorizedError);
      const { page, status, location } = await new Browser(base).visit(host.sentTo?.href ?? "");
      assert.equal(status, 400);
      assert.equal(location, null);
      assert.doesNotMatch(page, /s3cret|xxx/);
    });
  }

  it("is refused when its document lies on this machine or a private network and nobody listed that", async () => {
    for (const client_id of ["https://127.0.0.1:1/c.json", "https://10.0.0.1/c.json", "https://[::1]/c.json"]) {
      const parameters = { client_id, redirect_uri: CALLBACK, response_type: "code", scope: "sql" };
      const { status, page } = await new Browser(base).visit(`/oidc/v1/authorize?${new URLSearchParams(parameters)}`);
      assert.equal(status, 400, page);
    }
  });

  it("learns by a 401 where the metadata are, and finds them for every MCP server", async () => {
    for (const [path, scope] of [
      ["/api/2.0/mcp/sql", "sql"],
      ["/api/2.0/mcp/functions/a/b", "unity-catalog"],
      ["/api/2.0/mcp/functions/a/b/c", "unity-catalog"],
    ] as const) {
      const refused = await fetch(base + path, { method: "POST", body: "{}" });
      assert.equal(refused.status, 401);
      const challenge = refused.headers.get("www-authenticate") ?? "";
      const [, at = ""] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
      assert.equal(at, `${base}/.well-known/oauth-protected-resource${path}`);
      assert.match(challenge, new RegExp(`scope="${scope}"`));
      assert.deepEqual(await (await fetch(at)).json(), {
        resource: base + path,
        authorization_servers: [`${base}/oidc`],
        scopes_supported: [scope],
        bearer_methods_supported: ["header"],
      });
    }
    assert.equal((await fetch(`${base}/.well-known/oauth-protected-resource/api/2.0/sql/statements`)).status, 404);
  });
});
