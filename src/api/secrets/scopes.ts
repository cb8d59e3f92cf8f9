import { Type } from "typebox";
import { secretScope, workspace } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { ScopeList } from "#wire/secrets/secrets.ts";
import { endpoint } from "../endpoint.ts";
import { scope } from "./target.ts";

/** Secret scopes. Source: databricks-sdk-py `service/workspace.py` SecretsAPI. */
const PATH = "/api/2.0/secrets/scopes";

/** The one principal that a scope can be given to from the start, and what it means: everybody. */
const USERS = "users";

export const createScope = endpoint({
  method: "POST",
  path: `${PATH}/create`,
  scope: "secrets",
  input: Type.Object({
    scope,
    initial_manage_principal: Type.Optional(Type.String()),
    scope_backend_type: Type.Optional(Type.String()),
    backend_azure_keyvault: Type.Optional(Type.Unknown()),
  }),
  output: Type.Object({}),
  what: () => workspace,
  action: "secret_scope.create",
  run: async ({ secrets }, permit, input) => {
    const { initial_manage_principal: principal, scope_backend_type: backend } = input;
    if ((backend && backend !== "DATABRICKS") || input.backend_azure_keyvault !== undefined)
      throw new Fault("NOT_IMPLEMENTED", "Secrets are kept by this server alone: leave the backend out.");
    if (principal && principal !== USERS)
      throw new Fault("INVALID_PARAMETER_VALUE", `'initial_manage_principal' can only be '${USERS}', or left out.`);
    await secrets.createScope(permit, input.scope, principal === USERS);
    return {};
  },
});

export const listScopes = endpoint({
  method: "GET",
  path: `${PATH}/list`,
  scope: "secrets",
  input: Type.Object({}),
  output: ScopeList,
  what: () => workspace,
  action: "secret_scope.list",
  run: async ({ secrets, gate }, permit, _input, call) => {
    const candidates = await secrets.candidates(permit);
    const known = await gate.filter(permit.who, "secret_scope.read", candidates, call.doorway);
    return { scopes: known.map(({ name }) => ({ name, backend_type: "DATABRICKS" })) };
  },
});

export const deleteScope = endpoint({
  method: "POST",
  path: `${PATH}/delete`,
  scope: "secrets",
  input: Type.Object({ scope }),
  output: Type.Object({}),
  what: (input) => secretScope(input.scope),
  action: "secret_scope.delete",
  run: async ({ secrets }, permit) => {
    await secrets.deleteScope(permit);
    return {};
  },
});
