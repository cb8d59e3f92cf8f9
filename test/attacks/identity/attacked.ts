import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Log } from "#base/log.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { boot, type Platform } from "../../../src/boot.ts";
import { CONFIGURATION_FILE } from "../../../src/configuration.ts";
import { Browser, formOf } from "../../identity/browser.ts";
import { freshDatabase } from "../../world/database.ts";
import { freePort } from "../../world/free-port.ts";

export const PASSWORD = "correct horse battery";
export const PERSON = "ida@board.example";

type Fields = Readonly<Record<string, string>>;

/** What was asked of the attacker's server. */
interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server of the attacker's, under a certificate that the platform trusts: what it answers is what the test says. */
export interface Hostile {
  readonly origin: string;
  readonly asked: Asked[];
  /** By path. Anything else is 404. */
  readonly answers: Map<string, (response: ServerResponse, asked: Asked) => void>;
  json(path: string, body: unknown, headers?: Fields): void;
}

export interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
  readonly text: string;
}

/** A booted platform, a person with a password, and an attacker's server. */
export interface Attacked extends AsyncDisposable {
  readonly platform: Platform;
  readonly base: string;
  readonly data_dir: string;
  readonly database_url: string;
  readonly admin: string;
  readonly account_id: string;
  readonly hostile: Hostile;
  call(token: string | null, method: string, path: string, body?: object, headers?: Fields): Promise<Said>;
  token(form: Fields | string, headers?: Fields): Promise<Said>;
  /** Registers an app. @returns its id, and its secret when it is confidential. */
  app(name: string, terms: object): Promise<{ readonly client_id: string; readonly client_secret: string }>;
}

interface Wanted {
  /** Text for lakeward.yaml, below `egress`. */
  readonly configuration?: (hostile: string) => string;
  readonly log?: Log;
  readonly public_url?: string;
  readonly options?: (hostile: string) => Partial<Parameters<typeof boot>[0]>;
}

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export async function attackedWorld({
  configuration,
  log = silent,
  public_url,
  options,
}: Wanted = {}): Promise<Attacked> {
  const database = await freshDatabase();
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-attacked-"));
  const { hostile, close } = await startHostile(data_dir);
  const { port: at } = new URL(hostile.origin);
  await writeFile(
    join(data_dir, CONFIGURATION_FILE),
    `egress: { allow: [${["idp", "client", "model"].map((purpose) => `{ host: localhost, port: ${at}, purpose: ${purpose} }`)}] }
${configuration?.(hostile.origin) ?? ""}`,
  );
  const port = await freePort();
  const platform = await boot({
    ...{ data_dir, port, tls_port: 0, database_url: database.url, log, progress: () => {} },
    ...(public_url && { public_url }),
    ...options?.(hostile.origin),
  });
  const base = `http://localhost:${port}`;
  const { id } = await platform.services.identity.users.create({ name: PERSON });
  await platform.services.identity.authorization.passwords.set(id, PASSWORD);
  const admin = (await readFile(platform.admin_token_path, "utf8")).trim();
  const { account_id } = platform.services.site;
  const send = async (method: string, path: string, headers: Fields, body?: string): Promise<Said> => {
    const response = await fetch(`${base}${path}`, { method, headers, ...(body !== undefined && { body }) });
    const text = await response.text();
    const parsed: unknown = /^[[{]/.test(text) ? JSON.parse(text) : {};
    return { status: response.status, headers: response.headers, text, body: isJsonObject(parsed) ? parsed : {} };
  };
  const call: Attacked["call"] = (token, method, path, body, headers = {}) =>
    send(
      method,
      path,
      { ...headers, ...(token !== null && { authorization: `Bearer ${token}` }) },
      body && JSON.stringify(body),
    );
  return {
    ...{ platform, base, data_dir, database_url: database.url, admin, account_id, hostile, call },
    token: (form, headers = {}) =>
      send(
        "POST",
        "/oidc/v1/token",
        { "content-type": "application/x-www-form-urlencoded", ...headers },
        typeof form === "string" ? form : String(new URLSearchParams(form)),
      ),
    app: async (name, terms) => {
      const path = `/api/2.0/accounts/${account_id}/oauth2/custom-app-integrations`;
      const { status, body, text } = await call(admin, "POST", path, { name, ...terms });
      assert.equal(status, 200, text);
      return { client_id: String(body.client_id), client_secret: String(body.client_secret ?? "") };
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await close();
      await rm(data_dir, { recursive: true, force: true });
      await database[Symbol.asyncDispose]();
    },
  };
}

async function startHostile(data_dir: string): Promise<{ hostile: Hostile; close: () => Promise<void> }> {
  const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
  const certificate = await ca.serverCertificate("hostile", ["localhost"]);
  const asked: Asked[] = [];
  const answers: Hostile["answers"] = new Map();
  const server = createServer(certificate, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      asked.push(one);
      const answer = answers.get(url.split("?")[0]!);
      if (answer) answer(response, one);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  const hostile: Hostile = {
    origin: `https://localhost:${port}`,
    asked,
    answers,
    json: (path, body, headers = {}) =>
      void answers.set(path, (response) =>
        response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body)),
      ),
  };
  return {
    hostile,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A login as a client begins it: PKCE, and what the client asks for. */
export function loginOf(parameters: Fields) {
  const verifier = randomBytes(32).toString("base64url");
  const fields: Record<string, string> = {
    ...{ response_type: "code", scope: "sql offline_access", state: "s1" },
    ...{ code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" },
    ...parameters,
  };
  const path = `/oidc/v1/authorize?${new URLSearchParams(fields)}`;
  return { verifier, path, fields };
}

/** Goes from the authorize address through the pages, saying yes, to where the client gets its answer. */
export async function throughPages(
  browser: Browser,
  path: string,
  until: string,
): Promise<{ at: URL; pages: string[] }> {
  const pages: string[] = [];
  let { at, page, status } = await browser.follow(path, until);
  while (!at.startsWith(until)) {
    assert.equal(status, 200, page);
    pages.push(page);
    assert.ok(
      pages.length < 4,
      `The pages have no end: ${pages.map((one) => /<h1>(.*)<\/h1>/.exec(one)?.[1]).join(", ")}`,
    );
    const form = page.includes('name="password"')
      ? { name: PERSON, password: PASSWORD, answer: "login" }
      : { answer: "allow" };
    const { location } = await browser.visit(formOf(page), form);
    ({ at, page, status } = await browser.follow(location ?? assert.fail(page), until));
  }
  return { at: new URL(at), pages };
}

/** A code that a person's yes earned, and what the client needs to redeem it. */
export async function earnCode(
  base: string,
  parameters: Fields & { readonly redirect_uri: string },
  browser = new Browser(base),
): Promise<{ readonly code: string; readonly redeem: Fields }> {
  const { verifier, path } = loginOf(parameters);
  const { at } = await throughPages(browser, path, parameters.redirect_uri);
  const code = at.searchParams.get("code") ?? assert.fail(at.href);
  const { redirect_uri, client_id = "" } = parameters;
  return {
    code,
    redeem: { grant_type: "authorization_code", code, redirect_uri, client_id, code_verifier: verifier },
  };
}
