import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import type { DirectoryEntry } from "#identity/mod.ts";
import { type RestWorld, restWorld } from "./platform.ts";

const list = (body: JsonObject, field: string): readonly JsonObject[] => body[field] as readonly JsonObject[];

describe("credentials over REST", () => {
  let world: RestWorld;
  let robot: DirectoryEntry;
  let ana = "";
  let ben = "";
  before(async () => {
    world = await restWorld();
    const { identity } = world.platform.services;
    robot = await identity.servicePrincipals.create({ display_name: "robot" });
    ana = (await identity.tokens.create((await identity.users.create({ name: "ana@board.example" })).id)).token;
    ben = (await identity.tokens.create((await identity.users.create({ name: "ben@board.example" })).id)).token;
  });
  after(() => world[Symbol.asyncDispose]());

  const secrets = () => `/api/2.0/accounts/${world.account_id}/servicePrincipals/${robot.id}/credentials/secrets`;
  const proxied = () => `/api/2.0/accounts/servicePrincipals/${robot.id}/credentials/secrets`;
  const m2m = (client_secret: unknown, scope = "all-apis") =>
    world.form({
      grant_type: "client_credentials",
      client_id: robot.name,
      client_secret: String(client_secret),
      scope,
    });

  it("makes, lists and deletes a service principal's secret, by the account's path and the workspace's", async () => {
    for (const path of [secrets(), proxied()]) {
      const { status, body } = await world.call(world.admin, "POST", path, { lifetime: "3600s", scopes: ["sql"] });
      assert.equal(status, 200);
      const { secret, ...info } = body;
      assert.match(String(secret), /^dose[0-9a-f]{64}$/);
      assert.equal(info.secret_hash, createHash("sha256").update(String(secret)).digest("hex"));
      assert.equal(info.status, "ACTIVE");
      assert.equal(Date.parse(String(info.expire_time)) - Date.parse(String(info.create_time)), 3_600_000);
      assert.equal((await m2m(secret, "sql")).status, 200);
      const { status: refused, body: why } = await m2m(secret);
      assert.deepEqual([refused, why.error], [403, "access_denied"]);
      assert.match(String(why.error_description), /^Scopes 'all-apis' are not assigned/);
      const listed = await world.call(world.admin, "GET", path);
      assert.deepEqual(list(listed.body, "secrets"), [info]);
      assert.equal(listed.text.includes(String(secret)), false);
      assert.equal((await world.call(world.admin, "DELETE", `${path}/${info.id}`)).status, 200);
      assert.equal((await m2m(secret, "sql")).status, 401);
      assert.deepEqual(list((await world.call(world.admin, "GET", path)).body, "secrets"), []);
    }
  });

  it("holds a service principal to five live secrets, also when they are asked for at once, and lists them in pages", async () => {
    const made = await Promise.all(Array.from({ length: 7 }, () => world.call(world.admin, "POST", secrets(), {})));
    assert.deepEqual(made.map(({ status }) => status).toSorted(), [200, 200, 200, 200, 200, 400, 400]);
    assert.equal(made.find(({ status }) => status === 400)?.body.error_code, "QUOTA_EXCEEDED");
    const ids: unknown[] = [];
    for (let token = ""; ; ) {
      const { body } = await world.call(world.admin, "GET", `${secrets()}?page_size=2&page_token=${token}`);
      ids.push(...list(body, "secrets").map((one) => one.id));
      if (!body.next_page_token) break;
      token = String(body.next_page_token);
    }
    assert.equal(new Set(ids).size, 5);
    for (const id of ids) await world.call(world.admin, "DELETE", `${secrets()}/${id}`);
  });

  it("does not delete a secret by the path of another service principal", async () => {
    const { body } = await world.call(world.admin, "POST", secrets(), {});
    const other = await world.platform.services.identity.servicePrincipals.create({ display_name: "other" });
    const path = secrets().replace(robot.id, other.id);
    assert.equal((await world.call(world.admin, "DELETE", `${path}/${body.id}`)).status, 404);
    assert.equal((await m2m(body.secret)).status, 200);
    await world.call(world.admin, "DELETE", `${secrets()}/${body.id}`);
  });

  it("refuses lifetimes that are none or too long, unknown scopes, and another account", async () => {
    for (const lifetime of ["3600", "0s", "-1s", "63072001s", "1.5s", "forever"]) {
      const { status, body } = await world.call(world.admin, "POST", secrets(), { lifetime });
      assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"], lifetime);
    }
    const { body } = await world.call(world.admin, "POST", secrets(), { scopes: ["sql", "root"] });
    assert.match(String(body.message), /Unknown scopes: 'root'/);
    const elsewhere = secrets().replace(world.account_id, crypto.randomUUID());
    assert.equal((await world.call(world.admin, "GET", elsewhere)).status, 404);
  });

  it("lets a person make, see, change and revoke tokens of their own, and nobody else's", async () => {
    const made = await world.call(ana, "POST", "/api/2.0/token/create", { comment: "laptop", lifetime_seconds: 600 });
    assert.equal(made.status, 200);
    const value = String(made.body.token_value);
    const { token_id, ...info } = made.body.token_info as JsonObject;
    assert.equal(Number(info.expiry_time) - Number(info.creation_time), 600_000);
    assert.deepEqual([info.comment, info.scopes], ["laptop", ["all-apis"]]);
    const { body } = await world.call(value, "GET", "/api/2.0/token/list");
    assert.equal(list(body, "token_infos").length, 2);
    const seen = await world.call(ben, "GET", "/api/2.0/token/list");
    assert.equal(seen.text.includes(String(token_id)), false);
    const patch = { token: { comment: "desk", scopes: ["sql"] }, update_mask: "comment" };
    assert.equal((await world.call(ben, "PATCH", `/api/2.0/token/${token_id}`, patch)).status, 404);
    assert.equal((await world.call(ben, "POST", "/api/2.0/token/delete", { token_id })).status, 404);
    assert.equal((await world.call(value, "PATCH", `/api/2.0/token/${token_id}`, patch)).status, 200);
    const changed = list((await world.call(ana, "GET", "/api/2.0/token/list")).body, "token_infos").at(-1);
    assert.deepEqual([changed?.comment, changed?.scopes], ["desk", ["all-apis"]], "the mask names the comment alone");
    assert.equal((await world.call(ana, "POST", "/api/2.0/token/delete", { token_id })).status, 200);
    assert.equal((await world.call(value, "GET", "/api/2.0/token/list")).status, 401);
    assert.equal((await world.call(ana, "POST", "/api/2.0/token/delete", { token_id })).status, 404);
  });

  it("never makes a token or secret that opens more than the token of the request", async () => {
    const { body } = await world.call(world.admin, "POST", "/api/2.0/token/create", {
      scopes: ["authentication", "sql"],
    });
    const narrow = String(body.token_value);
    const create = (path: string, more: object) => world.call(narrow, "POST", path, more);
    const application_id = robot.name;
    for (const [path, more] of [
      ["/api/2.0/token/create", {}],
      ["/api/2.0/token/create", { scopes: ["sql", "scim"] }],
      ["/api/2.0/token-management/on-behalf-of/tokens", { application_id }],
      [secrets(), {}],
      [secrets(), { scopes: ["all-apis"] }],
    ] as const) {
      const { status, body: why } = await create(path, more);
      assert.deepEqual([status, why.error_code], [403, "PERMISSION_DENIED"], path);
      assert.match(String(why.message), /'all-apis'|'scim'/);
    }
    const patch = { token: { scopes: ["scim"] }, update_mask: "scopes" };
    const { token_id } = body.token_info as JsonObject;
    assert.equal((await world.call(narrow, "PATCH", `/api/2.0/token/${token_id}`, patch)).status, 403);
    const within = await create("/api/2.0/token/create", { scopes: ["sql"] });
    assert.deepEqual((within.body.token_info as JsonObject).scopes, ["sql"]);
  });

  it("lets administrators see and end everybody's tokens, and make them for service principals", async () => {
    const path = "/api/2.0/token-management";
    const made = await world.call(world.admin, "POST", `${path}/on-behalf-of/tokens`, {
      application_id: robot.name,
      comment: "nightly",
      scopes: ["scim"],
    });
    const info = made.body.token_info as JsonObject;
    assert.equal(info.owner_id, Number(robot.id));
    assert.equal(info.created_by_username, "admin@lakeward.local");
    assert.equal(String(info.workspace_id), world.platform.services.site.workspace_id);
    const me = await world.call(String(made.body.token_value), "GET", "/api/2.0/preview/scim/v2/Me");
    assert.equal(me.body.userName, robot.name);
    const { body: mine } = await world.call(
      world.admin,
      "GET",
      `${path}/tokens?created_by_username=ana%40board.example`,
    );
    assert.ok(list(mine, "token_infos").every((one) => one.created_by_username === "ana@board.example"));
    const byId = await world.call(world.admin, "GET", `${path}/tokens?created_by_id=${info.created_by_id}`);
    assert.ok(list(byId.body, "token_infos").some((one) => one.token_id === info.token_id));
    const one = await world.call(world.admin, "GET", `${path}/tokens/${info.token_id}`);
    assert.deepEqual(one.body.token_info, info);
    const patch = { token: { comment: "weekly", scopes: ["scim", "sql"] }, update_mask: "*" };
    const { body: changed } = await world.call(world.admin, "PATCH", `${path}/tokens/${info.token_id}`, patch);
    assert.deepEqual([changed.comment, changed.scopes], ["weekly", ["scim", "sql"]]);
    assert.equal((await world.call(world.admin, "DELETE", `${path}/tokens/${info.token_id}`)).status, 200);
    assert.equal((await world.call(String(made.body.token_value), "GET", "/api/2.0/token/list")).status, 401);
    assert.equal((await world.call(ana, "GET", `${path}/tokens`)).status, 403);
  });

  it("refuses a mask that names nothing that can be changed, and a user as the service principal of a token", async () => {
    const { body } = await world.call(ana, "POST", "/api/2.0/token/create", {});
    const { token_id } = body.token_info as JsonObject;
    for (const update_mask of ["", "hash", "comment,owner_id", "scopes"]) {
      const { status } = await world.call(ana, "PATCH", `/api/2.0/token/${token_id}`, { token: {}, update_mask });
      assert.equal(status, 400, update_mask);
    }
    const answer = await world.call(world.admin, "POST", "/api/2.0/token-management/on-behalf-of/tokens", {
      application_id: "ana@board.example",
    });
    assert.equal(answer.status, 404);
  });

  it("records whose credentials were changed, and never a value of one", async () => {
    const trace_id = "1af7651916cd43dd8448eb211c80319c";
    const traced = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` };
    const { body } = await world.call(world.admin, "POST", secrets(), {}, traced);
    const made = await world.call(world.admin, "POST", "/api/2.0/token/create", {}, traced);
    const records = JSON.stringify(await world.platform.services.audit.trail.byTrace(trace_id));
    assert.ok(records.includes("credential.create") && records.includes(robot.id) && records.includes("token.create"));
    for (const value of [body.secret, body.secret_hash, made.body.token_value])
      assert.equal(records.includes(String(value)), false);
    const rows = await world.sql(
      `SELECT action_name, request_params['servicePrincipalId'] FROM system.access.audit
       WHERE service_name = 'servicePrincipalCredentials' AND decision.trace_id = '${trace_id}'`,
    );
    assert.deepEqual(rows, [["create", robot.id]]);
  });
});
