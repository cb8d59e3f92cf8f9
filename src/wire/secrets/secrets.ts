import { Type } from "typebox";

/** Source of all: databricks-sdk-py `service/workspace.py` SecretsAPI. */
export const ScopeList = Type.Object({
  scopes: Type.Array(Type.Object({ name: Type.String(), backend_type: Type.Literal("DATABRICKS") })),
});

/** Times in milliseconds since the epoch. */
export const SecretList = Type.Object({
  secrets: Type.Array(Type.Object({ key: Type.String(), last_updated_timestamp: Type.Integer() })),
});

/** The value's bytes in base64. */
export const SecretValue = Type.Object({ key: Type.String(), value: Type.String() });

export const AclPermission = Type.Union([Type.Literal("READ"), Type.Literal("WRITE"), Type.Literal("MANAGE")]);

export const AclItem = Type.Object({ principal: Type.String(), permission: AclPermission });

export const AclList = Type.Object({ items: Type.Array(AclItem) });
