import { schemas } from "#wire/scim/messages.ts";
import type { ScimGroup, ScimServicePrincipal, ScimUser, ScimValue } from "#wire/scim/resources.ts";
import type { PrincipalKind } from "../store/directory.ts";
import type { Membership, PrincipalRecord } from "../store/principals.ts";

/** A principal with the memberships that its resource shows. */
export interface Found {
  readonly row: PrincipalRecord;
  /** Groups that name it as a member. */
  readonly groups: readonly Membership[];
  /** Of a group. */
  readonly members: readonly Membership[];
}

/** The resource of each kind. */
export interface Resources {
  readonly user: ScimUser;
  readonly service_principal: ScimServicePrincipal;
  readonly group: ScimGroup;
}

const segments = { user: "Users", service_principal: "ServicePrincipals", group: "Groups" } as const;

/** A principal as SCIM says it, whole. */
export const render: { readonly [K in PrincipalKind]: (found: Found) => Resources[K] } = {
  user: (found) => ({
    ...common(found),
    userName: found.row.name,
    ...nameOf(found.row),
    active: found.row.active,
    emails: found.row.emails.map((email) => ({ ...email })),
  }),
  service_principal: (found) => ({ ...common(found), applicationId: found.row.name, active: found.row.active }),
  group: (found) => ({
    ...common(found),
    members: found.members.map(referenceTo),
    meta: { resourceType: "Group" },
  }),
};

/** What those see who see names alone. Source: Databricks docs, SCIM API, "read user display names and IDs". */
export const renderName = ({ id, kind, display_name }: PrincipalRecord) => ({
  schemas: [schemas[kind]],
  id,
  displayName: display_name,
});

function common({ row, groups }: Found) {
  return {
    ...renderName(row),
    ...(row.external_id !== null && { externalId: row.external_id }),
    groups: groups.map((group) => ({ ...referenceTo(group), type: "direct" })),
    entitlements: row.entitlements.map((value) => ({ value })),
    roles: row.roles.map((value) => ({ value })),
  };
}

function nameOf({ given_name, family_name }: PrincipalRecord) {
  if (given_name === null && family_name === null) return {};
  return {
    name: {
      ...(given_name !== null && { givenName: given_name }),
      ...(family_name !== null && { familyName: family_name }),
    },
  };
}

const referenceTo = ({ id, kind, display_name }: Membership): ScimValue => ({
  value: id,
  display: display_name,
  $ref: `${segments[kind]}/${id}`,
});

/** Which attributes were asked for (RFC 7644 section 3.9). `id` and `schemas` are always there. */
export interface Selection {
  readonly attributes?: string;
  readonly excludedAttributes?: string;
}

/** The resource with the attributes that were asked for; a part of one, `name.givenName`, brings the whole. */
export function selected<T extends { readonly id: string }>(resource: T, asked: Selection): T {
  const wanted = namesOf(asked.attributes);
  const unwanted = namesOf(asked.excludedAttributes);
  const isKept = (name: string): boolean => {
    const lower = name.toLowerCase();
    if (lower === "id" || lower === "schemas") return true;
    return (wanted.size === 0 || wanted.has(lower)) && !unwanted.has(lower);
  };
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isKept(name))) as T;
}

/** First parts of the names, in lower case. */
function namesOf(text = ""): ReadonlySet<string> {
  const names = text.split(",").map((name) => name.trim().toLowerCase().split(".")[0]!);
  return new Set(names.filter((name) => name !== ""));
}
