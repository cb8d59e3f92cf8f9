import { catalog, fn, metastore, schema, table, type What } from "#kernel/mod.ts";
import type { SecurableReference } from "../ast/securable.ts";
import { type CurrentNames, catalogName, faultAt, objectName, schemaName } from "../plan/names.ts";

/** The securable that a statement names. @throws Fault when a kind that needs a name has none. */
export function targetOf(reference: SecurableReference, current: CurrentNames): What {
  switch (reference.type) {
    case "METASTORE":
      return metastore;
    case "CATALOG":
      return catalog(catalogName(reference.name, current));
    case "SCHEMA":
      return schema(schemaName(reference.name, current));
    case "TABLE":
    case "FUNCTION": {
      if (!reference.name) throw faultAt(reference.at, `${reference.word} needs a name`, "PARSE_SYNTAX_ERROR", "42601");
      const name = objectName(reference.name, current);
      return reference.type === "TABLE" ? table(name) : fn(name);
    }
  }
}
