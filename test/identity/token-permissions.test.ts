import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type RestWorld, restWorld } from "./platform.ts";

const PATH = "/api/2.0/permissions/authorization/tokens";
const NO_TOKENS = /^User does not have permission to use tokens\./;

describe("who may have personal access tokens", () => {
  let world: RestWorld;
  let ida: { id: string; token: string };
  let robot: { id: string; name: string };
  before(async () => {
    world = await restWorld();
    const { identity } = world.platform.services;
    const { id } = await identity.users.create({ name: "ida@board.example" });
    ida = { id, token: (await identity.tokens.create(id)).token };
    robot = await identity.servicePrincipals.create({ display_name: "robot" });
  });
  after(() => world[Symbol.asyncDispose]());

  const set = (...access_control_list: readonly object[]) =>
    world.call(world.admin, "PUT", PATH, { access_control_list });
  const everyone = { group_name: "users", permission_level: "CAN_USE" };
  const me = (token: string) => world.call(token, "GET", "/api/2.0/preview/scim/v2/Me");
  /** An OAuth token of the robot's, which needs no permission for personal ones. */
  const oauth = async (): Promise<string> => {
    const { secret } = await world.platform.services.identity.secrets.create(robot.id);
    const form = { grant_type: "client_credentials", client_id: robot.name, client_secret: secret };
    return String((await world.form(form)).body.access_token);
  };
  const create = (token: string) => world.call(token, "POST", "/api/2.0/token/create", { comment: "x" });

  it("is everybody at first", async () => {
    const { body } = await world.call(world.admin, "GET", PATH);
    const levels = (body.access_control_list as JsonObject[]).map((one) => [
      one.group_name,
      (one.all_permissions as JsonObject[]).map((each) => each.permission_level),
    ]);
    assert.deepEqual(levels, [
      ["admins", ["CAN_MANAGE", "CAN_MANAGE"]],
      ["account users", ["CAN_USE"]],
    ]);
    assert.equal((await me(ida.token)).status, 200);
    assert.equal((await create(await oauth())).status, 200);
  });

  it("takes tokens out of use at once when it is taken away, those made before and those still to make", async () => {
    assert.equal((await set()).status, 200);
    const refused = await me(ida.token);
    assert.equal(refused.status, 403);
    assert.match(String(refused.body.detail), NO_TOKENS);
    const bearer = await oauth();
    assert.equal((await me(bearer)).status, 200, "an OAuth token is none of them");
    const made = await create(bearer);
    assert.deepEqual([made.status, made.body.error_code], [403, "PERMISSION_DENIED"]);
    assert.match(String(made.body.message), NO_TOKENS);
    const exchanged = await world.form({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: ida.token,
      subject_token_type: "urn:databricks:params:oauth:token-type:personal-access-token",
    });
    assert.equal(exchanged.body.access_token, undefined, exchanged.text);
    assert.equal((await me(world.admin)).status, 200, "administrators keep theirs");
  });

  it("is whoever is named, by user, group or service principal, and by what an administrator changes next", async () => {
    await set({ service_principal_name: robot.name, permission_level: "CAN_USE" });
    assert.equal((await create(await oauth())).status, 200);
    assert.equal((await me(ida.token)).status, 403);
    const change = { access_control_list: [{ user_name: "ida@board.example", permission_level: "CAN_USE" }] };
    assert.equal((await world.call(world.admin, "PATCH", PATH, change)).status, 200);
    assert.equal((await me(ida.token)).status, 200);
    assert.equal((await set(everyone)).status, 200);
    assert.equal((await me(ida.token)).status, 200);
  });

  it("is changed by administrators alone, who cannot be parted from it", async () => {
    const stolen = await world.call(ida.token, "PUT", PATH, { access_control_list: [everyone] });
    assert.equal(stolen.status, 403);
    const given = await set({ user_name: "ida@board.example", permission_level: "CAN_MANAGE" });
    assert.deepEqual([given.status, given.body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
    assert.equal((await set(everyone, { group_name: "admins", permission_level: "CAN_MANAGE" })).status, 200);
    await set();
    assert.equal((await create(world.admin)).status, 200);
    await set(everyone);
  });

  it("means a group that somebody named 'users', when there is one, and not everybody", async () => {
    const group = await world.platform.services.identity.groups.create({ name: "users" });
    assert.equal((await set(everyone)).status, 200);
    assert.equal((await me(ida.token)).status, 403);
    await world.platform.services.identity.groups.addMember(group.id, ida.id);
    assert.equal((await me(ida.token)).status, 200);
  });
});
