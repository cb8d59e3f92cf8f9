import { type Static, Type } from "typebox";
import { securableFields } from "./catalog.ts";

const PolicyArgument = Type.Object({
  column: Type.Optional(Type.String()),
  constant: Type.Optional(Type.String()),
});

export const wireTypeFields = {
  type_text: Type.String(),
  type_name: Type.String(),
  type_json: Type.String(),
  type_precision: Type.Integer(),
  type_scale: Type.Integer(),
};

/** Source: databricks-sdk-py `service/catalog.py` ColumnInfo, ColumnMask. */
const ColumnInfo = Type.Object({
  name: Type.String(),
  ...wireTypeFields,
  position: Type.Integer(),
  nullable: Type.Boolean(),
  comment: Type.Optional(Type.String()),
  mask: Type.Optional(
    Type.Object({
      function_name: Type.String(),
      using_column_names: Type.Array(Type.String()),
      using_arguments: Type.Array(PolicyArgument),
    }),
  ),
});

/** Source: databricks-sdk-py `service/catalog.py` TableInfo, TableRowFilter. */
export const TableInfo = Type.Object({
  ...securableFields,
  catalog_name: Type.String(),
  schema_name: Type.String(),
  table_id: Type.String(),
  table_type: Type.Union([Type.Literal("MANAGED"), Type.Literal("VIEW")]),
  data_source_format: Type.Optional(Type.String()),
  columns: Type.Array(ColumnInfo),
  /** For whoever may change the view alone: its text names what its owner can see. */
  view_definition: Type.Optional(Type.String()),
  row_filter: Type.Optional(
    Type.Object({
      function_name: Type.String(),
      input_column_names: Type.Array(Type.String()),
      input_arguments: Type.Array(PolicyArgument),
    }),
  ),
});
export type TableInfo = Static<typeof TableInfo>;

export const TableList = Type.Object({
  tables: Type.Array(TableInfo),
  next_page_token: Type.Optional(Type.String()),
});

export const TableExists = Type.Object({ table_exists: Type.Boolean() });
