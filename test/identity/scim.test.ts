import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type Answer, type RestWorld, restWorld } from "./platform.ts";

const WORKSPACE = "/api/2.0/preview/scim/v2";
const resources = ({ body }: Answer): readonly JsonObject[] => body.Resources as readonly JsonObject[];
const values = (list: unknown): readonly string[] => (list as readonly { value: string }[]).map(({ value }) => value);

describe("SCIM over REST", () => {
  let world: RestWorld;
  let account = "";
  let stranger = "";
  before(async () => {
    world = await restWorld();
    account = `/api/2.0/accounts/${world.account_id}/scim/v2`;
    const { identity } = world.platform.services;
    const { id } = await identity.users.create({ name: "stranger@board.example", display_name: "Stranger" });
    stranger = (await identity.tokens.create(id)).token;
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (method: string, path: string, body?: object) => world.call(world.admin, method, path, body);
  const create = async (segment: string, body: object): Promise<JsonObject> => {
    const made = await ask("POST", `${WORKSPACE}/${segment}`, body);
    assert.equal(made.status, 201, made.text);
    return made.body;
  };
  const patch = (path: string, ...Operations: object[]) =>
    ask("PATCH", path, { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations });
  const filtered = async (segment: string, filter: string, more = ""): Promise<readonly string[]> => {
    const listed = await ask("GET", `${WORKSPACE}/${segment}?filter=${encodeURIComponent(filter)}${more}`);
    assert.equal(listed.status, 200, listed.text);
    return resources(listed).map((one) => String(one.displayName));
  };
  const membersOf = async (id: unknown) => values((await ask("GET", `${WORKSPACE}/Groups/${id}`)).body.members);

  it("makes a user that is the same by the workspace's path and the account's", async () => {
    const made = await create("Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "ana@board.example",
      displayName: "Ana",
      name: { givenName: "Ana", familyName: "Roe" },
      externalId: "hr-7",
      entitlements: [{ value: "workspace-access" }],
    });
    assert.match(String(made.id), /^\d{16}$/);
    assert.deepEqual(made, {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      id: made.id,
      displayName: "Ana",
      externalId: "hr-7",
      groups: [],
      entitlements: [{ value: "workspace-access" }],
      roles: [],
      userName: "ana@board.example",
      name: { givenName: "Ana", familyName: "Roe" },
      active: true,
      emails: [{ value: "ana@board.example", type: "work", primary: true }],
    });
    for (const root of [WORKSPACE, account]) {
      const read = await ask("GET", `${root}/Users/${made.id}`);
      assert.deepEqual(read.body, made);
      assert.match(read.headers.get("content-type") ?? "", /^application\/scim\+json/);
    }
    const again = await ask("POST", `${account}/Users`, { userName: "ANA@board.example" });
    assert.deepEqual([again.status, again.body.scimType, again.body.status], [409, "uniqueness", "409"]);
  });

  it("lets a deactivated user in no more, and again once active", async () => {
    const { id } = await create("Users", { userName: "dot@board.example" });
    const { token } = await world.platform.services.identity.tokens.create(String(id));
    const path = `${WORKSPACE}/Users/${id}`;
    const me = async () => (await world.call(token, "GET", `${WORKSPACE}/Me`)).status;
    assert.equal(await me(), 200);
    assert.equal(
      (await patch(path, { op: "replace", path: "active", value: [{ value: "false" }] })).body.active,
      false,
    );
    assert.equal(await me(), 401);
    await ask("PUT", path, { userName: "dot@board.example", displayName: "Dot" });
    assert.equal(await me(), 401, "an update of something else activates nobody");
    await ask("PUT", path, { userName: "dot@board.example", active: true });
    assert.equal(await me(), 200);
    assert.equal((await ask("DELETE", path)).status, 204);
    assert.equal(await me(), 401);
    assert.equal((await ask("GET", path)).status, 404);
  });

  it("makes a service principal with a new application id, or the one that it has elsewhere", async () => {
    const made = await create("ServicePrincipals", { displayName: "robot" });
    assert.match(String(made.applicationId), /^[0-9a-f-]{36}$/);
    const applicationId = crypto.randomUUID();
    assert.equal(
      (await create("ServicePrincipals", { applicationId, displayName: "entra" })).applicationId,
      applicationId,
    );
    assert.equal((await ask("POST", `${WORKSPACE}/ServicePrincipals`, { applicationId })).status, 409);
    assert.equal((await ask("POST", `${WORKSPACE}/ServicePrincipals`, { applicationId: "admins" })).status, 400);
    assert.deepEqual(await filtered("ServicePrincipals", `applicationId eq "${applicationId}"`), ["entra"]);
    assert.deepEqual(await filtered("ServicePrincipals", `id eq "${made.id}"`), ["robot"]);
  });

  it("filters, sorts and pages as clients ask", async () => {
    for (const name of ["Amy", "Bob", "Bobby", "Cid"])
      await create("Users", { userName: `${name}@filter.example`, displayName: name, externalId: `x-${name}` });
    const here = 'userName co "@FILTER.example"';
    assert.deepEqual(await filtered("Users", here, "&sortBy=displayName"), ["Amy", "Bob", "Bobby", "Cid"]);
    assert.deepEqual((await filtered("Users", here, "&sortBy=userName&sortOrder=descending")).slice(0, 2), [
      "Cid",
      "Bobby",
    ]);
    assert.deepEqual(await filtered("Users", 'userName eq "bob@filter.example"'), ["Bob"]);
    assert.deepEqual(await filtered("Users", `${here} and displayName sw "bob"`, "&sortBy=displayName"), [
      "Bob",
      "Bobby",
    ]);
    assert.deepEqual(
      await filtered("Users", `${here} and displayName ne "bob" and active eq true`, "&sortBy=displayName"),
      ["Amy", "Bobby", "Cid"],
    );
    assert.deepEqual(
      await filtered("Users", 'externalId eq "x-Cid" or emails eq "amy@filter.example"', "&sortBy=displayName"),
      ["Amy", "Cid"],
    );
    assert.deepEqual(await filtered("Users", 'externalId eq "X-CID"'), [], "ids are compared with their case");
    assert.deepEqual(await filtered("Users", `userName eq "' OR 1=1 --"`), []);
    assert.deepEqual(await filtered("Users", 'displayName co "%"'), [], "nothing is a wildcard");
    const page = await ask(
      "GET",
      `${WORKSPACE}/Users?filter=${encodeURIComponent(here)}&startIndex=2&count=2&sortBy=displayName`,
    );
    const { totalResults, startIndex, itemsPerPage } = page.body;
    assert.deepEqual([totalResults, startIndex, itemsPerPage], [4, 2, 2]);
    assert.deepEqual(
      resources(page).map((one) => one.displayName),
      ["Bob", "Bobby"],
    );
    const none = await ask("GET", `${WORKSPACE}/Users?count=0`);
    assert.deepEqual([none.body.itemsPerPage, none.body.Resources], [0, []]);
    const beyond = await ask("GET", `${WORKSPACE}/Users?startIndex=10001&count=10000`);
    assert.deepEqual(beyond.body.Resources, [], "the Python SDK stops at an empty page");
  });

  it("answers the attributes that were asked for, beside id and schemas", async () => {
    const { id } = await create("Users", { userName: "eli@board.example", displayName: "Eli" });
    const read = (query: string) => ask("GET", `${WORKSPACE}/Users/${id}?${query}`);
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
    assert.deepEqual((await read("attributes=userName,GROUPS")).body, {
      schemas,
      id,
      groups: [],
      userName: "eli@board.example",
    });
    assert.equal("roles" in (await read("excludedAttributes=roles")).body, false);
    const listed = await ask(
      "GET",
      `${WORKSPACE}/Users?attributes=displayName&filter=${encodeURIComponent(`id eq ${id}`)}`,
    );
    assert.deepEqual(resources(listed), [{ schemas, id, displayName: "Eli" }]);
  });

  it("keeps a group's members, of every kind, and shows them from both sides", async () => {
    const [ana, robot, inner] = [
      await create("Users", { userName: "g1@board.example", displayName: "G One" }),
      await create("ServicePrincipals", { displayName: "g robot" }),
      await create("Groups", { displayName: "inner" }),
    ];
    const outer = await create("Groups", { displayName: "outer", members: [{ value: ana!.id }, { value: inner!.id }] });
    assert.deepEqual(outer.members, [
      { value: ana!.id, display: "G One", $ref: `Users/${ana!.id}` },
      { value: inner!.id, display: "inner", $ref: `Groups/${inner!.id}` },
    ]);
    const path = `${WORKSPACE}/Groups/${outer.id}`;
    await patch(path, { op: "add", path: "members", value: [{ value: robot!.id }] });
    assert.equal((await membersOf(outer.id)).length, 3);
    await patch(path, { op: "remove", path: `members[value eq "${ana!.id}"]` });
    assert.deepEqual(new Set(await membersOf(outer.id)), new Set([robot!.id, inner!.id]));
    const seen = await ask("GET", `${WORKSPACE}/ServicePrincipals/${robot!.id}`);
    assert.deepEqual(seen.body.groups, [
      { value: outer.id, display: "outer", $ref: `Groups/${outer.id}`, type: "direct" },
    ]);
    await patch(`${WORKSPACE}/Users/${ana!.id}`, { op: "add", path: "groups", value: [{ value: inner!.id }] });
    assert.deepEqual(await membersOf(inner!.id), [ana!.id]);
    const listed = await ask("GET", `${account}/Groups?filter=${encodeURIComponent('displayName eq "outer"')}`);
    assert.equal((resources(listed)[0]!.members as unknown[]).length, 2);
    await ask("PUT", path, { displayName: "outer", members: [{ value: ana!.id }] });
    assert.deepEqual(await membersOf(outer.id), [ana!.id]);
  });

  it("refuses cycles, members that are not there, and texts that are none, and keeps nothing of the request", async () => {
    const [a, b] = [
      await create("Groups", { displayName: "cycle a" }),
      await create("Groups", { displayName: "cycle b" }),
    ];
    await patch(`${WORKSPACE}/Groups/${a!.id}`, { op: "add", path: "members", value: [{ value: b!.id }] });
    const add = (id: unknown, ...members: unknown[]) =>
      patch(
        `${WORKSPACE}/Groups/${id}`,
        { op: "replace", path: "externalId", value: "kept?" },
        { op: "add", path: "members", value: members.map((value) => ({ value })) },
      );
    for (const refused of [await add(b!.id, a!.id), await add(b!.id, b!.id), await add(b!.id, "1")]) {
      assert.deepEqual([refused.status, refused.body.scimType], [400, "invalidValue"]);
    }
    const read = await ask("GET", `${WORKSPACE}/Groups/${b!.id}`);
    assert.deepEqual([read.body.externalId, read.body.members], [undefined, []]);
    const role = await patch(`${WORKSPACE}/Groups/${b!.id}`, {
      op: "add",
      path: "roles",
      value: [{ value: "account_admin" }],
    });
    assert.match(String(role.body.detail), /group 'admins' instead/);
    const control = await ask("POST", `${WORKSPACE}/Groups`, { displayName: "a\u0007b" });
    assert.equal(control.status, 400);
  });

  it("keeps the built-in groups, and somebody who administers", async () => {
    const [admins] = resources(
      await ask("GET", `${WORKSPACE}/Groups?filter=${encodeURIComponent("displayName eq admins")}`),
    );
    const [everyone] = resources(
      await ask("GET", `${WORKSPACE}/Groups?filter=${encodeURIComponent('displayName eq "account users"')}`),
    );
    for (const one of [admins!, everyone!]) {
      const path = `${WORKSPACE}/Groups/${one.id}`;
      assert.equal((await ask("DELETE", path)).body.scimType, "mutability");
      assert.equal((await patch(path, { op: "replace", path: "displayName", value: "other" })).status, 400);
    }
    const me = (await ask("GET", `${WORKSPACE}/Me`)).body;
    const toEveryone = { op: "add", path: "members", value: [{ value: me.id }] };
    assert.equal((await patch(`${WORKSPACE}/Groups/${everyone!.id}`, toEveryone)).status, 400);
    const asMember = { op: "add", path: "groups", value: [{ value: everyone!.id }] };
    assert.equal((await patch(`${WORKSPACE}/Users/${me.id}`, asMember)).status, 400);
    for (const last of [
      await patch(`${WORKSPACE}/Groups/${admins!.id}`, { op: "remove", path: "members" }),
      await patch(`${WORKSPACE}/Users/${me.id}`, { op: "replace", path: "active", value: false }),
      await ask("DELETE", `${WORKSPACE}/Users/${me.id}`),
    ])
      assert.match(String(last.body.detail), /leave nobody in the group 'admins'/);
    assert.deepEqual(await membersOf(admins!.id), [me.id]);
  });

  it("takes a group's grants along when its name changes, and away when it is deleted", async () => {
    const { id } = await create("Groups", { displayName: "pilots" });
    await world.sql("CREATE CATALOG hangar");
    await world.sql("CREATE SCHEMA hangar.east");
    await world.sql("GRANT USE CATALOG ON CATALOG hangar TO `pilots`");
    await world.sql("ALTER SCHEMA hangar.east OWNER TO `pilots`");
    const granted = async () => {
      const { body } = await ask("GET", "/api/2.1/unity-catalog/permissions/catalog/hangar");
      return (body.privilege_assignments as { principal: string }[]).map(({ principal }) => principal);
    };
    const owner = async () => (await ask("GET", "/api/2.1/unity-catalog/schemas/hangar.east")).body.owner;
    await patch(`${WORKSPACE}/Groups/${id}`, { op: "replace", path: "displayName", value: "flyers" });
    assert.deepEqual([await granted(), await owner()], [["flyers"], "flyers"]);
    await create("Groups", { displayName: "pilots" });
    assert.deepEqual(await granted(), ["flyers"]);
    await ask("DELETE", `${WORKSPACE}/Groups/${id}`);
    assert.deepEqual([await granted(), await owner()], [[], `flyers (deleted ${id})`]);
    await create("Groups", { displayName: "flyers" });
    assert.deepEqual([await granted(), await owner()], [[], `flyers (deleted ${id})`], "a name is not a right");
    const claimed = await ask("POST", `${WORKSPACE}/Groups`, { displayName: `flyers (deleted ${id})` });
    assert.equal(claimed.status, 400);
  });

  it("tells whoever does not administer who there is, by name, and no more", async () => {
    const asStranger = (method: string, path: string, body?: object) => world.call(stranger, method, path, body);
    const users = await asStranger("GET", `${WORKSPACE}/Users?count=1000`);
    assert.ok(resources(users).some((one) => one.displayName === "Ana"));
    for (const one of resources(users)) assert.deepEqual(Object.keys(one), ["schemas", "id", "displayName"]);
    const [group] = resources(
      await asStranger("GET", `${WORKSPACE}/Groups?filter=${encodeURIComponent("displayName eq outer")}`),
    );
    assert.deepEqual(Object.keys(group!), ["schemas", "id", "displayName"]);
    assert.deepEqual((await asStranger("GET", `${WORKSPACE}/Groups/${group!.id}`)).body, group);
    for (const query of ["filter=userName%20sw%20a", "filter=externalId%20eq%20%22hr-7%22", "sortBy=userName"]) {
      const refused = await asStranger("GET", `${WORKSPACE}/Users?${query}`);
      assert.deepEqual([refused.status, refused.body.scimType], [400, "invalidFilter"], query);
    }
    assert.equal((await asStranger("GET", `${WORKSPACE}/ServicePrincipals`)).status, 403);
    const [robot] = resources(await ask("GET", `${WORKSPACE}/ServicePrincipals?count=1`));
    assert.equal((await asStranger("GET", `${WORKSPACE}/ServicePrincipals/${robot!.id}`)).status, 404);
    for (const [method, path, body] of [
      ["POST", "Users", { userName: "mine@board.example" }],
      ["POST", "Groups", { displayName: "mine" }],
      ["PATCH", `Groups/${group!.id}`, { Operations: [] }],
      ["PUT", `Groups/${group!.id}`, { displayName: "mine" }],
      ["DELETE", `Groups/${group!.id}`, undefined],
    ] as const)
      assert.equal((await asStranger(method, `${WORKSPACE}/${path}`, body)).status, 403, `${method} ${path}`);
  });

  it("records who was changed", async () => {
    const { id } = await create("Users", { userName: "rec@board.example" });
    await patch(`${WORKSPACE}/Users/${id}`, { op: "replace", path: "displayName", value: "Rec" });
    const rows = await world.sql(
      `SELECT action_name, user_identity.email FROM system.access.audit
       WHERE request_params['targetUserId'] = '${id}' ORDER BY event_time`,
    );
    assert.deepEqual(rows, [["updateUser", "admin@lakeward.local"]]);
  });
});
