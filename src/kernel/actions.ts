import type { Privilege } from "#wire/privileges.ts";
import type { Scope } from "#wire/scopes.ts";
import type { SecurableType } from "#wire/securables.ts";

/**
 * What must be held for an action. `privilege`: held on the securable or inherited from a parent, directly or by ALL PRIVILEGES
 * or a containing level. `owner`: owns the securable or a parent. `known`: the securable's existence may be known.
 * `anyone`: any authenticated principal of the workspace.
 */
export type Need =
  | { readonly any: readonly Need[] }
  | { readonly privilege: Privilege }
  | { readonly owner: true }
  | { readonly known: true }
  | { readonly anyone: true };

interface ActionRow {
  readonly on: readonly SecurableType[];
  readonly needs: Need;
  /** One of these scopes, or one that contains it, must be in force. */
  readonly scopes: readonly Scope[];
  /** USE CATALOG and USE SCHEMA on the parents are needed as well. */
  readonly path: boolean;
  /** Rows of the securable come into view, so its row filter and column masks become obligations. */
  readonly reveals: boolean;
}

const own: Need = { owner: true };
const known: Need = { known: true };
const anyone: Need = { anyone: true };
const holds = (privilege: Privilege): Need => ({ privilege });
const any = (...needs: Need[]): Need => ({ any: needs });
/** Nobody passes the gate by it: it names what is done before there is a caller. */
const nobody = any();
const manages = any(own, holds("MANAGE"));

const SCIM: readonly Scope[] = ["scim"];
const GROUPS: readonly Scope[] = ["iam.groups:read"];
const CREDENTIALS: readonly Scope[] = ["authentication"];
const BILLING: readonly Scope[] = ["billing"];
const SECRETS: readonly Scope[] = ["secrets"];
const WAREHOUSES: readonly Scope[] = ["sql.warehouses"];
const STATEMENTS: readonly Scope[] = ["sql.statement-execution"];
/** What statements and functions' tools do to the catalog is done through their surfaces as well as through its own. */
const UC: readonly Scope[] = ["unity-catalog", "sql.statement-execution", "mcp.functions"];
const SERVICES: readonly SecurableType[] = ["MODEL_SERVICE", "MODEL_PROVIDER_SERVICE"];
const row = (
  on: readonly SecurableType[],
  needs: Need,
  scopes: readonly Scope[],
  more: { path?: true; reveals?: true } = {},
): ActionRow => Object.freeze({ on, needs, scopes, path: more.path ?? false, reveals: more.reveals ?? false });

