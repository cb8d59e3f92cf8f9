import { randomBytes, randomInt } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { type LoggedIn, login } from "../idp/login.ts";
import { hashPassword } from "../idp/passwords.ts";
import { type Idp, startIdp } from "../idp/start.ts";
import { readPrivate, sampleFiles, writePrivate } from "./files.ts";
import { people } from "./organisation/people.ts";

interface Settings {
  readonly port: number;
}

export type Logins = Readonly<Record<string, string>>;

/**
 * Where the port is chosen from: below those that systems give to outgoing connections, so that it is free at the next start too,
 * and at random, so that workspaces which start beside each other choose different ones.
 */
const PORTS = { from: 20_000, below: 30_000 } as const;
const PORTS_TRIED_MAX = 50;
const PASSWORD_BYTES = 12;

/** The workspace itself, at which the board's people may log in by browser. */
export const WORKSPACE_CLIENT = "lakeward";

/** The board's app, as the identity provider knows it. */
const client_id = "board-app";
const redirect_uri = "http://127.0.0.1/callback";

/** The provider's port, chosen at first start. */
export async function identityProviderPort(data_dir: string): Promise<number> {
  const { idp_settings } = sampleFiles(data_dir);
  const known = await readPrivate<Settings>(idp_settings);
  if (known) return known.port;
  for (let tried = 0; tried < PORTS_TRIED_MAX; tried += 1) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (!(await isFree(port))) continue;
    await writePrivate(idp_settings, { port } satisfies Settings);
    return port;
  }
  throw new Error("No port was found free for the sample organisation's identity provider.");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

export const issuerOf = (port: number): string => `https://localhost:${port}`;

/** Starts the board's identity provider, a process with its own accounts and keys. Passwords are made at the first start. */
export async function startIdentityProvider(
  data_dir: string,
  { account_id, public_url }: { readonly account_id: string; readonly public_url: string },
): Promise<Idp> {
  const files = sampleFiles(data_dir);
  const logins = (await readPrivate<Logins>(files.logins)) ?? (await makeLogins(files.logins));
  if (!(await readPrivate(files.idp_users))) await writePrivate(files.idp_users, await accountsOf(logins));
  const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
  await ca.serverCertificate("idp", ["localhost"], files.idp);
  return startIdp({
    data_dir: files.idp,
    port: await identityProviderPort(data_dir),
    cert: join(files.idp, "idp.pem"),
    key: join(files.idp, "idp-key.pem"),
    users: files.idp_users,
    clients: [
      { client_id, redirect_uri },
      { client_id: WORKSPACE_CLIENT, redirect_uri: `${public_url}/oidc/v1/callback` },
    ],
    audience: account_id,
  });
}

/** Logs one of the board's people in by the authorization-code flow. @throws Error for a person who is not one. */
export async function logIn(data_dir: string, ca: string, email: string): Promise<LoggedIn> {
  const password = (await readPrivate<Logins>(sampleFiles(data_dir).logins))?.[email];
  if (!password) throw new Error(`'${email}' is not one of the board: ${people.map((one) => one.email).join(", ")}.`);
  const issuer = issuerOf(await identityProviderPort(data_dir));
  return login({ issuer, client_id, redirect_uri, ca, email, password });
}

async function makeLogins(path: string): Promise<Logins> {
  const logins = Object.fromEntries(
    people.map(({ email }) => [email, randomBytes(PASSWORD_BYTES).toString("base64url")]),
  );
  await writePrivate(path, logins);
  return logins;
}

function accountsOf(logins: Logins) {
  return Promise.all(
    people.map(async ({ email, name }) => ({ email, name, password_hash: await hashPassword(logins[email] ?? "") })),
  );
}
