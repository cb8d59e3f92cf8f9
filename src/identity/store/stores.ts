import type { Database } from "#db/mod.ts";
import { authorizationStore } from "./authorization.ts";
import { credentialStore } from "./credentials.ts";
import { directoryStore } from "./directory.ts";
import { governanceStore } from "./governance.ts";
import { keyStore } from "./keys.ts";
import { passwordStore } from "./passwords.ts";
import { policyStore } from "./policies.ts";

/** The database as identity's options name it. */
export type IdentityDatabase = Database;

/** All that identity keeps, on one database. */
export function openStores(db: Database) {
  return {
    directory: directoryStore(db),
    credentials: credentialStore(db),
    governance: governanceStore(db),
    keys: keyStore(db),
    policies: policyStore(db),
    authorization: authorizationStore(db),
    passwords: passwordStore(db),
  };
}
