import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemIds } from "#host/mod.ts";
import { type LocalCa, openLocalCa } from "#net/mod.ts";
import { type LoggedIn, login } from "../../samples/idp/login.ts";
import { hashPassword } from "../../samples/idp/passwords.ts";
import { type Idp, startIdp } from "../../samples/idp/start.ts";

/** An organisation with its identity provider running beside the test. */
export interface Organisation extends AsyncDisposable {
  readonly ca: LocalCa;
  readonly idp: Idp;
  logIn(email: string): Promise<LoggedIn>;
}

const client_id = "board-app";
const redirect_uri = "http://127.0.0.1/callback";
const passwordOf = (email: string): string => `correct horse of ${email}`;

/** Starts the sample provider with these people, its tokens made out to `audience`, on any free port unless told. */
export async function organisation(emails: readonly string[], audience: string, port = 0): Promise<Organisation> {
  const directory = await mkdtemp(join(tmpdir(), "lakeward-idp-"));
  const ca = await openLocalCa({ data_dir: directory, clock: systemClock, ids: systemIds });
  await ca.serverCertificate("idp", ["localhost"], join(directory, "idp"));
  const users = join(directory, "users.json");
  const accounts = emails.map(async (email) => ({
    email,
    name: email,
    password_hash: await hashPassword(passwordOf(email)),
  }));
  await writeFile(users, JSON.stringify(await Promise.all(accounts)));
  const idp = await startIdp({
    data_dir: join(directory, "idp"),
    port,
    cert: join(directory, "idp", "idp.pem"),
    key: join(directory, "idp", "idp-key.pem"),
    users,
    clients: [{ client_id, redirect_uri }],
    audience,
  }).catch(async (cause: unknown) => {
    await rm(directory, { recursive: true });
    throw cause;
  });
  return {
    ca,
    idp,
    logIn: (email) =>
      login({ issuer: idp.issuer, client_id, redirect_uri, ca: ca.certificate, email, password: passwordOf(email) }),
    [Symbol.asyncDispose]: async () => {
      await idp.stop();
      await rm(directory, { recursive: true });
    },
  };
}
