import assert from "node:assert/strict";
import { it } from "node:test";
import { createAdapters } from "../../src/identity/authorization/adapter.ts";
import { authorizationStore } from "../../src/identity/store/authorization.ts";
import { keyStore } from "../../src/identity/store/keys.ts";
import { openVault } from "../../src/identity/vault.ts";
import { identityWorld } from "./world.ts";

it("ends what a person allowed when a code is used twice, though the first use has not written its tokens yet", async () => {
  await using world = await identityWorld();
  const { db, sealing_key } = world.options;
  const of = createAdapters({
    store: authorizationStore(db),
    vault: await openVault(keyStore(db), sealing_key),
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
