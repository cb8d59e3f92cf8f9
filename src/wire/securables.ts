import type { ErrorCode } from "./errors.ts";

/**
 * Every kind of thing that rights are held on. `parent` is the kind one level up, from which rights are inherited.
 * TABLE covers views too, as in Unity Catalog's SecurableType. Source: databricks-sdk-py `service/catalog.py` SecurableType,
 * and `service/iam.py` for the workspace's own objects.
 */
interface SecurableRow {
  readonly parent: string | null;
  readonly word: string;
  readonly missing: ErrorCode;
}

// biome-ignore format: a table is read in columns
export const securables = Object.freeze({
  METASTORE: { parent: null,        word: "Metastore",        missing: "METASTORE_DOES_NOT_EXIST" },
  CATALOG:   { parent: "METASTORE", word: "Catalog",          missing: "CATALOG_DOES_NOT_EXIST"   },
  SCHEMA:    { parent: "CATALOG",   word: "Schema",           missing: "SCHEMA_DOES_NOT_EXIST"    },
  TABLE:     { parent: "SCHEMA",    word: "Table",            missing: "TABLE_DOES_NOT_EXIST"     },
  FUNCTION:  { parent: "SCHEMA",    word: "Function",         missing: "FUNCTION_DOES_NOT_EXIST"  },
  MODEL_SERVICE: { parent: "SCHEMA", word: "Model service",   missing: "RESOURCE_DOES_NOT_EXIST"  },
  MODEL_PROVIDER_SERVICE: { parent: "SCHEMA", word: "Model provider service", missing: "RESOURCE_DOES_NOT_EXIST" },
  TAG_POLICY: { parent: "METASTORE", word: "Governed tag",    missing: "RESOURCE_DOES_NOT_EXIST"  },
  WORKSPACE: { parent: null,        word: "Workspace",        missing: "RESOURCE_DOES_NOT_EXIST"  },
  WAREHOUSE: { parent: "WORKSPACE", word: "SQL warehouse",    missing: "RESOURCE_DOES_NOT_EXIST"  },
  ENDPOINT:  { parent: "WORKSPACE", word: "Serving endpoint", missing: "RESOURCE_DOES_NOT_EXIST"  },
  USER:      { parent: "WORKSPACE", word: "User",             missing: "RESOURCE_DOES_NOT_EXIST"  },
  GROUP:     { parent: "WORKSPACE", word: "Group",            missing: "RESOURCE_DOES_NOT_EXIST"  },
  SERVICE_PRINCIPAL: { parent: "WORKSPACE", word: "Service principal", missing: "RESOURCE_DOES_NOT_EXIST" },
  TOKEN:     { parent: "WORKSPACE", word: "Token",            missing: "RESOURCE_DOES_NOT_EXIST"  },
  AUTHORIZATION: { parent: "WORKSPACE", word: "Authorization", missing: "RESOURCE_DOES_NOT_EXIST" },
  SECRET_SCOPE: { parent: "WORKSPACE", word: "Secret scope",  missing: "RESOURCE_DOES_NOT_EXIST"  },
  STATEMENT: { parent: "WORKSPACE", word: "Statement",        missing: "NOT_FOUND"                },
} as const satisfies Record<string, SecurableRow>);

export type SecurableType = keyof typeof securables;
