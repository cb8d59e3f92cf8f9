import { MACRO_SCHEMA } from "../verify/functions.ts";
import { castMacros } from "./cast-macros.ts";

const macro = (signature: string, body: string): string => `CREATE MACRO ${MACRO_SCHEMA}.${signature} AS ${body}`;
const raise = (condition: string): string => `error('[${condition}]')`;

/** Letters of the dialect's date patterns and what strftime calls them; longer ones first, and none that an earlier result holds. */
const timeLetters = [
  ["a", "%p"],
  ["yyyy", "%Y"],
  ["MMMM", "%B"],
  ["MMM", "%b"],
  ["MM", "%m"],
  ["dd", "%d"],
  ["HH", "%H"],
  ["hh", "%I"],
  ["mm", "%M"],
  ["SSSSSS", "%f"],
  ["SSS", "%g"],
  ["ss", "%S"],
  ["EEEE", "%A"],
  ["EEE", "%a"],
] as const;
const timeFormat = timeLetters.reduce((text, [from, to]) => `replace(${text}, '${from}', '${to}')`, "f");
const timeShape = `([^A-Za-z%'']|${timeLetters.map(([from]) => from).join("|")})*`;

const dayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
  .flatMap((day) => [day, day.slice(0, 3), day.slice(0, 2)])
  .map((day) => `'${day}'`)
  .join(", ");

