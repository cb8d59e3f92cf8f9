import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  customFetch,
  discovery,
  None,
  randomPKCECodeVerifier,
} from "openid-client";
import { Agent, fetch } from "undici";
import type { LocalCa } from "#net/mod.ts";
import { Browser } from "../identity/browser.ts";
import { freePort } from "../world/free-port.ts";
import { PEOPLES_CLIENT, REDIRECT_URI, realmOf, WORKLOAD_CLIENT, WORKLOAD_SECRET } from "./realm.ts";

/** A running Keycloak with one realm: an organisation's people, and a workload with a secret of its own. */
export interface Keycloak extends AsyncDisposable {
  readonly issuer: string;
  /** The access token that a person got by logging in on Keycloak's own page. */
  logIn(email: string): Promise<string>;
  /** A person who was sent there to log in does so. @returns the address of the way back, which begins with `back`. */
  answer(sent_to: string, email: string, back: string): Promise<string>;
  /** The access token that the workload got by its secret. */
  workload(): Promise<string>;
  /** A new signing key takes over; the former ones stay published. */
  addKey(): Promise<void>;
  /** Only the present signing key stays published. */
  dropFormerKeys(): Promise<void>;
}

export interface KeycloakOptions {
  /** Its start script. */
  readonly script: string;
  readonly ca: LocalCa;
  readonly emails: readonly string[];
  /** For whom its access tokens are made out. */
  readonly audience: string;
  /** Where the workspace takes back whom it sent here to log in. */
  readonly callback: string;
}

const ADMIN = "operator";
/** A machine with two cores that does other things as well. */
const START_MS_MAX = 240_000;
const REALM = "board";
const KEY_PROVIDER = "org.keycloak.keys.KeyProvider";

const passwordOf = (email: string): string => `correct horse of ${email}`;

