import { type Static, Type } from "typebox";
import { isPrivilege } from "#catalog/mod.ts";
import {
  catalog as catalogNamed,
  fn,
  metastore,
  modelProviderService,
  modelService,
  schema,
  table,
  type What,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Privilege } from "#wire/privileges.ts";
import { EffectivePermissionsList, PermissionsChange, PermissionsList } from "#wire/unity-catalog/permissions.ts";
import { endpoint } from "../endpoint.ts";
import type { Site } from "../services.ts";

/** Grants on the metastore's securables. Source: databricks-sdk-py `service/catalog.py` GrantsAPI. */
const PATH = "/api/2.1/unity-catalog/permissions/{securable_type}/{full_name}";
const EFFECTIVE_PATH = "/api/2.1/unity-catalog/effective-permissions/{securable_type}/{full_name}";

const target = { securable_type: Type.String(), full_name: Type.String({ minLength: 1 }) };

const named: Readonly<Record<string, (full_name: string) => What>> = {
  METASTORE: () => metastore,
  CATALOG: catalogNamed,
  SCHEMA: schema,
  TABLE: table,
  FUNCTION: fn,
  MODEL_SERVICE: modelService,
  MODEL_PROVIDER_SERVICE: modelProviderService,
};

function targetOf(input: { readonly securable_type: string; readonly full_name: string }): What {
  const type = input.securable_type.toUpperCase();
  if (Object.hasOwn(named, type)) return named[type]!(input.full_name);
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `'${input.securable_type}' is not a securable type here: use ${Object.keys(named).join(", ").toLowerCase()}.`,
  );
}

export const getPermissions = endpoint({
  method: "GET",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ ...target, principal: Type.Optional(Type.String()) }),
  output: PermissionsList,
  what: targetOf,
  action: "grants.read",
  run: async ({ catalog, site }, permit, input) => {
    assertOwnMetastore(permit.what, input, site);
    const found = await catalog.metastore.grants(permit);
    return { privilege_assignments: found.filter((one) => isAbout(one, input)) };
  },
});

export const updatePermissions = endpoint({
  method: "PATCH",
  path: PATH,
  scope: "unity-catalog",
  input: Type.Object({ ...target, changes: Type.Array(PermissionsChange) }),
  output: PermissionsList,
  what: targetOf,
  action: "grants.update",
  run: async ({ catalog, site }, permit, input) => {
    assertOwnMetastore(permit.what, input, site);
    await catalog.metastore.changeGrants(permit, input.changes.map(changeOf));
    return { privilege_assignments: await catalog.grants.changed(permit) };
  },
});

export const getEffectivePermissions = endpoint({
  method: "GET",
  path: EFFECTIVE_PATH,
  scope: "unity-catalog",
  input: Type.Object({ ...target, principal: Type.Optional(Type.String()) }),
  output: EffectivePermissionsList,
  what: targetOf,
  action: "grants.read",
  run: async ({ catalog, site }, permit, input) => {
    assertOwnMetastore(permit.what, input, site);
    const found = await catalog.grants.effective(permit);
    return {
      privilege_assignments: found
        .filter((one) => isAbout(one, input))
        .map((one) => ({
          principal: one.principal,
          privileges: one.privileges.map(({ privilege, from }) => ({
            privilege,
            ...(from && { inherited_from_type: from.type, inherited_from_name: from.name }),
          })),
        })),
    };
  },
});

const isAbout = (one: { readonly principal: string }, input: { readonly principal?: string }): boolean =>
  !input.principal || one.principal === input.principal;

/** There is one metastore, and its name in a path is its id. @throws Fault METASTORE_DOES_NOT_EXIST for any other. */
function assertOwnMetastore(what: What, { full_name }: { readonly full_name: string }, site: Site): void {
  if (what.type !== "METASTORE" || full_name === site.metastore_id) return;
  throw new Fault(
    "METASTORE_DOES_NOT_EXIST",
    `Metastore '${full_name}' does not exist. Take the metastore_id of /api/2.1/unity-catalog/metastore_summary.`,
  );
}

/** @throws Fault INVALID_PARAMETER_VALUE for a change that changes nothing, which a misspelt field would otherwise be. */
function changeOf({ principal, add, remove }: Static<typeof PermissionsChange>) {
  if (!add && !remove)
    throw new Fault("INVALID_PARAMETER_VALUE", `The change for '${principal}' has neither 'add' nor 'remove'.`);
  return { principal, add: privilegesOf(add), remove: privilegesOf(remove) };
}

function privilegesOf(words: readonly string[] = []): readonly Privilege[] {
  return words.map((word) => {
    const name = word.toUpperCase().replaceAll(" ", "_");
    if (isPrivilege(name)) return name;
    throw new Fault("INVALID_PARAMETER_VALUE", `'${word}' is not a privilege of this server.`);
  });
}