/** Functions that DuckDB lacks or means otherwise, in the locked schema. They raise conditions by name; engines/duckdb knows them. */
const functionMacros: readonly string[] = Object.freeze([
  macro(
    "any_holds(l)",
    "CASE WHEN coalesce(list_bool_or(l), FALSE) THEN TRUE WHEN list_count(l) = len(l) THEN FALSE END",
  ),
  macro(
    "all_hold(l)",
    "CASE WHEN NOT coalesce(list_bool_and(l), TRUE) THEN FALSE WHEN list_count(l) = len(l) THEN TRUE END",
  ),
  // Beside a NULL within, what is not found may still be there.
  macro(
    "array_contains(a, e)",
    "CASE WHEN list_contains(a, e) THEN TRUE WHEN e IS NOT NULL AND list_count(a) = len(a) THEN FALSE END",
  ),
  macro(
    "arrays_overlap(a, b)",
    "CASE WHEN list_has_any(a, b) THEN TRUE WHEN len(a) = 0 OR len(b) = 0 THEN FALSE WHEN list_count(a) = len(a) AND list_count(b) = len(b) THEN FALSE END",
  ),
  macro(
    "split_part_of(s, d, n)",
    `CASE WHEN n = 0 THEN ${raise("INVALID_PARAMETER_VALUE")} ELSE split_part(s, d, n) END`,
  ),
  macro("divisor(x)", `CASE WHEN x = 0 THEN ${raise("DIVIDE_BY_ZERO")} ELSE x END`),
  macro("remainder_divisor(x)", `CASE WHEN x = 0 THEN ${raise("REMAINDER_BY_ZERO")} ELSE x END`),
  macro(
    "array_at(a, i)",
    `CASE WHEN i < 0 OR i >= len(a) THEN ${raise("INVALID_ARRAY_INDEX")} ELSE list_extract(a, i + 1) END`,
  ),
  macro(
    "array_element_at(a, i)",
    `CASE WHEN i = 0 OR abs(i) > len(a) THEN ${raise("INVALID_ARRAY_INDEX_IN_ELEMENT_AT")} ELSE list_extract(a, i) END`,
  ),
  macro("array_join_both(a, b)", "CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN list_concat(a, b) END"),
  macro("array_distinct_of(a)", "list_filter(a, lambda e, i: list_position(a, e) = i)"),
  macro(
    "array_intersect_of(a, b)",
    "list_filter(a, lambda e, i: list_position(a, e) = i AND list_position(b, e) IS NOT NULL)",
  ),
  macro(
    "array_except_of(a, b)",
    "list_filter(a, lambda e, i: list_position(a, e) = i AND list_position(b, e) IS NULL)",
  ),
  macro(
    "array_slice_of(a, s, n)",
    `CASE WHEN s = 0 OR n < 0 THEN ${raise("INVALID_PARAMETER_VALUE")} WHEN s > 0 THEN list_slice(a, s, s + n - 1) WHEN -s > len(a) THEN [] ELSE list_slice(a, len(a) + s + 1, len(a) + s + n) END`,
  ),
  macro("sequence_of(a, b)", "CASE WHEN a <= b THEN generate_series(a, b) ELSE generate_series(a, b, -1) END"),
  macro(
    "locate_from(f, s, p)",
    "CASE WHEN p < 1 THEN 0 WHEN instr(substr(s, p), f) = 0 THEN 0 ELSE CAST(instr(substr(s, p), f) + p - 1 AS INTEGER) END",
  ),
  macro(
    "substring_index(s, d, n)",
    "CASE WHEN n > 0 THEN array_to_string(list_slice(string_split(s, d), 1, n), d) WHEN n < 0 THEN array_to_string(list_slice(string_split(s, d), greatest(len(string_split(s, d)) + n + 1, 1), len(string_split(s, d))), d) ELSE '' END",
  ),
  macro(
    "initcap(s)",
    "array_to_string(list_transform(string_split(lower(s), ' '), lambda w: upper(left(w, 1)) || substr(w, 2)), ' ')",
  ),
  macro("chr_of(n)", "CASE WHEN n < 0 THEN '' ELSE chr(CAST(n % 256 AS INTEGER)) END"),
  macro("sha2(s, n)", `CASE WHEN n IN (0, 256) THEN sha256(s) ELSE ${raise("INVALID_PARAMETER_VALUE")} END`),
  macro("overlay(s, r, p, n)", "left(s, p - 1) || r || substr(s, p + n)"),
  macro("sqrt_of(x)", "CASE WHEN x < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt(x) END"),
  macro("ln_of(x)", "CASE WHEN x > 0 THEN ln(x) END"),
  macro("now_of()", "now()"),
  macro(
    "months_between_of(a, b)",
    "CASE WHEN day(a) = day(b) OR (a = last_day(a) AND b = last_day(b)) THEN CAST((year(a) - year(b)) * 12 + month(a) - month(b) AS DOUBLE) ELSE round(CAST((year(a) - year(b)) * 12 + month(a) - month(b) AS DOUBLE) + (day(a) - day(b)) / 31.0, 8) END",
  ),
  // Digits that the base has not are an error; the dialect would stop before them.
  macro(
    "from_base(s, b)",
    `list_reduce(list_transform(string_split(lower(s), ''), lambda c: CASE WHEN c BETWEEN '0' AND '9' OR c BETWEEN 'a' AND 'z' THEN CASE WHEN instr('0123456789abcdefghijklmnopqrstuvwxyz', c) > b THEN ${raise("INVALID_PARAMETER_VALUE")} ELSE CAST(instr('0123456789abcdefghijklmnopqrstuvwxyz', c) - 1 AS BIGINT) END ELSE ${raise("INVALID_PARAMETER_VALUE")} END), lambda n, d: n * b + d)`,
  ),
  macro("bytes_of(x)", "octet_length(x)"),
  // The engine wants a constant format, which an error() in it would not be: a lone % is one that it refuses.
  macro("time_format(f)", `CASE WHEN regexp_full_match(f, '${timeShape}') THEN ${timeFormat} ELSE '%' END`),
  macro(
    "next_day(d, n)",
    `CASE WHEN lower(n) IN (${dayNames}) THEN d + CAST((list_position(['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'], lower(left(n, 2))) - dayofweek(d) + 5) % 7 + 1 AS INTEGER) WHEN n IS NOT NULL THEN ${raise("INVALID_PARAMETER_VALUE")} END`,
  ),
  macro(
    "trunc_unit(u)",
    `CASE WHEN upper(u) IN ('YEAR', 'YYYY', 'YY') THEN 'year' WHEN upper(u) = 'QUARTER' THEN 'quarter' WHEN upper(u) IN ('MONTH', 'MM', 'MON') THEN 'month' WHEN upper(u) = 'WEEK' THEN 'week' END`,
  ),
  // A path that may find several values gives a list here and one text there, so that it is refused.
  macro(
    "json_path(p)",
    `CASE WHEN regexp_matches(p, '[*?]|\\.\\.') THEN ${raise("INVALID_PARAMETER_VALUE")} ELSE regexp_replace(p, '\\[''([^'']*)''\\]', '."\\1"', 'g') END`,
  ),
  macro("json_text_at(s, p)", "CASE WHEN json_valid(s) THEN json_extract_string(s, lakeward_fn.json_path(p)) END"),
  macro(
    "json_length(s)",
    "CASE WHEN json_valid(s) AND json_type(s) = 'ARRAY' THEN CAST(json_array_length(s) AS INTEGER) END",
  ),
  macro("json_keys_of(s)", "CASE WHEN json_valid(s) AND json_type(s) = 'OBJECT' THEN json_keys(s) END"),
]);

/** Statements that make all macros of the locked schema `lakeward_fn`, which is there before them. */
export const macroStatements: readonly string[] = Object.freeze([...castMacros, ...functionMacros]);
