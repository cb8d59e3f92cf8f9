import type { Action } from "#kernel/mod.ts";

interface Event {
  readonly service_name: string;
  readonly action_name: string;
  /** Name of the request parameter that carries the securable's name. */
  readonly parameter: string;
}

const event = (service_name: string, action_name: string, parameter: string): Event =>
  Object.freeze({ service_name, action_name, parameter });

/**
 * What each action is called in `system.access.audit`. Services and actions as in the audit log reference of Databricks;
 * where Databricks writes no such event, the name is formed alike. `mcp` is a service of ours.
 */
// biome-ignore format: a table is read in columns
export const events: Readonly<Record<Action, Event>> = Object.freeze({
  "metastore.read_metadata": event("unityCatalog", "getMetastoreSummary", "metastore"),
  "catalog.create":          event("unityCatalog", "createCatalog", "metastore"),
  "catalog.read_metadata":   event("unityCatalog", "getCatalog", "name_arg"),
  "catalog.update":          event("unityCatalog", "updateCatalog", "name_arg"),
  "catalog.delete":          event("unityCatalog", "deleteCatalog", "name_arg"),
  "schema.create":           event("unityCatalog", "createSchema", "catalog_name"),
  "schema.read_metadata":    event("unityCatalog", "getSchema", "full_name_arg"),
  "schema.update":           event("unityCatalog", "updateSchema", "full_name_arg"),
  "schema.delete":           event("unityCatalog", "deleteSchema", "full_name_arg"),
  "table.create":            event("unityCatalog", "createTable", "schema_full_name"),
  "function.create":         event("unityCatalog", "createFunction", "schema_full_name"),
  "table.read_metadata":     event("unityCatalog", "getTable", "full_name_arg"),
  "table.read_data":         event("unityCatalog", "generateTemporaryTableCredential", "table_full_name"),
  "table.insert":            event("unityCatalog", "generateTemporaryTableCredential", "table_full_name"),
  "table.update":            event("unityCatalog", "updateTables", "full_name_arg"),
  "table.set_policy":        event("unityCatalog", "updateTables", "full_name_arg"),
  "table.delete":            event("unityCatalog", "deleteTable", "full_name_arg"),
  "function.read_metadata":  event("unityCatalog", "getFunction", "full_name_arg"),
  "function.execute":        event("unityCatalog", "executeFunction", "full_name_arg"),
  "function.update":         event("unityCatalog", "updateFunction", "full_name_arg"),
  "function.delete":         event("unityCatalog", "deleteFunction", "full_name_arg"),
  "grants.read":             event("unityCatalog", "getPermissions", "securable_full_name"),
  "grants.update":           event("unityCatalog", "updatePermissions", "securable_full_name"),
  "identity.read_self":      event("accounts", "getCurrentUser", "workspace"),
  "identity.issue_token":    event("accounts", "mintOAuthToken", "workspace"),
  "directory.read_details":  event("accounts", "listDirectory", "workspace"),
  "user.list":               event("accounts", "listUsers", "workspace"),
  "user.create":             event("accounts", "add", "workspace"),
  "user.read":               event("accounts", "getUser", "targetUserId"),
  "user.update":             event("accounts", "updateUser", "targetUserId"),
  "user.delete":             event("accounts", "delete", "targetUserId"),
  "group.list":              event("accounts", "listGroups", "workspace"),
  "group.create":            event("accounts", "createGroup", "workspace"),
  "group.read":              event("accounts", "getGroup", "targetGroupId"),
  "group.update":            event("accounts", "updateGroup", "targetGroupId"),
  "group.delete":            event("accounts", "removeGroup", "targetGroupId"),
  "service_principal.list":  event("accounts", "listServicePrincipals", "workspace"),
  "service_principal.create": event("accounts", "add", "workspace"),
  "service_principal.read":  event("accounts", "getServicePrincipal", "targetUserId"),
  "service_principal.update": event("accounts", "updateUser", "targetUserId"),
  "service_principal.delete": event("accounts", "delete", "targetUserId"),
  "credential.list":         event("servicePrincipalCredentials", "list", "servicePrincipalId"),
  "credential.create":       event("servicePrincipalCredentials", "create", "servicePrincipalId"),
  "credential.delete":       event("servicePrincipalCredentials", "delete", "servicePrincipalId"),
  "federation_policy.read":  event("accounts", "getFederationPolicy", "targetId"),
  "federation_policy.create": event("accounts", "createFederationPolicy", "targetId"),
  "federation_policy.update": event("accounts", "updateFederationPolicy", "targetId"),
  "federation_policy.delete": event("accounts", "deleteFederationPolicy", "targetId"),
  "token.list":              event("accounts", "listDbTokens", "workspace"),
  "token.create":            event("accounts", "generateDbToken", "workspace"),
  "token.create_for":        event("accounts", "generateDbToken", "targetUserId"),
  "token.update":            event("accounts", "updateDbToken", "tokenId"),
  "token.delete":            event("accounts", "revokeDbToken", "tokenId"),
  "token.list_all":          event("accounts", "listDbTokens", "workspace"),
  "token.read":              event("accounts", "getDbToken", "tokenId"),
  "mcp.connect_sql":         event("mcp", "connect", "server"),
  "mcp.connect_functions":   event("mcp", "connect", "server"),
  "warehouse.list":          event("databrickssql", "listWarehouses", "workspace"),
  "warehouse.read_metadata": event("databrickssql", "getWarehouse", "warehouse"),
  "warehouse.use":           event("databrickssql", "commandSubmit", "warehouseId"),
  "warehouse.delete":        event("databrickssql", "deleteWarehouse", "id"),
  "app_integration.read":    event("accounts", "getCustomAppIntegration", "targetId"),
  "app_integration.create":  event("accounts", "createCustomAppIntegration", "targetId"),
  "app_integration.update":  event("accounts", "updateCustomAppIntegration", "targetId"),
  "app_integration.delete":  event("accounts", "deleteCustomAppIntegration", "targetId"),
  "endpoint.list":           event("serverlessRealTimeInference", "listServingEndpoints", "workspace"),
  "endpoint.create":         event("serverlessRealTimeInference", "createServingEndpoint", "workspace"),
  "endpoint.read_metadata":  event("serverlessRealTimeInference", "getServingEndpoint", "name"),
  "endpoint.query":          event("serverlessRealTimeInference", "queryServingEndpoint", "name"),
  "endpoint.update":         event("serverlessRealTimeInference", "updateServingEndpoint", "name"),
  "endpoint.delete":         event("serverlessRealTimeInference", "deleteServingEndpoint", "name"),
  "permissions.read":        event("iamPermissions", "getPermissions", "request_object_id"),
  "permissions.update":      event("iamPermissions", "changePermissions", "request_object_id"),
  "statement.read":          event("databrickssql", "getStatement", "commandId"),
  "statement.cancel":        event("databrickssql", "cancelQueryExecution", "queryExecutionStatementId"),
});