// biome-ignore format: a table is read in columns
const table = {
  "metastore.read_metadata":  row(["METASTORE"], anyone, [...UC, "catalog.catalogs:read"]),
  "catalog.create":           row(["METASTORE"], any(own, holds("CREATE_CATALOG")), UC),
  "catalog.read_metadata":    row(["CATALOG"],   known, [...UC, "catalog.catalogs:read", "catalog.schemas:read"]),
  "catalog.update":           row(["CATALOG"],   manages, UC),
  "catalog.delete":           row(["CATALOG"],   manages, UC),
  "schema.create":            row(["CATALOG"],   any(own, holds("CREATE_SCHEMA")), UC, { path: true }),
  "schema.read_metadata":     row(["SCHEMA"],    known, [...UC, "catalog.schemas:read", "catalog.tables:read"]),
  "schema.update":            row(["SCHEMA"],    manages, UC, { path: true }),
  "schema.delete":            row(["SCHEMA"],    manages, UC, { path: true }),
  "table.create":             row(["SCHEMA"],    any(own, holds("CREATE_TABLE")), UC, { path: true }),
  "function.create":          row(["SCHEMA"],    any(own, holds("CREATE_FUNCTION")), UC, { path: true }),
  "table.read_metadata":      row(["TABLE"],     known, [...UC, "catalog.tables:read"]),
  "table.read_data":          row(["TABLE"],     any(own, holds("SELECT")), UC, { path: true, reveals: true }),
  // Deciding on a reading as if it were done; no data can be had by it.
  "table.explain":            row(["TABLE"],     any(own, holds("SELECT")), UC, { path: true, reveals: true }),
  "table.explain_as":         row(["TABLE"],     manages, UC, { path: true }),
  "table.insert":             row(["TABLE"],     any(own, holds("MODIFY")), UC, { path: true }),
  "table.update":             row(["TABLE"],     manages, UC, { path: true }),
  "table.set_policy":         row(["TABLE"],     manages, UC, { path: true }),
  "table.delete":             row(["TABLE"],     manages, UC, { path: true }),
  "function.read_metadata":   row(["FUNCTION"],  known, UC),
  "function.execute":         row(["FUNCTION"],  any(own, holds("EXECUTE")), UC, { path: true }),
  "function.explain":         row(["FUNCTION"],  any(own, holds("EXECUTE")), UC, { path: true }),
  "function.explain_as":      row(["FUNCTION"],  manages, UC, { path: true }),
  "function.update":          row(["FUNCTION"],  manages, UC, { path: true }),
  "function.delete":          row(["FUNCTION"],  manages, UC, { path: true }),
  "service.create":           row(["SCHEMA"],    any(own, holds("CREATE_SERVICE")), UC, { path: true }),
  "service.store_credential": row(["SCHEMA"],    any(own, holds("CREATE_CONNECTION")), UC, { path: true }),
  "service.read_metadata":    row(SERVICES,      any(own, holds("EXECUTE"), holds("READ_METADATA"), holds("MANAGE")), UC, { path: true }),
  "service.execute":          row(["MODEL_PROVIDER_SERVICE"], any(own, holds("EXECUTE")), ["model-serving"], { path: true }),
  "service.update":           row(SERVICES,      manages, UC, { path: true }),
  "service.delete":           row(SERVICES,      manages, UC, { path: true }),
  "grants.read":              row(["METASTORE", "CATALOG", "SCHEMA", "TABLE", "FUNCTION", ...SERVICES, "TAG_POLICY"], known, UC),
  "grants.update":            row(["METASTORE", "CATALOG", "SCHEMA", "TABLE", "FUNCTION", ...SERVICES, "TAG_POLICY"], manages, UC),
  "policies.read":            row(["CATALOG", "SCHEMA", "TABLE"], any(own, holds("MANAGE"), holds("READ_METADATA")), UC),
  "policies.update":          row(["CATALOG", "SCHEMA", "TABLE"], manages, UC, { path: true }),
  "tag_policy.list":          row(["METASTORE"], anyone, UC),
  "tag_policy.create":        row(["METASTORE"], any(own, holds("CREATE_GOVERNED_TAG")), UC),
  "tag_policy.read":          row(["TAG_POLICY"], known, UC),
  "tag_policy.update":        row(["TAG_POLICY"], manages, UC),
  "tag_policy.delete":        row(["TAG_POLICY"], manages, UC),
  "tag_policy.assign":        row(["TAG_POLICY"], any(own, holds("ASSIGN"), holds("MANAGE")), UC),
  "tags.read":                row(["CATALOG", "SCHEMA", "TABLE"], known, UC),
  "tags.update":              row(["CATALOG", "SCHEMA", "TABLE"], any(own, holds("APPLY_TAG")), UC, { path: true }),
  "metrics.read":             row(["WORKSPACE"], own, ["lakeward.metrics:read"]),
  "identity.read_self":       row(["WORKSPACE"], anyone, ["iam.current-user:read"]),
  "identity.issue_token":     row(["WORKSPACE"], nobody, []),
  "identity.revoke_token":    row(["WORKSPACE"], nobody, []),
  "identity.log_in":          row(["WORKSPACE", "USER"], nobody, []),
  "identity.log_out":         row(["WORKSPACE", "USER"], nobody, []),
  "directory.read_details":   row(["WORKSPACE"], own, GROUPS),
  "user.list":                row(["WORKSPACE"], anyone, SCIM),
  "user.create":              row(["WORKSPACE"], own, SCIM),
  "user.read":                row(["USER"],      known, SCIM),
  "user.update":              row(["USER"],      own, SCIM),
  "user.delete":              row(["USER"],      own, SCIM),
  "group.list":               row(["WORKSPACE"], anyone, GROUPS),
  "group.create":             row(["WORKSPACE"], own, SCIM),
  "group.read":               row(["GROUP"],     known, GROUPS),
  "group.update":             row(["GROUP"],     own, SCIM),
  "group.delete":             row(["GROUP"],     own, SCIM),
  "service_principal.list":   row(["WORKSPACE"], own, SCIM),
  "service_principal.create": row(["WORKSPACE"], own, SCIM),
  "service_principal.read":   row(["SERVICE_PRINCIPAL"], known, SCIM),
  "service_principal.update": row(["SERVICE_PRINCIPAL"], own, SCIM),
  "service_principal.delete": row(["SERVICE_PRINCIPAL"], own, SCIM),
  "credential.list":          row(["SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "credential.create":        row(["SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "credential.delete":        row(["SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "federation_policy.read":   row(["WORKSPACE", "SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "federation_policy.create": row(["WORKSPACE", "SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "federation_policy.update": row(["WORKSPACE", "SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "federation_policy.delete": row(["WORKSPACE", "SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "token.list":               row(["WORKSPACE"], anyone, CREDENTIALS),
  "token.create":             row(["AUTHORIZATION"], any(own, holds("CAN_USE")), CREDENTIALS),
  "token.use":                row(["AUTHORIZATION"], any(own, holds("CAN_USE")), CREDENTIALS),
  "token.create_for":         row(["SERVICE_PRINCIPAL"], own, CREDENTIALS),
  "token.update":             row(["TOKEN"],     own, CREDENTIALS),
  "token.delete":             row(["TOKEN"],     own, CREDENTIALS),
  "token.list_all":           row(["WORKSPACE"], own, CREDENTIALS),
  "token.read":               row(["TOKEN"],     own, CREDENTIALS),
  "secret_scope.list":        row(["WORKSPACE"], anyone, SECRETS),
  "secret_scope.create":      row(["WORKSPACE"], anyone, SECRETS),
  "secret_scope.read":        row(["SECRET_SCOPE"], known, SECRETS),
  "secret_scope.delete":      row(["SECRET_SCOPE"], manages, SECRETS),
  "secret.list":              row(["SECRET_SCOPE"], any(own, holds("READ")), SECRETS),
  "secret.get":               row(["SECRET_SCOPE"], any(own, holds("READ")), SECRETS),
  "secret.put":               row(["SECRET_SCOPE"], any(own, holds("WRITE")), SECRETS),
  "secret.delete":            row(["SECRET_SCOPE"], any(own, holds("WRITE")), SECRETS),
  "secret_acl.read":          row(["SECRET_SCOPE"], manages, SECRETS),
  "secret_acl.update":        row(["SECRET_SCOPE"], manages, SECRETS),
  "mcp.connect_sql":          row(["WORKSPACE"], anyone, ["sql"]),
  "mcp.connect_functions":    row(["WORKSPACE"], anyone, ["mcp.functions"]),
  "warehouse.list":           row(["WORKSPACE"], anyone, ["sql.warehouses:read"]),
  "warehouse.read_metadata":  row(["WAREHOUSE"], known, ["sql.warehouses:read", ...STATEMENTS]),
  "warehouse.use":            row(["WAREHOUSE"], any(own, holds("CAN_USE")), STATEMENTS),
  "warehouse.delete":         row(["WAREHOUSE"], any(own, holds("CAN_MANAGE")), WAREHOUSES),
  "app_integration.read":    row(["WORKSPACE"], own, CREDENTIALS),
  "app_integration.create":  row(["WORKSPACE"], own, CREDENTIALS),
  "app_integration.update":  row(["WORKSPACE"], own, CREDENTIALS),
  "app_integration.delete":  row(["WORKSPACE"], own, CREDENTIALS),
  "budget.read":              row(["WORKSPACE"], own, BILLING),
  "budget.create":            row(["WORKSPACE"], own, BILLING),
  "budget.update":            row(["WORKSPACE"], own, BILLING),
  "budget.delete":            row(["WORKSPACE"], own, BILLING),
  "budget.read_own_spend":    row(["WORKSPACE"], anyone, BILLING),
  "endpoint.list":            row(["WORKSPACE"], anyone, ["model-serving"]),
  "endpoint.create":          row(["WORKSPACE"], any(own, holds("CAN_MANAGE")), ["model-serving"]),
  "endpoint.read_metadata":   row(["ENDPOINT"],  known, ["model-serving"]),
  // What an agent writes may be of those who ask it.
  "endpoint.read_logs":       row(["ENDPOINT"],  any(own, holds("CAN_MANAGE")), ["model-serving"]),
  // A model service is asked as an endpoint is; levels are held on the one, privileges on the other.
  "endpoint.query":           row(["ENDPOINT", "MODEL_SERVICE"], any(own, holds("CAN_QUERY"), holds("EXECUTE")), ["model-serving"], { path: true }),
  "endpoint.update":          row(["ENDPOINT"],  any(own, holds("CAN_MANAGE")), ["model-serving"]),
  "endpoint.delete":          row(["ENDPOINT"],  any(own, holds("CAN_MANAGE")), ["model-serving"]),
  "permissions.read":         row(["WAREHOUSE", "ENDPOINT", "AUTHORIZATION"], known, ["iam.access-control:read"]),
  "permissions.update":       row(["WAREHOUSE", "ENDPOINT", "AUTHORIZATION"], any(own, holds("CAN_MANAGE")), ["access-management"]),
  "statement.read":           row(["STATEMENT"], own, STATEMENTS),
  "statement.cancel":         row(["STATEMENT"], own, STATEMENTS),
} as const satisfies Record<string, ActionRow>;

export type Action = keyof typeof table;

/** Every action: on what, what it needs, by which scopes. */
export const actions: Readonly<Record<Action, ActionRow>> = Object.freeze(table);
