import type { Privilege } from "#wire/privileges.ts";
import type { Grant } from "../facts.ts";
import type { Lineage } from "../lineage.ts";
import type { PolicyArgument } from "../obligations.ts";
import type { Permit } from "../permit.ts";
import type { What } from "../what.ts";
import type { AttributePolicies } from "./attribute-policies.ts";
import type { ServiceType } from "./services.ts";
import type { Tagging } from "./tags.ts";
import type { Transaction } from "./transaction.ts";

/** A column as declared; `type` in Databricks spelling, upper-case: `DECIMAL(10,2)`, `ARRAY<STRING>`. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly comment?: string;
}

export interface TableDefinition {
  readonly kind: "table";
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
  readonly columns: readonly ColumnDefinition[];
}

/** A view lends its owner's access to what its text names. */
export interface ViewDefinition {
  readonly kind: "view";
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
  readonly columns: readonly ColumnDefinition[];
  readonly text: string;
  /** Catalog and schema in which its unqualified names resolve. */
  readonly current: readonly [catalog: string, schema: string];
}

export interface ParameterDefinition {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
  /** Source text of the default expression. */
  readonly default?: string;
}

/** A function. `body` is the expression or query after RETURN, as written; of one in Python, what stands between `$$`. */
export interface FunctionDefinition {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
  readonly parameters: readonly ParameterDefinition[];
  readonly returns:
    | { readonly kind: "scalar"; readonly type: string }
    | { readonly kind: "table"; readonly columns: readonly ColumnDefinition[] };
  readonly body: string;
  /** Absent for SQL. */
  readonly language?: "PYTHON";
  readonly current: readonly [catalog: string, schema: string];
}

export interface PolicyBinding {
  readonly function: string;
  readonly arguments: readonly PolicyArgument[];
}

/** The mask of one column. */
export interface MaskBinding {
  readonly column: string;
  readonly mask: PolicyBinding;
}

/** The kinds of securable that DDL makes, changes and drops. */
export type Ownable = "METASTORE" | "CATALOG" | "SCHEMA" | "TABLE" | "FUNCTION";

/**
 * The catalog, as governed SQL needs it. Implemented by catalog. What is touched comes from the permit (`permit.what`),
 * new children's last name part from the argument. Faults: `*_ALREADY_EXISTS`, `*_DOES_NOT_EXIST`, INVALID_PARAMETER_VALUE.
 * Every change bumps the governance version in the same transaction; without one given, it opens its own.
 */
export interface Metastore extends Tagging, AttributePolicies {
  relation(
    permit:
      | Permit<"table.read_data">
      | Permit<"table.explain">
      | Permit<"table.read_metadata">
      | Permit<"table.insert">
      | Permit<"table.set_policy">,
  ): Promise<TableDefinition | ViewDefinition>;
  routine(
    permit: Permit<"function.execute"> | Permit<"function.explain"> | Permit<"function.read_metadata">,
  ): Promise<FunctionDefinition>;
  /** The function of a row filter or mask that is among this permit's obligations; the caller needs no EXECUTE on it. */
  policyRoutine(
    permit: Permit<"table.read_data"> | Permit<"table.explain">,
    functionName: string,
  ): Promise<FunctionDefinition>;

  createCatalog(
    permit: Permit<"catalog.create">,
    input: { readonly name: string; readonly comment?: string },
  ): Promise<void>;
  createSchema(
    permit: Permit<"schema.create">,
    input: { readonly name: string; readonly comment?: string },
  ): Promise<void>;
  /**
   * Registers a table with no data, with its policies; its versions are the table store's. Returns the new table's id: the
   * given one, when its files were written before under it, or a new one.
   */
  createTable(
    transaction: Transaction,
    permit: Permit<"table.create">,
    input: {
      readonly name: string;
      readonly comment?: string;
      readonly columns: readonly ColumnDefinition[];
      readonly id?: string;
      readonly row_filter?: PolicyBinding;
      readonly masks?: readonly MaskBinding[];
    },
  ): Promise<string>;
  createView(
    permit: Permit<"table.create">,
    input: {
      readonly name: string;
      readonly comment?: string;
      readonly columns: readonly ColumnDefinition[];
      readonly text: string;
      readonly current: readonly [string, string];
      readonly replace: boolean;
      /** What the view gives and from where, for the record that is written with it. */
      readonly lineage?: Lineage;
    },
  ): Promise<void>;
  createFunction(
    permit: Permit<"function.create">,
    input: Omit<FunctionDefinition, "id" | "owner" | "name"> & { readonly name: string; readonly replace: boolean },
  ): Promise<void>;
  /** Drops a schema or catalog that is empty, or with `cascade` all beneath it. Returns ids of dropped tables, for the table store. */
  drop(
    transaction: Transaction,
    permit: Permit<"catalog.delete" | "schema.delete" | "table.delete" | "function.delete">,
    input: { readonly cascade: boolean },
  ): Promise<readonly string[]>;
  setOwner(
    permit: Permit<"catalog.update" | "schema.update" | "table.update" | "function.update">,
    owner: string,
  ): Promise<void>;
  setRowFilter(permit: Permit<"table.set_policy">, filter: PolicyBinding | null): Promise<void>;
  setColumnMask(permit: Permit<"table.set_policy">, column: string, mask: PolicyBinding | null): Promise<void>;

  changeGrants(
    permit: Permit<"grants.update">,
    changes: readonly {
      readonly principal: string;
      readonly add: readonly Privilege[];
      readonly remove: readonly Privilege[];
    }[],
  ): Promise<void>;
  grants(permit: Permit<"grants.read">): Promise<readonly Grant[]>;
  /** All securables of a kind beneath a parent, unfiltered: pass them through `gate.filter` before anyone sees one. */
  candidates(type: Ownable | ServiceType, parent: What): Promise<readonly What[]>;
}
