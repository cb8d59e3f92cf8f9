import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { it } from "node:test";
import { createAdapters } from "../../src/identity/authorization/adapter.ts";
import { authorizationStore } from "../../src/identity/store/authorization.ts";
import { keyStore } from "../../src/identity/store/keys.ts";
import { openVault } from "../../src/identity/vault.ts";
import { freshDatabase } from "../world/database.ts";

it("ends what a person allowed when a code is used twice, though the first use has not written its tokens yet", async () => {
  await using database = await freshDatabase();
  const of = createAdapters({
    store: authorizationStore(database.db),
    vault: await openVault(keyStore(database.db), randomBytes(32)),
    clients: { find: () => Promise.resolve(undefined) },
    clock: { now_ms: Date.now },
  });
  const [grants, codes] = [of("Grant"), of("AuthorizationCode")];
  await grants.upsert("the grant", { accountId: "1" }, 60);
  await codes.upsert("the code", { grantId: "the grant" }, 60);
  await codes.consume("the code");
  assert.ok(await grants.find("the grant"));
  await assert.rejects(async () => codes.consume("the code"), /invalid_grant/);
  assert.equal(await grants.find("the grant"), undefined);
  assert.equal(await codes.find("the code"), undefined);
});
