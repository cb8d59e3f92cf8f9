import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fault, type IdentityWorld, identityWorld } from "./world.ts";

describe("the directory", () => {
  let world: IdentityWorld;
  before(async () => {
    world = await identityWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it("has admins and account users from the first migration on, and keeps them", async () => {
    const { groups } = world.identity;
    const admins = await groups.find("admins");
    const everyone = await groups.find("account users");
    assert.ok(admins && everyone);
    await assert.rejects(groups.delete(admins.id), fault("INVALID_PARAMETER_VALUE", /belongs to the account/));
    await assert.rejects(groups.addMember(everyone.id, admins.id), fault("INVALID_PARAMETER_VALUE"));
  });

  it("gives a name to one principal only, of whatever kind and case", async () => {
    const { users, groups } = world.identity;
    await users.create({ name: "ana@board.example" });
    await assert.rejects(users.create({ name: "Ana@Board.example" }), fault("RESOURCE_ALREADY_EXISTS"));
    await assert.rejects(groups.create({ name: "ANA@board.example" }), fault("RESOURCE_ALREADY_EXISTS"));
    await assert.rejects(users.create({ name: "admins" }), fault("RESOURCE_ALREADY_EXISTS"));
    assert.equal(await users.find("ANA@board.example"), undefined);
  });

  it("refuses names that are empty, padded, or hold control characters", async () => {
    for (const name of ["", " x", "x ", "a\u0000b", "a\u200bb", "a".repeat(300)]) {
      await assert.rejects(
        world.identity.users.create({ name }),
        fault("INVALID_PARAMETER_VALUE"),
        JSON.stringify(name),
      );
    }
  });

  it("reaches a member through all groups above it, and everyone's", async () => {
    const { users, groups } = world.identity;
    const ben = await users.create({ name: "ben@board.example" });
    const [inner, middle, outer, wide] = await Promise.all(
      ["inner", "middle", "outer", "wide"].map((name) => groups.create({ name })),
    );
    await groups.addMember(inner!.id, ben.id);
    await groups.addMember(middle!.id, inner!.id);
    await groups.addMember(outer!.id, middle!.id);
    const everyone = await groups.find("account users");
    await groups.addMember(wide!.id, everyone!.id);
    assert.deepEqual(
      await groups.namesFor("ben@board.example"),
      new Set(["ben@board.example", "inner", "middle", "outer", "wide", "account users"]),
    );
    assert.ok((await groups.namesFor("middle")).has("outer"));
    assert.equal((await groups.namesFor("middle")).has("inner"), false);
    await groups.removeMember(middle!.id, inner!.id);
    assert.equal((await groups.namesFor("ben@board.example")).has("outer"), false);
  });

  it("refuses a cycle of any length, also when two changes race to close it", async () => {
    const { groups } = world.identity;
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => groups.create({ name })));
    await groups.addMember(a!.id, b!.id);
    await groups.addMember(b!.id, c!.id);
    await assert.rejects(groups.addMember(c!.id, a!.id), fault("INVALID_PARAMETER_VALUE", /cannot contain itself/));
    await assert.rejects(groups.addMember(a!.id, a!.id), fault("INVALID_PARAMETER_VALUE"));
    const [x, y] = await Promise.all(["x", "y"].map((name) => groups.create({ name })));
    const raced = await Promise.allSettled([groups.addMember(x!.id, y!.id), groups.addMember(y!.id, x!.id)]);
    assert.equal(raced.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("lends nothing in the name of an owner who is deactivated, deleted or was never there", async () => {
    const { users, groups } = world.identity;
    const cleo = await users.create({ name: "cleo@board.example" });
    await users.setActive(cleo.id, false);
    assert.equal((await groups.namesFor(cleo.name)).size, 0);
    await users.delete(cleo.id);
    assert.equal((await groups.namesFor(cleo.name)).size, 0);
    assert.equal((await groups.namesFor("nobody")).size, 0);
  });
});
