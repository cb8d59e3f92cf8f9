import { Type } from "typebox";

/** Source: databricks-sdk-py `service/catalog.py` PermissionsChange. */
export const PermissionsChange = Type.Object({
  principal: Type.String({ minLength: 1 }),
  add: Type.Optional(Type.Array(Type.String())),
  remove: Type.Optional(Type.Array(Type.String())),
});

/** Source: databricks-sdk-py `service/catalog.py` GetPermissionsResponse, PrivilegeAssignment. */
export const PermissionsList = Type.Object({
  privilege_assignments: Type.Array(Type.Object({ principal: Type.String(), privileges: Type.Array(Type.String()) })),
});

/** Source: databricks-sdk-py `service/catalog.py` EffectivePermissionsList. */
export const EffectivePermissionsList = Type.Object({
  privilege_assignments: Type.Array(
    Type.Object({
      principal: Type.String(),
      privileges: Type.Array(
        Type.Object({
          privilege: Type.String(),
          inherited_from_type: Type.Optional(Type.String()),
          inherited_from_name: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
});
