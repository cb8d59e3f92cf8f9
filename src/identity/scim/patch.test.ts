import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PatchOperation } from "#wire/scim/messages.ts";
import { blank, type Draft, replaced } from "./draft.ts";
import { patched } from "./patch.ts";

const user: Draft = { ...blank("Ana", [{ value: "ana@b.org" }]), entitlements: ["a", "b"], groups: ["7"] };
const group: Draft = { ...blank("team", []), members: ["1", "2", "3"] };

const onUser = (...operations: PatchOperation[]) => patched("user", user, operations);
const onGroup = (...operations: PatchOperation[]) => patched("group", group, operations);

describe("SCIM patches", () => {
  it("add, remove and replace members as the SDKs, Terraform and Entra write it", () => {
    const members = (...operations: PatchOperation[]) => onGroup(...operations).members;
    assert.deepEqual(members({ op: "add", path: "members", value: [{ value: "4" }, { value: "1" }] }), [..."1234"]);
    assert.deepEqual(members({ op: "Add", value: { members: [{ value: "4" }] } }), [..."1234"]);
    assert.deepEqual(members({ op: "remove", path: 'members[value eq "2"]' }), [..."13"]);
    assert.deepEqual(members({ op: "remove", path: 'members[value eq "2" or value eq "3"]' }), ["1"]);
    assert.deepEqual(members({ op: "Remove", path: "members", value: [{ value: "3" }] }), [..."12"]);
    assert.deepEqual(members({ op: "remove", path: "members" }), []);
    assert.deepEqual(members({ op: "replace", path: "members", value: [{ value: "9" }] }), ["9"]);
    assert.deepEqual(members({ op: "replace", value: { members: [] } }), []);
    assert.deepEqual(
      members({ op: "remove", path: 'members[value eq "1"]' }, { op: "add", path: "members", value: { value: "8" } }),
      [..."238"],
    );
  });

  it("change single values by path, without one, and with the schema's name before it", () => {
    assert.equal(onUser({ op: "replace", path: "displayName", value: "Anna" }).display_name, "Anna");
    assert.equal(onUser({ op: "replace", value: { displayName: "Anna", name: { givenName: "A" } } }).given_name, "A");
    const path = "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName";
    assert.equal(onUser({ op: "add", path, value: "Roe" }).family_name, "Roe");
    assert.equal(
      onUser({ op: "add", path: "externalId", value: "x" }, { op: "remove", path: "externalId" }).external_id,
      null,
    );
  });

  it("read a truth as JSON, as Entra's text and as Terraform's value", () => {
    for (const value of [false, "False", "false", [{ value: "false" }], { value: "false" }])
      assert.equal(onUser({ op: "replace", path: "active", value }).active, false);
    assert.equal(onUser({ op: "Replace", value: { active: false } }).active, false);
    assert.throws(() => onUser({ op: "replace", path: "active", value: "no" }), /true or false/);
  });

  it("change entitlements, roles and groups, of which an empty value is none", () => {
    const { entitlements, roles, groups } = onUser(
      { op: "remove", path: 'entitlements[value eq "a"]' },
      { op: "add", path: "roles", value: [{ value: "arn:x" }] },
      { op: "add", path: "groups", value: [{ value: "8" }] },
    );
    assert.deepEqual([entitlements, roles, groups], [["b"], ["arn:x"], ["7", "8"]]);
    assert.deepEqual(onUser({ op: "replace", path: "entitlements", value: [{ value: "" }] }).entitlements, []);
  });

  it("leave a user's name and addresses as they are", () => {
    const same = onUser(
      { op: "replace", path: "userName", value: "eve@b.org" },
      { op: "replace", path: 'emails[type eq "work"].value', value: "eve@b.org" },
      { op: "replace", value: { userName: "eve@b.org", id: "1" } },
    );
    assert.deepEqual(same, user);
  });

  it("refuse what they cannot mean, with the RFC's reason, and change nothing", () => {
    for (const [operation, reason] of [
      [{ op: "move", path: "displayName", value: "x" }, "invalidSyntax"],
      [{ op: "add", value: "x" }, "invalidSyntax"],
      [{ op: "remove" }, "noTarget"],
      [{ op: "add", path: "password", value: "x" }, "invalidPath"],
      [{ op: "add", path: "constructor", value: "x" }, "invalidPath"],
      [{ op: "add", path: "members[", value: "x" }, "invalidPath"],
      [{ op: "replace", path: 'displayName[value eq "x"]', value: "x" }, "invalidPath"],
      [{ op: "replace", path: 'members[value eq "1"]', value: "x" }, "invalidPath"],
      [{ op: "remove", path: 'members[type eq "1"]' }, "invalidPath"],
      [{ op: "remove", path: "members[value gt 1]" }, "invalidFilter"],
      [{ op: "add", path: "members", value: [{ id: "1" }] }, "invalidValue"],
      [{ op: "add", path: "members", value: null }, "invalidValue"],
      [{ op: "replace", path: "displayName", value: 7 }, "invalidValue"],
      [{ op: "remove", path: "displayName" }, "mutability"],
    ] as const) {
      assert.throws(
        () => onGroup({ op: "add", path: "members", value: [{ value: "9" }] }, operation),
        (thrown: { options: { reason: string } }) => thrown.options.reason === reason,
        JSON.stringify(operation),
      );
    }
    assert.deepEqual(group.members, [..."123"]);
  });
});

describe("replacing a principal", () => {
  it("empties what was left out, but not what must have a value, nor groups, nor whether it is active", () => {
    const before: Draft = { ...user, active: false, external_id: "x", given_name: "A" };
    const after = replaced(before, { displayName: "Anna" });
    assert.deepEqual(after, {
      ...before,
      display_name: "Anna",
      external_id: null,
      given_name: null,
      entitlements: [],
    });
  });
});
