import { array, type DataType, struct } from "../../types/mod.ts";
import { scalar } from "../make.ts";
import type { FunctionRow } from "../row.ts";

const unnamed = (types: readonly DataType[]): DataType =>
  struct(types.map((type, i) => ({ name: `col${i + 1}`, type })));
const named = (types: readonly DataType[], texts: readonly (string | undefined)[]): DataType =>
  struct(types.flatMap((type, i) => (i % 2 === 1 ? [{ name: texts[i - 1] ?? `col${(i + 1) / 2}`, type }] : [])));
const entries = ([type]: readonly DataType[]): DataType =>
  type?.kind === "map"
    ? array(
        struct([
          { name: "key", type: type.key },
          { name: "value", type: type.value },
        ]),
      )
    : array(struct([]));

const NULL_FREE = "lambda e: (e IS NOT NULL)";

// biome-ignore format: a table is read in rows
export const nestedRows: readonly FunctionRow[] = [
  scalar("array", "T*", "ARRAY<T>", "CAST([{*}] AS {type})"),
  scalar("struct", "ANY+", unnamed, "CAST(row({*}) AS {type})"),
  scalar("named_struct", "(STRING,ANY)*", named, "CAST(row({odd}) AS {type})"),
  scalar("map", "(K,V)*", "MAP<K,V>", "MAP([{even}], [{odd}])"),
  scalar("array_contains", "ARRAY<T> ; T", "BOOLEAN", "lakeward_fn.array_contains({0}, {1})"),
  scalar("array_distinct", "ARRAY<T>", "ARRAY<T>", "lakeward_fn.array_distinct_of({0})"),
  scalar("array_position", "ARRAY<T> ; T", "BIGINT", "(CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN CAST(coalesce(system.main.list_position({0}, {1}), 0) AS BIGINT) END)"),
  scalar("array_remove", "ARRAY<T> ; T", "ARRAY<T>", "system.main.list_filter({0}, lambda e: (e IS NULL OR e <> {1}))"),
  scalar("array_compact", "ARRAY<T>", "ARRAY<T>", `system.main.list_filter({0}, ${NULL_FREE})`),
  scalar("array_append", "ARRAY<T> ; T", "ARRAY<T>", "(CASE WHEN {0} IS NOT NULL THEN system.main.list_append({0}, {1}) END)"),
  scalar("array_prepend", "ARRAY<T> ; T", "ARRAY<T>", "(CASE WHEN {0} IS NOT NULL THEN system.main.list_prepend({1}, {0}) END)"),
  scalar("array_repeat", "T ; INT", "ARRAY<T>", "system.main.list_transform(system.main.range({1}), lambda e: {0})"),
  scalar("array_max", "ARRAY<O>", "O", "system.main.list_max({0})"),
  scalar("array_min", "ARRAY<O>", "O", "system.main.list_min({0})"),
  scalar("array_join", "ARRAY<STRING> ; STRING", "STRING", "system.main.array_to_string({0}, {1})"),
  scalar("array_join", "ARRAY<STRING> ; STRING ; STRING", "STRING", "system.main.array_to_string(system.main.list_transform({0}, lambda e: coalesce(e, {2})), {1})"),
  scalar("array_sort", "ARRAY<O>", "ARRAY<O>", "system.main.list_sort({0}, 'ASC', 'NULLS LAST')"),
  scalar("sort_array", "ARRAY<O>", "ARRAY<O>", "system.main.list_sort({0}, 'ASC', 'NULLS FIRST')"),
  scalar("sort_array", "ARRAY<O> ; BOOLEAN", "ARRAY<O>", "(CASE WHEN {1} THEN system.main.list_sort({0}, 'ASC', 'NULLS FIRST') ELSE system.main.list_sort({0}, 'DESC', 'NULLS LAST') END)"),
  scalar("array_intersect", "ARRAY<T> ; ARRAY<T>", "ARRAY<T>", "lakeward_fn.array_intersect_of({0}, {1})"),
  scalar("array_except", "ARRAY<T> ; ARRAY<T>", "ARRAY<T>", "lakeward_fn.array_except_of({0}, {1})"),
  scalar("array_union", "ARRAY<T> ; ARRAY<T>", "ARRAY<T>", "lakeward_fn.array_distinct_of(lakeward_fn.array_join_both({0}, {1}))"),
  scalar("arrays_overlap", "ARRAY<T> ; ARRAY<T>", "BOOLEAN", "lakeward_fn.arrays_overlap({0}, {1})"),
  scalar("concat", "ARRAY<T> ; ARRAY<T>", "ARRAY<T>", "lakeward_fn.array_join_both({0}, {1})"),
  scalar("reverse", "ARRAY<T>", "ARRAY<T>", "system.main.list_reverse({0})"),
  scalar("flatten", "ARRAY<ARRAY<T>>", "ARRAY<T>", "(CASE WHEN NOT coalesce(system.main.list_contains(system.main.list_transform({0}, lambda e: (e IS NULL)), TRUE), FALSE) THEN system.main.flatten({0}) END)"),
  scalar("slice", "ARRAY<T> ; INT ; INT", "ARRAY<T>", "lakeward_fn.array_slice_of({0}, {1}, {2})"),
  scalar("size / cardinality / array_size", "ARRAY<T>", "INT", "CAST(system.main.len({0}) AS INTEGER)"),
  scalar("size / cardinality", "MAP<K,V>", "INT", "CAST(system.main.cardinality({0}) AS INTEGER)"),
  scalar("element_at", "ARRAY<T> ; INT", "T", "lakeward_fn.array_element_at({0}, {1})"),
  scalar("element_at / try_element_at", "MAP<K,V> ; K", "V", "system.main.map_extract_value({0}, {1})"),
  scalar("try_element_at", "ARRAY<T> ; INT", "T", "system.main.list_extract({0}, nullif({1}, 0))"),
  scalar("get", "ARRAY<T> ; INT", "T", "(CASE WHEN {1} >= 0 THEN system.main.list_extract({0}, {1} + 1) END)"),
  scalar("sequence", "BIGINT ; BIGINT", "ARRAY<BIGINT>", "lakeward_fn.sequence_of({0}, {1})"),
  scalar("sequence", "INT ; INT", "ARRAY<INT>", "CAST(lakeward_fn.sequence_of({0}, {1}) AS INTEGER[])"),
  scalar("sequence", "INT ; INT ; INT", "ARRAY<INT>", "CAST(system.main.generate_series({0}, {1}, {2}) AS INTEGER[])"),
  scalar("sequence", "DATE ; DATE", "ARRAY<DATE>", "CAST(system.main.generate_series({0}, {1}, system.main.to_days(1)) AS DATE[])"),
  scalar("sequence", "DATE ; DATE ; DT", "ARRAY<DATE>", "CAST(system.main.generate_series({0}, {1}, {2}) AS DATE[])"),
  scalar("transform", "ARRAY<T> ; T -> U", "ARRAY<U>", "system.main.list_transform({0}, {1})"),
  scalar("filter", "ARRAY<T> ; T -> BOOLEAN", "ARRAY<T>", "system.main.list_filter({0}, {1})"),
  scalar("transform", "ARRAY<T> ; (T, INT) -> U", "ARRAY<U>", "system.main.list_transform({0}, {1})", { lambda: "indexed" }),
  scalar("filter", "ARRAY<T> ; (T, INT) -> BOOLEAN", "ARRAY<T>", "system.main.list_filter({0}, {1})", { lambda: "indexed" }),
  scalar("zip_with", "ARRAY<T> ; ARRAY<V> ; (T, V) -> U", "ARRAY<U>", "system.main.list_transform(system.main.list_zip({0}, {1}), {2})", { lambda: "zipped" }),
  scalar("map_filter", "MAP<K,V> ; (K, V) -> BOOLEAN", "MAP<K,V>", "system.main.map_from_entries(system.main.list_filter(system.main.map_entries({0}), {1}))", { lambda: "entry" }),
  scalar("transform_values", "MAP<K,V> ; (K, V) -> U", "MAP<K,U>", "MAP(system.main.map_keys({0}), system.main.list_transform(system.main.map_entries({0}), {1}))", { lambda: "entry" }),
  scalar("transform_keys", "MAP<K,V> ; (K, V) -> U", "MAP<U,V>", "MAP(system.main.list_transform(system.main.map_entries({0}), {1}), system.main.map_values({0}))", { lambda: "entry" }),
  scalar("exists", "ARRAY<T> ; T -> BOOLEAN", "BOOLEAN", "lakeward_fn.any_holds(system.main.list_transform({0}, {1}))"),
  scalar("forall", "ARRAY<T> ; T -> BOOLEAN", "BOOLEAN", "lakeward_fn.all_hold(system.main.list_transform({0}, {1}))"),
  scalar("aggregate / reduce", "ARRAY<T> ; T ; (T, T) -> T", "T", "system.main.list_reduce({0}, {2}, {1})"),
  scalar("map_keys", "MAP<K,V>", "ARRAY<K>", "system.main.map_keys({0})"),
  scalar("map_values", "MAP<K,V>", "ARRAY<V>", "system.main.map_values({0})"),
  scalar("map_entries", "MAP<K,V>", entries, "system.main.map_entries({0})"),
  scalar("map_contains_key", "MAP<K,V> ; K", "BOOLEAN", "system.main.map_contains({0}, {1})"),
  scalar("map_from_arrays", "ARRAY<K> ; ARRAY<V>", "MAP<K,V>", "MAP({0}, {1})"),
].flat();
