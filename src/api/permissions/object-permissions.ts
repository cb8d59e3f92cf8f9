import { Type } from "typebox";
import { isPrivilege, type LevelChange, type ObjectAccess } from "#catalog/mod.ts";
import { ADMINS, authorization, EVERYONE, endpoint as endpointNamed, type What, warehouse } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Privilege } from "#wire/privileges.ts";
import { AccessControlRequest, ObjectPermissions, PermissionLevels } from "#wire/unity-catalog/object-permissions.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Services } from "../services.ts";

/** A kind of workspace object in the permissions API. */
export interface ObjectKind {
  /** In the path. */
  readonly segment: string;
  readonly object_type: string;
  /** Path of the object's parent, for inherited levels and the object's own id. */
  readonly root: string;
  readonly what: (id: string) => What;
  readonly owner_level: string;
  /** Only the administrators manage it, always: the level can be given to nobody else. */
  readonly isAdministrators?: true;
  readonly levels: readonly { readonly permission_level: Privilege; readonly description: string }[];
}

/** Source: databricks-sdk-py `service/iam.py` PermissionsAPI, and the responses of the warehouses and serving APIs. */
export const objectKinds: readonly ObjectKind[] = [
  {
    segment: "warehouses",
    object_type: "warehouses",
    root: "/sql/warehouses/",
    what: warehouse,
    owner_level: "IS_OWNER",
    levels: [
      { permission_level: "CAN_MANAGE", description: "Can manage the SQL warehouse and its permissions" },
      { permission_level: "CAN_MONITOR", description: "Can use the SQL warehouse and view its monitoring" },
      { permission_level: "CAN_USE", description: "Can use the SQL warehouse" },
      { permission_level: "CAN_VIEW", description: "Can view the SQL warehouse" },
    ],
  },
  {
    segment: "serving-endpoints",
    object_type: "serving-endpoint",
    root: "/serving-endpoints/",
    what: endpointNamed,
    owner_level: "CAN_MANAGE",
    levels: [
      { permission_level: "CAN_MANAGE", description: "Can manage the serving endpoint and its permissions" },
      { permission_level: "CAN_QUERY", description: "Can query the serving endpoint" },
      { permission_level: "CAN_VIEW", description: "Can view the serving endpoint" },
    ],
  },
  {
    segment: "authorization",
    object_type: "tokens",
    root: "/authorization/",
    what: authorization,
    owner_level: "CAN_MANAGE",
    isAdministrators: true,
    levels: [
      { permission_level: "CAN_USE", description: "Can create and use personal access tokens" },
      { permission_level: "CAN_MANAGE", description: "Can manage everybody's tokens and who may have them" },
    ],
  },
];

const id = Type.String({ minLength: 1 });
const list = Type.Array(AccessControlRequest);
const Update = Type.Object({ id, access_control_list: list });
/** Without a list, all levels given directly are taken away. Source: databricks-sdk-py, PermissionsAPI.set. */
const Replacement = Type.Object({ id, access_control_list: Type.Optional(list) });

/** The four operations on one kind of object's permissions. */
export function objectPermissions(kind: ObjectKind): readonly Endpoint[] {
  const path = `/api/2.0/permissions/${kind.segment}/{id}`;
  const common = { path, scope: "access-management", output: ObjectPermissions } as const;
  const what = (input: { readonly id: string }) => kind.what(input.id);
  return [
    endpoint({
      ...common,
      method: "GET",
      scope: "iam.access-control:read",
      input: Type.Object({ id }),
      what,
      action: "permissions.read",
      run: async ({ catalog }, permit) => render(kind, await catalog.levels.get(permit)),
    }),
    endpoint({
      ...common,
      method: "PATCH",
      input: Update,
      what,
      action: "permissions.update",
      run: async ({ catalog, identity }, permit, input) => {
        await catalog.levels.update(permit, await changesOf(kind, identity, input.access_control_list));
        return render(kind, await catalog.levels.get(permit));
      },
    }),
    endpoint({
      ...common,
      method: "PUT",
      input: Replacement,
      what,
      action: "permissions.update",
      run: async ({ catalog, identity }, permit, input) => {
        await catalog.levels.replace(permit, await changesOf(kind, identity, input.access_control_list));
        return render(kind, await catalog.levels.get(permit));
      },
    }),
    endpoint({
      ...common,
      method: "GET",
      scope: "iam.access-control:read",
      path: `${path}/permissionLevels`,
      input: Type.Object({ id }),
      output: PermissionLevels,
      what,
      action: "permissions.read",
      run: async () => ({ permission_levels: kind.levels }),
    }),
  ];
}

function render(kind: ObjectKind, access: ObjectAccess): ObjectPermissions {
  const merged = Map.groupBy(access.entries, (entry) => entry.principal);
  return {
    object_id: `${kind.root}${access.id}`,
    object_type: kind.object_type,
    access_control_list: [...merged].map(([principal, entries]) => ({
      [`${fieldOf[entries[0]!.kind]}`]: principal,
      all_permissions: entries.flatMap((entry) => [
        ...(entry.isOwner ? [{ permission_level: kind.owner_level, inherited: false }] : []),
        ...entry.levels.map((permission_level) =>
          entry.isInherited
            ? { permission_level, inherited: true, inherited_from_object: [kind.root] }
            : { permission_level, inherited: false },
        ),
      ]),
    })),
  };
}

const fieldOf = { user: "user_name", group: "group_name", service_principal: "service_principal_name" } as const;

/** As clients and templates write the group of all: each workspace of Databricks has one, whatever the account's is called. */
const USERS = "users";

async function changesOf(
  kind: ObjectKind,
  identity: Services["identity"],
  list: readonly AccessControlRequest[] = [],
): Promise<readonly LevelChange[]> {
  // A group that somebody made by that name is meant, if there is one.
  const isEveryone = kind.isAdministrators && !(await identity.groups.find(USERS));
  return list
    .map((one) => changeOf(kind, one))
    .map((one) =>
      isEveryone && one.kind === "group" && one.principal === USERS ? { ...one, principal: EVERYONE } : one,
    );
}

function changeOf(kind: ObjectKind, one: AccessControlRequest): LevelChange {
  const [named, ...more] = (["user", "group", "service_principal"] as const).filter((each) => one[fieldOf[each]]);
  if (!named || more.length > 0)
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      "Each entry of 'access_control_list' has exactly one of user_name, group_name, service_principal_name.",
    );
  const level = one.permission_level;
  if (!isPrivilege(level) || !kind.levels.some((each) => each.permission_level === level))
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${level}' cannot be given on ${kind.segment}: use ${kind.levels.map((each) => each.permission_level).join(", ")}.`,
    );
  const principal = one[fieldOf[named]]!;
  if (kind.isAdministrators && level === "CAN_MANAGE" && principal !== ADMINS)
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'CAN_MANAGE' on ${kind.object_type} is the group '${ADMINS}' alone: use CAN_USE.`,
    );
  return { principal, kind: named, level };
}
