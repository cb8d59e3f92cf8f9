import type { Database } from "#db/mod.ts";
import { credentialStore } from "./credentials.ts";
import { directoryStore } from "./directory.ts";
import { keyStore } from "./keys.ts";
import { policyStore } from "./policies.ts";

/** The database as identity's options name it. */
export type IdentityDatabase = Database;

/** All that identity keeps, on one database. */
export function openStores(db: Database) {
  return {
    directory: directoryStore(db),
    credentials: credentialStore(db),
    keys: keyStore(db),
    policies: policyStore(db),
  };
}
