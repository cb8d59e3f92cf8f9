import type { DescribedTable } from "#catalog/mod.ts";
import type { ColumnMask, PolicyArgument, RowFilter } from "#kernel/mod.ts";
import { wireType } from "#wire/unity-catalog/column-types.ts";
import type { TableInfo } from "#wire/unity-catalog/table.ts";
import type { Site } from "../services.ts";
import { securableInfo } from "./securable-info.ts";

/**
 * A table or view as REST tells it. Policies by the names of their functions and columns, never their text; a view's text
 * only to whoever may change it.
 */
export function tableInfo(found: DescribedTable, site: Site, mayChange: boolean): TableInfo {
  const [catalog_name = "", schema_name = ""] = found.full_name.split(".");
  const { definition, policies } = found;
  const filter = policies.find((one): one is RowFilter => one.type === "row_filter");
  const masks = policies.filter((one): one is ColumnMask => one.type === "column_mask");
  return {
    ...securableInfo(found, site),
    catalog_name,
    schema_name,
    table_id: found.id,
    table_type: definition.kind === "view" ? "VIEW" : "MANAGED",
    ...(definition.kind === "table" && !found.isSystem && { data_source_format: "PARQUET" }),
    columns: definition.columns.map((column, position) => {
      const mask = masks.find((one) => one.column === column.name);
      return {
        name: column.name,
        ...wireType(column.type),
        position,
        nullable: column.nullable,
        ...(column.comment !== undefined && { comment: column.comment }),
        ...(mask && {
          mask: {
            function_name: mask.function,
            using_column_names: columnNames(mask.arguments),
            using_arguments: mask.arguments.map(wireArgument),
          },
        }),
      };
    }),
    ...(definition.kind === "view" && mayChange && { view_definition: definition.text }),
    ...(filter && {
      row_filter: {
        function_name: filter.function,
        input_column_names: columnNames(filter.arguments),
        input_arguments: filter.arguments.map(wireArgument),
      },
    }),
  };
}

const columnNames = (given: readonly PolicyArgument[]): string[] =>
  given.flatMap((one) => (one.kind === "column" ? [one.column] : []));

const wireArgument = (one: PolicyArgument): { column?: string; constant?: string } =>
  one.kind === "column" ? { column: one.column } : { constant: one.value === null ? "NULL" : String(one.value) };