/** Starts it and makes the realm. @throws Error with what Keycloak said when it does not start. */
export async function startKeycloak({ script, ca, ...organisation }: KeycloakOptions): Promise<Keycloak> {
  const directory = await mkdtemp(join(tmpdir(), "lakeward-keycloak-"));
  await ca.serverCertificate("keycloak", ["localhost"], directory);
  const origin = `https://localhost:${await freePort()}`;
  const admin_password = crypto.randomUUID();
  const agent = new Agent({ connect: { ca: ca.certificate } });
  const server = new Server(script, origin, directory, admin_password);
  const stop = async (): Promise<void> => {
    await server.stop();
    await agent.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const admin = new Admin(origin, admin_password, agent);
    await server.started(() => admin.isReady());
    await admin.ask("POST", "/admin/realms", realmOf({ realm: REALM, passwordOf, ...organisation }));
    const issuer = `${origin}/realms/${REALM}`;
    const configured = (client_id: string, secret?: string): Promise<Configuration> =>
      discovery(new URL(issuer), client_id, secret, secret === undefined ? None() : undefined, {
        [customFetch]: (url, init) =>
          fetch(url, { ...(init as object), dispatcher: agent }) as unknown as Promise<Response>,
      });
    const people = await configured(PEOPLES_CLIENT);
    const workload = await configured(WORKLOAD_CLIENT, WORKLOAD_SECRET);
    return {
      issuer,
      logIn: (email) => logIn(people, ca, email),
      answer: (sent_to, email, back) => answer(ca, sent_to, email, back),
      workload: async () => (await clientCredentialsGrant(workload)).access_token,
      addKey: () => admin.addKey(),
      dropFormerKeys: () => admin.dropFormerKeys(),
      [Symbol.asyncDispose]: stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** The authorization-code flow with PKCE. */
async function logIn(config: Configuration, ca: LocalCa, email: string): Promise<string> {
  const verifier = randomPKCECodeVerifier();
  const start = buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: "openid email",
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const back = new URL(await answer(ca, start.href, email, REDIRECT_URI));
  return (await authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier })).access_token;
}

/** Keycloak's login page, filled in and sent as a browser would. */
async function answer(ca: LocalCa, sent_to: string, email: string, back: string): Promise<string> {
  const browser = new Browser(new URL(sent_to).origin, ca.certificate);
  const { page } = await browser.follow(sent_to, back);
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? assert.fail(page);
  const { location } = await browser.visit(action, { username: email, password: passwordOf(email) });
  if (!location?.startsWith(back)) throw new Error(`Keycloak did not let ${email} in.`);
  return location;
}

/** The process. */
class Server {
  readonly #process: ChildProcess;
  #said = "";

  constructor(script: string, origin: string, directory: string, admin_password: string) {
    const settings = {
      hostname: origin,
      cache: "local",
      "http-enabled": "false",
      "http-host": "127.0.0.1",
      "https-port": new URL(origin).port,
      "https-certificate-file": join(directory, "keycloak.pem"),
      "https-certificate-key-file": join(directory, "keycloak-key.pem"),
    };
    const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    this.#process = spawn("sh", [script, "start", "--optimized", ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: the script is the parent of the Java that is to end.
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN,
        KC_BOOTSTRAP_ADMIN_PASSWORD: admin_password,
        ...(process.env.JAVA_HOME !== undefined && { JAVA_HOME: process.env.JAVA_HOME }),
        JAVA_OPTS_KC_HEAP: "-Xms64m -Xmx512m",
        // It lives for a minute: what the JVM would compile well it would not use.
        JAVA_OPTS_APPEND: "-XX:TieredStopAtLevel=1",
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#said += chunk.toString();
      });
  }

  async started(isReady: () => Promise<boolean>): Promise<void> {
    const end_ms = Date.now() + START_MS_MAX;
    while (!(await isReady())) {
      if (this.#process.exitCode !== null || Date.now() > end_ms)
        throw new Error(`Keycloak did not start.\n${this.#said}`);
      await wait(250);
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.pid === undefined) return;
    const ended = once(this.#process, "exit");
    process.kill(-this.#process.pid, "SIGKILL");
    await ended;
  }
}

interface KeyProvider {
  readonly id: string;
  readonly providerId: string;
  readonly config: Readonly<Record<string, readonly string[]>>;
}

/** Keycloak's own administration, by its REST API. */
class Admin {
  readonly #origin: string;
  readonly #password: string;
  readonly #agent: Agent;
  #priority = 1_000;

  constructor(origin: string, password: string, agent: Agent) {
    this.#origin = origin;
    this.#password = password;
    this.#agent = agent;
  }

  isReady(): Promise<boolean> {
    return this.#token().then(
      () => true,
      () => false,
    );
  }

  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(this.#origin + path, {
      dispatcher: this.#agent,
      method,
      headers: { authorization: `Bearer ${await this.#token()}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async addKey(): Promise<void> {
    this.#priority += 1;
    await this.ask("POST", `/admin/realms/${REALM}/components`, {
      name: `rsa-${this.#priority}`,
      providerId: "rsa-generated",
      providerType: KEY_PROVIDER,
      config: { priority: [String(this.#priority)], enabled: ["true"], active: ["true"], algorithm: ["RS256"] },
    });
  }

  async dropFormerKeys(): Promise<void> {
    const path = `/admin/realms/${REALM}/components`;
    const providers = await this.ask<readonly KeyProvider[]>("GET", `${path}?type=${KEY_PROVIDER}`);
    for (const { id, providerId, config } of providers)
      if (providerId === "rsa-generated" && config.priority?.[0] !== String(this.#priority))
        await this.ask("DELETE", `${path}/${id}`);
  }

  async #token(): Promise<string> {
    const answer = await fetch(`${this.#origin}/realms/master/protocol/openid-connect/token`, {
      dispatcher: this.#agent,
      method: "POST",
      body: new URLSearchParams({
        grant_type: "password",
        client_id: "admin-cli",
        username: ADMIN,
        password: this.#password,
      }),
    });
    const { access_token } = (await answer.json()) as { readonly access_token?: string };
    if (access_token === undefined) throw new Error(`Keycloak refused its administrator: ${answer.status}.`);
    return access_token;
  }
}
