import { type Static, Type } from "typebox";

/** Source of all: RFC 7643 section 4; databricks-sdk-py `service/iam.py`. */
export const ScimValue = Type.Object({
  value: Type.String(),
  display: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  primary: Type.Optional(Type.Boolean()),
  $ref: Type.Optional(Type.String()),
});
export type ScimValue = Static<typeof ScimValue>;

const text = Type.Optional(Type.String());
const values = Type.Optional(Type.Array(ScimValue));

/** What every kind of principal has. Whoever may not see the details gets the first three. */
const principal = {
  schemas: Type.Array(Type.String()),
  id: Type.String(),
  displayName: text,
  externalId: text,
  groups: values,
  entitlements: values,
  roles: values,
};

const Name = Type.Object({ givenName: text, familyName: text });

/** A service principal that asks who it is gets this shape too: its userName is its application id. */
export const ScimUser = Type.Object({
  ...principal,
  userName: text,
  name: Type.Optional(Name),
  active: Type.Optional(Type.Boolean()),
  emails: values,
});
export type ScimUser = Static<typeof ScimUser>;

export const ScimServicePrincipal = Type.Object({
  ...principal,
  applicationId: text,
  active: Type.Optional(Type.Boolean()),
});
export type ScimServicePrincipal = Static<typeof ScimServicePrincipal>;

export const ScimGroup = Type.Object({
  ...principal,
  members: values,
  meta: Type.Optional(Type.Object({ resourceType: Type.Literal("Group") })),
});
export type ScimGroup = Static<typeof ScimGroup>;

/** A value of a multi-valued attribute as clients send it; all but `value` is read from elsewhere. */
const Sent = Type.Object({ value: Type.String(), type: text, primary: Type.Optional(Type.Boolean()) });

const sentPrincipal = {
  displayName: text,
  externalId: text,
  groups: Type.Optional(Type.Array(Sent)),
  entitlements: Type.Optional(Type.Array(Sent)),
  roles: Type.Optional(Type.Array(Sent)),
};

/** What a user is made of or replaced by; `id`, `schemas` and `meta` are the server's. */
export const sentUser = {
  ...sentPrincipal,
  userName: Type.String(),
  name: Type.Optional(Name),
  active: Type.Optional(Type.Boolean()),
  emails: Type.Optional(Type.Array(Sent)),
};

export const sentServicePrincipal = {
  ...sentPrincipal,
  applicationId: text,
  active: Type.Optional(Type.Boolean()),
};

export const sentGroup = {
  ...sentPrincipal,
  displayName: Type.String(),
  members: Type.Optional(Type.Array(Sent)),
};
