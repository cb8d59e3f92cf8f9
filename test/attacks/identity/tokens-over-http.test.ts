import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Log } from "#base/log.ts";
import { basic } from "../../identity/world.ts";
import { type Attacked, attackedWorld, earnCode, type Said } from "./attacked.ts";

const APP = "https://app.example/callback";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const PERSONAL = "urn:databricks:params:oauth:token-type:personal-access-token";
const ME = "/api/2.0/preview/scim/v2/Me";

describe("attacks by tokens over HTTP", () => {
  let world: Attacked;
  let client_id: string;
  const said: string[] = [];

  before(async () => {
    const write = (...line: unknown[]): void => void said.push(JSON.stringify(line));
    const log: Log = { info: write, warn: write, error: write };
    world = await attackedWorld({ log });
    ({ client_id } = await world.app("reports", { redirect_urls: [APP] }));
  });
  after(() => world?.[Symbol.asyncDispose]());

  const login = async (more: Readonly<Record<string, string>> = {}): Promise<Said> =>
    world.token((await earnCode(world.base, { client_id, redirect_uri: APP, ...more })).redeem);

  it("takes no token of another workspace, of the account, or an ID token, for its own", async () => {
    const token = String((await login({ scope: "all-apis" })).body.access_token);
    assert.equal((await world.call(token, "GET", ME)).status, 200);
    await using other = await attackedWorld();
    const theirs = await earnCode(other.base, {
      ...{ client_id: (await other.app("theirs", { redirect_urls: [APP] })).client_id, redirect_uri: APP },
      scope: "all-apis",
    });
    const foreign = String((await other.token(theirs.redeem)).body.access_token);
    assert.equal((await other.call(foreign, "GET", ME)).status, 200);
    assert.equal((await world.call(foreign, "GET", ME)).status, 401);
    assert.equal((await other.call(token, "GET", ME)).status, 401);
    assert.equal((await world.call(other.admin, "GET", ME)).status, 401);
    const { id_token } = (await login({ scope: "openid all-apis offline_access" })).body;
    assert.ok(id_token);
    assert.equal((await world.call(String(id_token), "GET", ME)).status, 401);
  });

  it("opens with a token for one MCP server that server alone: no other, no REST, no account", async () => {
    const mine = "/api/2.0/mcp/functions/aviation/safety";
    const said = await login({ scope: "all-apis", resource: `${world.base}${mine}` });
    const token = String(said.body.access_token);
    const rpc = (path: string) => world.call(token, "POST", path, { jsonrpc: "2.0", id: 1, method: "ping" });
    assert.notEqual((await rpc(mine)).status, 401);
    for (const path of [
      ...["/api/2.0/mcp/functions/aviation/other", "/api/2.0/mcp/functions/aviation", "/api/2.0/mcp/sql", `${mine}/`],
      ...["/api/2.0/mcp/functions/aviation/Safety", "/api/2.0/mcp/functions/aviation/safety/x"],
    ])
      assert.ok([401, 403, 404].includes((await rpc(path)).status), path);
    for (const path of [ME, "/api/2.0/sql/warehouses", "/api/2.1/unity-catalog/catalogs"])
      assert.equal((await world.call(token, "GET", path)).status, 401, path);
  });

  it("refuses a token in the URL, whoever sends it and whatever else is sent, and logs none of it", async () => {
    const { access_token, refresh_token } = (await login({ scope: "all-apis offline_access" })).body;
    const token = String(access_token);
    for (const path of [`${ME}?access_token=${token}`, `/api/2.0/sql/warehouses?x=1&access_token=${token}`]) {
      assert.ok([400, 401].includes((await world.call(null, "GET", path)).status));
      const both = await world.call(token, "GET", path);
      assert.equal(both.status, 400);
      assert.ok(!both.text.includes(token));
    }
    for (const form of [{ grant_type: "refresh_token", client_id }, { grant_type: "client_credentials" }]) {
      const query = `?refresh_token=${refresh_token}&client_secret=${token}`;
      const response = await fetch(`${world.base}/oidc/v1/token${query}`, {
        method: "POST",
        body: new URLSearchParams(form),
      });
      assert.equal(response.status, 400);
      assert.ok(!(await response.text()).includes(String(refresh_token)));
    }
    assert.ok(![token, String(refresh_token)].some((one) => said.join("\n").includes(one)));
  });

  it("exchanges a live personal token alone, for no more than its scopes and no longer than its life", async () => {
    const { identity } = world.platform.services;
    const { id } = await identity.users.create({ name: "pat@board.example" });
    const made = await identity.tokens.create(id, { scopes: ["sql"], lifetime_s: 300 });
    const exchange = (subject_token: string, more: Readonly<Record<string, string>> = {}) =>
      world.token({ grant_type: EXCHANGE, subject_token, subject_token_type: PERSONAL, scope: "sql", ...more });
    const good = await exchange(made.token);
    assert.equal(good.status, 200, good.text);
    assert.ok(Number(good.body.expires_in) <= 300);
    for (const scope of ["all-apis", "sql unity-catalog", "offline_access", "sql offline_access", "", "SQL", "fly"])
      assert.equal((await exchange(made.token, { scope })).body.access_token, undefined, scope);
    for (const token of [
      ...[`${made.token}x`, made.token.slice(0, -1), made.token.toUpperCase(), ` ${made.token}`, made.token.slice(4)],
      ...[`dapi${"0".repeat(64)}`, String(good.body.access_token), "' OR 1=1 --", "\u0000"],
    ]) {
      const { status, body, text } = await exchange(token);
      assert.ok(status === 400 && body.access_token === undefined, `${token}: ${status} ${text}`);
    }
    assert.equal((await exchange(made.token, { client_id })).body.access_token, undefined);
    const withHeader = await world.token(
      { grant_type: EXCHANGE, subject_token: made.token, subject_token_type: PERSONAL, scope: "sql" },
      { authorization: basic(client_id, "x") },
    );
    assert.equal(withHeader.body.access_token, undefined);
    await identity.users.setActive(id, false);
    assert.equal((await exchange(made.token)).body.error, "invalid_grant");
    await identity.users.setActive(id, true);
    await identity.tokens.revoke(made.id);
    assert.equal((await exchange(made.token)).body.error, "invalid_grant");
  });

  it("makes no federation policy for a service principal without a subject, nor one for the account with one", async () => {
    const { id } = await world.platform.services.identity.servicePrincipals.create({ display_name: "robot" });
    const account = `/api/2.0/accounts/${world.account_id}`;
    const make = (path: string, policy: object) =>
      world.call(world.admin, "POST", `${account}${path}/federationPolicies`, {
        oidc_policy: { issuer: "https://idp.example", ...policy },
      });
    for (const policy of [{}, { subject: "" }, { subject: null }, { subject: ["x"] }])
      assert.equal((await make(`/servicePrincipals/${id}`, policy)).status, 400, JSON.stringify(policy));
    assert.equal((await make("", { subject: "x" })).status, 400);
  });
});
