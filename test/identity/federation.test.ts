import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createEgress, type Egress } from "#net/mod.ts";
import { type Organisation, organisation } from "./organisation.ts";
import { ACCOUNT, fault, type IdentityWorld, identityWorld } from "./world.ts";

const tex = "tex@board.example";
const nora = "nora@board.example";

describe("federation with a separate identity provider", () => {
  let board: Organisation;
  let egress: Egress;
  let world: IdentityWorld;

  before(async () => {
    board = await organisation([tex, nora, "eve@board.example"], ACCOUNT);
    const port = Number(new URL(board.idp.issuer).port);
    egress = createEgress({ allow: [{ host: "localhost", port, purpose: "idp" }], ca: board.ca.certificate });
    world = await identityWorld({ egress });
    for (const name of [tex, nora]) await world.identity.users.create({ name });
    await world.identity.federation.createPolicy({ issuer: board.idp.issuer, subject_claim: "email" });
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
    await egress?.close();
    await board[Symbol.asyncDispose]();
  });

  const exchange = (subject_token: string) =>
    world.token({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "all-apis",
    });

  it("exchanges what each person got at login for a token that acts as that person", async () => {
    for (const email of [tex, nora]) {
      const { access_token } = await exchange((await board.logIn(email)).access_token);
      assert.equal((await world.identity.authenticate(`Bearer ${access_token}`)).subject.name, email);
    }
  });

  it("refuses a person the directory does not know, and a token made out to the app instead of the account", async () => {
    const { access_token } = await board.logIn("eve@board.example");
    await assert.rejects(exchange(access_token), fault("INVALID_GRANT", /TOKEN_INVALID/));
    const { id_token } = await board.logIn(tex);
    await assert.rejects(exchange(id_token), fault("INVALID_GRANT", /audience/));
  });

  it("follows a rotation of the provider's key while running: new tokens pass, those under the removed key do not", async () => {
    const old = (await board.logIn(tex)).access_token;
    await exchange(old);
    await board.idp.rotate();
    world.now_ms += 1_000;
    const fresh = (await board.logIn(tex)).access_token;
    const { access_token } = await exchange(fresh);
    assert.equal((await world.identity.authenticate(`Bearer ${access_token}`)).subject.name, tex);
    await assert.rejects(exchange(old), fault("INVALID_GRANT", /does not publish/));
  });
});
