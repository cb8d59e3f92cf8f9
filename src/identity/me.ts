import { assertPermit, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { ScimUser } from "#wire/scim/user.ts";
import type { DirectoryStore } from "./store/directory.ts";

/**
 * The caller as SCIM says it, `GET /api/2.0/preview/scim/v2/Me`: a service principal's userName is its application id.
 * @throws Fault RESOURCE_DOES_NOT_EXIST when the caller was deleted meanwhile.
 */
export async function readMe(store: DirectoryStore, permit: Permit<"identity.read_self">): Promise<ScimUser> {
  assertPermit(permit, "identity.read_self");
  const { subject } = permit.who;
  const row = await store.byId(subject.id);
  if (!row) throw new Fault("RESOURCE_DOES_NOT_EXIST", "The caller is no longer in the directory.");
  const groups = await store.directGroups(row.id);
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id: row.id,
    userName: row.name,
    displayName: row.display_name,
    active: row.active,
    emails: row.kind === "user" ? [{ value: row.name, type: "work", primary: true }] : [],
    groups: groups.map((group) => ({
      value: group.id,
      display: group.name,
      type: "direct",
      $ref: `Groups/${group.id}`,
    })),
  };
}
