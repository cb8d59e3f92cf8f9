import { Type } from "typebox";
import { secretScope } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { AclItem, AclList, AclPermission } from "#wire/secrets/secrets.ts";
import { endpoint } from "../endpoint.ts";
import { principal, scope } from "./target.ts";

/** Who may do what in a scope. Source: databricks-sdk-py `service/workspace.py` SecretsAPI. */
const PATH = "/api/2.0/secrets/acls";

const what = (input: { readonly scope: string }) => secretScope(input.scope);

export const putAcl = endpoint({
  method: "POST",
  path: `${PATH}/put`,
  scope: "secrets",
  input: Type.Object({ scope, principal, permission: AclPermission }),
  output: Type.Object({}),
  what,
  action: "secret_acl.update",
  run: async ({ secrets }, permit, input) => {
    await secrets.putAcl(permit, { principal: input.principal, permission: input.permission });
    return {};
  },
});

export const getAcl = endpoint({
  method: "GET",
  path: `${PATH}/get`,
  scope: "secrets",
  input: Type.Object({ scope, principal }),
  output: AclItem,
  what,
  action: "secret_acl.read",
  run: async ({ secrets }, permit, input) => {
    const found = (await secrets.acls(permit)).find((one) => one.principal === input.principal);
    if (found) return found;
    throw new Fault("RESOURCE_DOES_NOT_EXIST", `'${input.principal}' has no permission of its own in this scope.`);
  },
});

export const listAcls = endpoint({
  method: "GET",
  path: `${PATH}/list`,
  scope: "secrets",
  input: Type.Object({ scope }),
  output: AclList,
  what,
  action: "secret_acl.read",
  run: async ({ secrets }, permit) => ({ items: await secrets.acls(permit) }),
});

export const deleteAcl = endpoint({
  method: "POST",
  path: `${PATH}/delete`,
  scope: "secrets",
  input: Type.Object({ scope, principal }),
  output: Type.Object({}),
  what,
  action: "secret_acl.update",
  run: async ({ secrets }, permit, input) => {
    await secrets.deleteAcl(permit, input.principal);
    return {};
  },
});
