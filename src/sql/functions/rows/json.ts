import { scalar } from "../make.ts";
import type { FunctionRow } from "../row.ts";

// biome-ignore format: a table is read in rows
export const jsonRows: readonly FunctionRow[] = [
  scalar("get_json_object", "STRING ; STRING", "STRING", "lakeward_fn.json_text_at({0}, {1})"),
  scalar("json_array_length", "STRING", "INT", "lakeward_fn.json_length({0})"),
  scalar("json_object_keys", "STRING", "ARRAY<STRING>", "lakeward_fn.json_keys_of({0})"),
].flat();
