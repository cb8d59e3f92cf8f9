import { type Static, Type } from "typebox";

/** Source: databricks-sdk-py `service/iam.py` AccessControlRequest: exactly one of the three names. */
export const AccessControlRequest = Type.Object({
  user_name: Type.Optional(Type.String({ minLength: 1 })),
  group_name: Type.Optional(Type.String({ minLength: 1 })),
  service_principal_name: Type.Optional(Type.String({ minLength: 1 })),
  permission_level: Type.String(),
});
export type AccessControlRequest = Static<typeof AccessControlRequest>;

/** Source: databricks-sdk-py `service/iam.py` ObjectPermissions. */
export const ObjectPermissions = Type.Object({
  object_id: Type.String(),
  object_type: Type.String(),
  access_control_list: Type.Array(
    Type.Object({
      user_name: Type.Optional(Type.String()),
      group_name: Type.Optional(Type.String()),
      service_principal_name: Type.Optional(Type.String()),
      display_name: Type.Optional(Type.String()),
      all_permissions: Type.Array(
        Type.Object({
          permission_level: Type.String(),
          inherited: Type.Boolean(),
          inherited_from_object: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    }),
  ),
});
export type ObjectPermissions = Static<typeof ObjectPermissions>;

export const PermissionLevels = Type.Object({
  permission_levels: Type.Array(Type.Object({ permission_level: Type.String(), description: Type.String() })),
});
