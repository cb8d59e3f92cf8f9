import type { Database } from "#db/mod.ts";
import { attemptStore } from "./attempts.ts";
import { authorizationStore } from "./authorization.ts";
import { customAppStore } from "./custom-apps.ts";
import { directoryStore } from "./directory.ts";
import { factStore } from "./facts.ts";
import { governanceStore } from "./governance.ts";
import { keyStore } from "./keys.ts";
import { membershipStore } from "./membership.ts";
import { passwordStore } from "./passwords.ts";
import { policyStore } from "./policies.ts";
import { principalStore } from "./principals.ts";
import { secretStore } from "./secrets.ts";
import { subjectStore } from "./subjects.ts";
import { tokenStore } from "./tokens.ts";

/** The database as identity's options name it. */
export type IdentityDatabase = Database;

/** All that identity keeps, on one database. */
export function openStores(db: Database) {
  const directory = directoryStore(db);
  const tokens = tokenStore(db);
  return {
    directory,
    subjects: subjectStore(db, directory, tokens),
    secrets: secretStore(db),
    tokens,
    facts: factStore(db),
    governance: governanceStore(db),
    keys: keyStore(db),
    membership: membershipStore(db),
    policies: policyStore(db),
    principals: principalStore(db),
    attempts: attemptStore(db),
    authorization: authorizationStore(db),
    passwords: passwordStore(db),
    customApps: customAppStore(db),
  };
}
