import { assertPermit, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { schemas } from "#wire/scim/messages.ts";
import type { ScimUser } from "#wire/scim/resources.ts";
import { find } from "./scim/changes.ts";
import { render } from "./scim/render.ts";
import type { PrincipalStore } from "./store/principals.ts";

/**
 * The caller as SCIM says it, `GET /api/2.0/preview/scim/v2/Me`: a service principal looks like a user whose userName is its
 * application id. @throws Fault RESOURCE_DOES_NOT_EXIST when the caller was deleted meanwhile.
 */
export async function readMe(principals: PrincipalStore, permit: Permit<"identity.read_self">): Promise<ScimUser> {
  assertPermit(permit, "identity.read_self");
  const { kind, id } = permit.who.subject;
  const found = await find({ principals }, kind, id);
  if (!found) throw new Fault("RESOURCE_DOES_NOT_EXIST", "The caller is no longer in the directory.");
  return { ...render.user(found), schemas: [schemas.user] };
}
