import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { createEgress, type Egress } from "#net/mod.ts";
import { login } from "../../samples/idp/login.ts";
import { type Organisation, organisation } from "./organisation.ts";

const ana = "ana@board.example";

describe("the sample organisation's identity provider", () => {
  let board: Organisation;
  let egress: Egress;

  before(async () => {
    board = await organisation([ana], "account-1");
    const { port } = new URL(board.idp.issuer);
    egress = createEgress({
      allow: [{ host: "localhost", port: Number(port), purpose: "idp" }],
      ca: board.ca.certificate,
    });
  });
  after(async () => {
    await egress.close();
    await board[Symbol.asyncDispose]();
  });

  const publishedKeys = async (): Promise<string[]> => {
    const { keys }: { keys: { kid: string }[] } = JSON.parse(
      (await egress.fetch(`${board.idp.issuer}/jwks`, { purpose: "idp" })).text(),
    );
    return keys.map(({ kid }) => kid);
  };

  it("gives a person who logs in a signed token made out to the account", async () => {
    const { access_token, id_token } = await board.logIn(ana);
    const claims = decodeJwt(access_token);
    assert.equal(claims.iss, board.idp.issuer);
    assert.equal(claims.aud, "account-1");
    assert.deepEqual([claims.sub, claims.email], [ana, ana]);
    assert.equal(decodeProtectedHeader(access_token).alg, "RS256");
    assert.deepEqual(await publishedKeys(), [decodeProtectedHeader(access_token).kid]);
    assert.equal(decodeJwt(id_token).aud, "board-app");
  });

  it("refuses a wrong password and an unknown e-mail", async () => {
    const same = { issuer: board.idp.issuer, client_id: "board-app", redirect_uri: "http://127.0.0.1/callback" };
    const ca = board.ca.certificate;
    await assert.rejects(login({ ...same, ca, email: ana, password: "wrong" }), /refused the login \(401\)/);
    await assert.rejects(
      login({ ...same, ca, email: "eve@board.example", password: "x" }),
      /refused the login \(401\)/,
    );
  });

  it("names a port that is in use, since its issuer URL holds it", async () => {
    const { port } = new URL(board.idp.issuer);
    const said = `The identity provider did not start. Port ${port} is in use by another process`;
    await assert.rejects(organisation([ana], "account-1", Number(port)), new RegExp(`^Error: ${said}`));
  });

  it("publishes only its new key after a rotation, and logs people in with it", async () => {
    const before_ = await publishedKeys();
    await board.idp.rotate();
    const after_ = await publishedKeys();
    assert.equal(after_.length, 1);
    assert.notDeepEqual(after_, before_);
    assert.equal(decodeProtectedHeader((await board.logIn(ana)).access_token).kid, after_[0]);
  });
});
