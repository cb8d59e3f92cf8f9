import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type Answer, type RestWorld, restWorld } from "./platform.ts";

const PATH = "/api/2.0/secrets";
const items = ({ body }: Answer, field: string): readonly JsonObject[] => body[field] as readonly JsonObject[];
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

describe("secrets over REST", () => {
  let world: RestWorld;
  let ana = "";
  let ben = "";
  let ben_id = "";
  before(async () => {
    world = await restWorld();
    const { identity } = world.platform.services;
    ana = (await identity.tokens.create((await identity.users.create({ name: "ana@board.example" })).id)).token;
    ben_id = (await identity.users.create({ name: "ben@board.example" })).id;
    ben = (await identity.tokens.create(ben_id)).token;
  });
  after(() => world[Symbol.asyncDispose]());

  const post = (token: string, path: string, body: object) => world.call(token, "POST", `${PATH}/${path}`, body);
  const get = (token: string, path: string, query: Record<string, string> = {}) =>
    world.call(token, "GET", `${PATH}/${path}?${new URLSearchParams(query)}`);
  const done = async (answer: Promise<Answer>): Promise<void> => {
    const { status, text } = await answer;
    assert.equal(status, 200, text);
  };
  const refused = async (answer: Promise<Answer>, status: number, code: string): Promise<Answer> => {
    const got = await answer;
    assert.deepEqual([got.status, got.body.error_code], [status, code], got.text);
    return got;
  };

  it("keeps text and bytes, gives them back in base64, lists keys, replaces and deletes", async () => {
    await done(post(ana, "scopes/create", { scope: "harbour" }));
    await done(post(ana, "put", { scope: "harbour", key: "text", string_value: "grüße\n" }));
    const bytes = randomBytes(300).toString("base64");
    await done(post(ana, "put", { scope: "harbour", key: "bytes", bytes_value: bytes }));
    assert.deepEqual((await get(ana, "get", { scope: "harbour", key: "text" })).body, {
      key: "text",
      value: base64("grüße\n"),
    });
    assert.equal((await get(ana, "get", { scope: "harbour", key: "bytes" })).body.value, bytes);
    const listed = items(await get(ana, "list", { scope: "harbour" }), "secrets");
    assert.deepEqual(
      listed.map(({ key }) => key),
      ["bytes", "text"],
    );
    assert.ok(Date.now() - Number(listed[0]!.last_updated_timestamp) < 60_000);
    await done(post(ana, "put", { scope: "harbour", key: "text", string_value: "" }));
    assert.equal((await get(ana, "get", { scope: "harbour", key: "text" })).body.value, "");
    await done(post(ana, "delete", { scope: "harbour", key: "text" }));
    await refused(get(ana, "get", { scope: "harbour", key: "text" }), 404, "RESOURCE_DOES_NOT_EXIST");
    await refused(post(ana, "delete", { scope: "harbour", key: "text" }), 404, "RESOURCE_DOES_NOT_EXIST");
  });

  it("hides a scope from whoever has no right in it, and is theirs alone who made it", async () => {
    assert.deepEqual(items(await get(ben, "scopes/list"), "scopes"), []);
    assert.deepEqual(items(await get(ana, "scopes/list"), "scopes"), [{ name: "harbour", backend_type: "DATABRICKS" }]);
    const alike = async (scope: string) =>
      (await refused(get(ben, "get", { scope, key: "bytes" }), 404, "RESOURCE_DOES_NOT_EXIST")).text
        .replaceAll(scope, "<scope>")
        .replace(/"request_id":"[^"]*"/, "");
    assert.equal(await alike("harbour"), await alike("missing"));
    for (const [path, body] of [
      ["put", { key: "k", string_value: "x" }],
      ["delete", { key: "bytes" }],
      ["scopes/delete", {}],
      ["acls/put", { principal: "ben@board.example", permission: "MANAGE" }],
      ["acls/delete", { principal: "ana@board.example" }],
    ] as const)
      await refused(post(ben, path, { scope: "harbour", ...body }), 404, "RESOURCE_DOES_NOT_EXIST");
  });

  it("lets each permission do its own and what is beneath it", async () => {
    const give = (permission: string) =>
      done(post(ana, "acls/put", { scope: "harbour", principal: "ben@board.example", permission }));
    const may = async (answer: Promise<Answer>): Promise<boolean> => {
      const { status, text } = await answer;
      if (status !== 403) assert.equal(status, 200, text);
      return status === 200;
    };
    const table: Record<string, readonly boolean[]> = {};
    for (const permission of ["READ", "WRITE", "MANAGE"]) {
      await give(permission);
      table[permission] = [
        await may(get(ben, "get", { scope: "harbour", key: "bytes" })),
        await may(get(ben, "list", { scope: "harbour" })),
        await may(post(ben, "put", { scope: "harbour", key: "bens", string_value: permission })),
        await may(get(ben, "acls/list", { scope: "harbour" })),
        await may(post(ben, "acls/put", { scope: "harbour", principal: "ben@board.example", permission })),
      ];
    }
    assert.deepEqual(table, {
      READ: [true, true, false, false, false],
      WRITE: [true, true, true, false, false],
      MANAGE: [true, true, true, true, true],
    });
    assert.deepEqual(items(await get(ana, "acls/list", { scope: "harbour" }), "items"), [
      { principal: "ana@board.example", permission: "MANAGE" },
      { principal: "ben@board.example", permission: "MANAGE" },
    ]);
    const one = await get(ana, "acls/get", { scope: "harbour", principal: "ben@board.example" });
    assert.deepEqual(one.body, { principal: "ben@board.example", permission: "MANAGE" });
    await done(post(ana, "acls/delete", { scope: "harbour", principal: "ben@board.example" }));
    await refused(get(ben, "list", { scope: "harbour" }), 404, "RESOURCE_DOES_NOT_EXIST");
  });

  it("reaches a reader through a group, and follows names that change or go", async () => {
    const groups = "/api/2.0/preview/scim/v2/Groups";
    const made = await world.call(world.admin, "POST", groups, { displayName: "crew", members: [{ value: ben_id }] });
    await done(post(ana, "acls/put", { scope: "harbour", principal: "crew", permission: "READ" }));
    const reads = async () => (await get(ben, "get", { scope: "harbour", key: "bytes" })).status === 200;
    assert.equal(await reads(), true);
    const path = `${groups}/${made.body.id}`;
    const Operations = [{ op: "replace", path: "displayName", value: "sailors" }];
    await done(world.call(world.admin, "PATCH", path, { Operations }));
    assert.equal(await reads(), true);
    assert.equal((await world.call(world.admin, "DELETE", path)).status, 204);
    assert.equal(await reads(), false);
    await world.call(world.admin, "POST", groups, { displayName: "sailors", members: [{ value: ben_id }] });
    assert.equal(await reads(), false, "a name is not a right");
  });

  it("makes a scope everybody's when it is asked to, and takes a scope away with all that is in it", async () => {
    await done(post(ana, "scopes/create", { scope: "open", initial_manage_principal: "users" }));
    await done(post(ben, "put", { scope: "open", key: "k", string_value: "x" }));
    await done(post(ben, "scopes/delete", { scope: "open" }));
    await refused(get(ana, "get", { scope: "open", key: "k" }), 404, "RESOURCE_DOES_NOT_EXIST");
    await done(post(ana, "scopes/create", { scope: "open" }));
    assert.deepEqual(items(await get(ana, "list", { scope: "open" }), "secrets"), []);
    assert.deepEqual(
      items(await get(world.admin, "list", { scope: "open" }), "secrets"),
      [],
      "administrators own each",
    );
  });

  it("refuses what cannot be kept, and never repeats a value", async () => {
    const canary = `canary${randomBytes(8).toString("hex")}`;
    const at = { scope: "harbour", key: "k" };
    for (const body of [
      { ...at },
      { ...at, string_value: canary, bytes_value: canary },
      { ...at, bytes_value: `${canary}!` },
      { ...at, key: "a/b", string_value: canary },
      { ...at, key: "a".repeat(129), string_value: canary },
      { ...at, string_value: canary.repeat(6000) },
    ]) {
      const { text } = await refused(post(ana, "put", body), 400, "INVALID_PARAMETER_VALUE");
      assert.equal(text.includes("canary"), false);
    }
    for (const scope of ["a b", "a/b", "ü", "a".repeat(129)])
      await refused(post(ana, "scopes/create", { scope }), 400, "INVALID_PARAMETER_VALUE");
    await refused(post(ana, "scopes/create", { scope: "HARBOUR" }), 409, "RESOURCE_ALREADY_EXISTS");
    await refused(
      post(ana, "scopes/create", { scope: "v", scope_backend_type: "AZURE_KEYVAULT" }),
      501,
      "NOT_IMPLEMENTED",
    );
    const other = { scope: "v", initial_manage_principal: "ben@board.example" };
    await refused(post(ana, "scopes/create", other), 400, "INVALID_PARAMETER_VALUE");
    const nobody = { scope: "harbour", principal: "nobody", permission: "READ" };
    await refused(post(ana, "acls/put", nobody), 404, "RESOURCE_DOES_NOT_EXIST");
  });
});
