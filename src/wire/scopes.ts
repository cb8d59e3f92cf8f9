interface ScopeRow {
  /** Another word for the same. */
  readonly same_as?: string;
  /** The scope that contains it. */
  readonly part_of?: string;
  /** Of the older vocabulary, which apps and templates still write. */
  readonly isOld?: true;
}

const row = (parts: ScopeRow = {}): ScopeRow => Object.freeze(parts);
const part = (part_of: string): ScopeRow => row({ part_of });
const same = (same_as: string): ScopeRow => row({ same_as });
const old = (parts: ScopeRow): ScopeRow => row({ ...parts, isOld: true });

/**
 * Every scope that Databricks knows, under each of its names. `all-apis` opens every surface, the OpenID ones none; a scope
 * whose surface is not served here opens nothing. An unknown word is refused by name.
 * Source: Databricks docs "API scopes", workspace and account; what the picker of apps' `user_api_scopes` offers; the older names that templates
 * of apps and `UserAuthPolicy` write.
 */
// biome-ignore format: a table is read in columns
const table = {
  "all-apis":                                row(),
  "offline_access":                          row(),
  "openid":                                  row(),
  "email":                                   row(),
  "profile":                                 row(),
  "access-management":                       row(),
  "iam.access-control:read":                 part("access-management"),
  "ai-gateway":                              row(),
  "alerts":                                  row(),
  "apps":                                    row(),
  "authentication":                          row(),
  "billing":                                 row(),
  "cleanrooms":                              row(),
  "clusters":                                row(),
  "command-execution":                       row(),
  "dashboards":                              row(),
  "dataclassification":                      row(),
  "dataquality":                             row(),
  "files":                                   row(),
  "files.files":                             old(same("files")),
  "genie":                                   row(),
  "dashboards.genie":                        old(same("genie")),
  "global-init-scripts":                     row(),
  "identity":                                row(),
  "instance-pools":                          row(),
  "jobs":                                    row(),
  "knowledge-assistants":                    row(),
  // This server's own, for whoever scrapes it and is to do nothing else.
  "lakeward.metrics:read":                   row(),
  "libraries":                               row(),
  "marketplace":                             row(),
  "mlflow":                                  row(),
  "model-serving":                           row(),
  "serving.serving-endpoints":               old(same("model-serving")),
  "networking":                              row(),
  "notifications":                           row(),
  "pipelines":                               row(),
  "postgres":                                row(),
  "provisioning":                            row(),
  "qualitymonitor":                          row(),
  "query-history":                           row(),
  "scim":                                    row(),
  "iam.current-user:read":                   part("scim"),
  "iam.groups:read":                         part("scim"),
  "secrets":                                 row(),
  "settings":                                row(),
  "sharing":                                 row(),
  "sql":                                     row(),
  "sql.statement-execution":                 old(part("sql")),
  "sql.warehouses":                          old(part("sql")),
  "sql.warehouses:read":                     part("sql.warehouses"),
  "sql:restricted-query":                    part("sql"),
  "tags":                                    row(),
  "unity-catalog":                           row(),
  "catalog.catalogs:read":                   part("unity-catalog"),
  "catalog.schemas:read":                    part("unity-catalog"),
  "catalog.tables:read":                     part("unity-catalog"),
  "catalog.connections":                     part("unity-catalog"),
  "mcp.external":                            part("unity-catalog"),
  "mcp.functions":                           part("unity-catalog"),
  "vector-search":                           row(),
  "ai-search":                               same("vector-search"),
  "vectorsearch.vector-search-endpoints":    old(part("vector-search")),
  "vectorsearch.vector-search-indexes":      old(part("vector-search")),
  "workspace":                               row(),
  "workspace.workspace":                     same("workspace"),
} as const satisfies Record<string, ScopeRow>;

export type Scope = keyof typeof table;

export const scopes: readonly Scope[] = Object.freeze(Object.keys(table) as Scope[]);

export function isScope(word: string): word is Scope {
  return Object.hasOwn(table, word);
}

const rowOf = (scope: Scope): ScopeRow => table[scope];

/** Whether it is a word of the older vocabulary. */
export const isOlder = (scope: Scope): boolean => rowOf(scope).isOld === true;

/** The scope under its own name, and all that contain it, nearest first. */
function lineOf(scope: Scope): readonly Scope[] {
  const { same_as, part_of } = rowOf(scope);
  if (same_as) return lineOf(same_as as Scope);
  return part_of ? [scope, ...lineOf(part_of as Scope)] : [scope];
}

/** Whether `held` opens what asks for `wanted`: the same by another name, a part of it, or anything when it is all-apis. */
export function opens(held: Scope, wanted: Scope): boolean {
  return held === "all-apis" || lineOf(wanted).includes(lineOf(held)[0]!);
}

/** What both open, in the words of `first` where they mean the same. Scopes only shrink along a chain, never grow. */
export function intersection(first: readonly Scope[], second: readonly Scope[]): readonly Scope[] {
  const within = first.filter((scope) => second.some((other) => opens(other, scope)));
  const narrower = second.filter((scope) => first.some((other) => opens(other, scope)));
  return [...within, ...narrower.filter((scope) => !within.some((other) => opens(other, scope)))];
}

/** The surface's own name: what its metadata say, and a refusal to whoever speaks today's vocabulary. */
export const surfaceOf = (scope: Scope): Scope => lineOf(scope).at(-1)!;

/** The missing scope in the words of whoever holds `held`: an older word for it when one of theirs is of the older vocabulary. */
export function spokenTo(held: readonly Scope[], missing: Scope): Scope {
  if (!held.some(isOlder)) return surfaceOf(missing);
  const line = lineOf(missing);
  const older = scopes.filter(isOlder);
  const named = line.find((scope) => older.includes(scope)) ?? older.find((scope) => line.includes(lineOf(scope)[0]!));
  return named ?? surfaceOf(missing);
}
