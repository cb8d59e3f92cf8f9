import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock, systemIds } from "#host/mod.ts";
import { openLocalCa } from "#net/mod.ts";
import { hashPassword } from "../../samples/idp/passwords.ts";
import { startIdp } from "../../samples/idp/start.ts";
import { Browser, formOf } from "./browser.ts";

const PASSWORD = "correct horse battery";

/** An identity provider of its own at which the people of a workspace may log in. */
export interface LoginProviderFixture {
  /** Goes there from a login page's link, logs in, and is sent back. @returns the address of the way back. */
  logIn(location: string | null, email: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the sample provider and names it in lakeward.yaml, as `The Board`; beside it one that is not there. Whoever is of
 * board.example is made a user at the first login. `base` is the workspace's public URL.
 */
export async function startLoginProvider(
  data_dir: string,
  base: string,
  emails: readonly string[],
): Promise<LoginProviderFixture> {
  const folder = join(data_dir, "idp");
  await mkdir(folder);
  const ca = await openLocalCa({ data_dir, clock: systemClock, ids: systemIds });
  await ca.serverCertificate("idp", ["localhost"], folder);
  const accounts = emails.map(async (email) => ({ email, name: email, password_hash: await hashPassword(PASSWORD) }));
  await writeFile(join(folder, "users.json"), JSON.stringify(await Promise.all(accounts)));
  const idp = await startIdp({
    ...{ data_dir: folder, port: 0, cert: join(folder, "idp.pem"), key: join(folder, "idp-key.pem") },
    ...{ users: join(folder, "users.json"), audience: "account" },
    clients: [{ client_id: "lake", redirect_uri: `${base}/oidc/v1/callback` }],
  });
  await writeFile(
    join(data_dir, "lakeward.yaml"),
    `egress: { allow: [{ host: localhost, port: ${new URL(idp.issuer).port}, purpose: idp }] }
login:
  providers:
    - { name: The Board, issuer: "${idp.issuer}", client_id: lake, new_users_of: [Board.example] }
    - { name: Nowhere, issuer: "https://localhost:9/none", client_id: lake }
`,
  );
  return {
    logIn: async (location, email) => {
      const there = new Browser(idp.issuer, ca.certificate);
      const { page } = await there.follow(location ?? assert.fail("nobody was sent away"), base);
      const { location: on } = await there.visit(formOf(page), { email, password: PASSWORD });
      return (await there.follow(on ?? assert.fail("the provider refused"), base)).at;
    },
    stop: () => idp.stop(),
  };
}
