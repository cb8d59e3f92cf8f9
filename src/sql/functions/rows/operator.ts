import { commonTypeOf, DATE, type DataType, interval, isNumeric, TIMESTAMP } from "../../types/mod.ts";
import { differenceType, productType, quotientType, remainderType, sumType } from "../decimals.ts";
import { behind, operator, proof, proofBesideConstants, proofOfOneType, proofOfOwner } from "../make.ts";
import type { FunctionRow } from "../row.ts";

const LOGIC = "looks at truth values alone";
const MATCHES = "constant pattern, completed as below";
/** A lone escape at a pattern's end stands for itself: the engine fails on it, but only on rows whose text gets that far. */
const completed = (mark: string): string =>
  `(CASE WHEN (system.main.length({1}) - system.main.length(system.main.rtrim({1}, ${mark}))) % 2 = 1 THEN ({1} || ${mark}) ELSE {1} END) ESCAPE ${mark}`;
const BACKSLASH = "'\\'";
const RECKONS = "arithmetic, which the engine marks as one that may fail";
const COMPARES = "compares two values of one type; every pair has an answer";

const sum = (types: readonly DataType[]): DataType => sumType(types[0]!, types[1]!);
const datePlus = (types: readonly DataType[]): DataType => {
  const span = types.find((type) => type.kind === "interval");
  return span?.kind === "interval" &&
    (span.from !== "DAY" || span.to !== "DAY") &&
    span.from !== "YEAR" &&
    span.from !== "MONTH"
    ? TIMESTAMP
    : DATE;
};
const spanOf = (types: readonly DataType[]): DataType =>
  commonTypeOf(types.filter((type) => type.kind === "interval"))!;
const wider = (types: readonly DataType[]): DataType => (isNumeric(types[0]!) ? types[1]! : types[0]!);

export const operatorRows: readonly FunctionRow[] = [
  operator("and", "BOOLEAN ; BOOLEAN", "BOOLEAN", "({0} AND {1})", proof(LOGIC)),
  operator("or", "BOOLEAN ; BOOLEAN", "BOOLEAN", "({0} OR {1})", proof(LOGIC)),
  operator("not", "BOOLEAN", "BOOLEAN", "(NOT {0})", proof(LOGIC)),
  operator("is null", "ANY", "BOOLEAN", "({0} IS NULL)", proof(LOGIC)),
  operator("is not null", "ANY", "BOOLEAN", "({0} IS NOT NULL)", proof(LOGIC)),
  operator("is true", "BOOLEAN", "BOOLEAN", "({0} IS NOT DISTINCT FROM TRUE)", proof(LOGIC)),
  operator("is not true", "BOOLEAN", "BOOLEAN", "({0} IS DISTINCT FROM TRUE)", proof(LOGIC)),
  operator("is false", "BOOLEAN", "BOOLEAN", "({0} IS NOT DISTINCT FROM FALSE)", proof(LOGIC)),
  operator("is not false", "BOOLEAN", "BOOLEAN", "({0} IS DISTINCT FROM FALSE)", proof(LOGIC)),
  operator("=", "O ; O", "BOOLEAN", "({0} = {1})", proofOfOneType(COMPARES)),
  operator("<>", "O ; O", "BOOLEAN", "({0} <> {1})", proofOfOneType(COMPARES)),
  operator("<", "O ; O", "BOOLEAN", "({0} < {1})", proofOfOneType(COMPARES)),
  operator("<=", "O ; O", "BOOLEAN", "({0} <= {1})", proofOfOneType(COMPARES)),
  operator(">", "O ; O", "BOOLEAN", "({0} > {1})", proofOfOneType(COMPARES)),
  operator(">=", "O ; O", "BOOLEAN", "({0} >= {1})", proofOfOneType(COMPARES)),
  operator("<=>", "O ; O", "BOOLEAN", "({0} IS NOT DISTINCT FROM {1})", proofOfOneType(COMPARES)),
  operator("like", "STRING ; STRING", "BOOLEAN", `({0} LIKE ${completed(BACKSLASH)})`, proofBesideConstants(MATCHES)),
  operator("like", "STRING ; STRING ; STRING", "BOOLEAN", `({0} LIKE ${completed("{2}")})`),
  operator("ilike", "STRING ; STRING", "BOOLEAN", `({0} ILIKE ${completed(BACKSLASH)})`, proofBesideConstants(MATCHES)),
  operator("ilike", "STRING ; STRING ; STRING", "BOOLEAN", `({0} ILIKE ${completed("{2}")})`),
  operator("rlike", "STRING ; STRING", "BOOLEAN", "system.main.regexp_matches({0}, {1})"),
  operator("||", "STRING ; STRING", "STRING", "({0} || {1})", proofOfOwner("one text after the other")),
  operator("||", "ARRAY<T> ; ARRAY<T>", "ARRAY<T>", "lakeward_fn.array_join_both({0}, {1})"),
  operator("+", "N ; N", sum, "CAST(({0} + {1}) AS {type})", behind(RECKONS)),
  operator("+", "=DATE ; INT", "DATE", "({0} + {1})"),
  operator("+", "INT ; =DATE", "DATE", "({1} + {0})"),
  operator("+", "=DATE ; YM", datePlus, "CAST(({0} + {1}) AS {type})"),
  operator("+", "=DATE ; DT", datePlus, "CAST(({0} + {1}) AS {type})"),
  operator("+", "YM ; =DATE", datePlus, "CAST(({1} + {0}) AS {type})"),
  operator("+", "DT ; =DATE", datePlus, "CAST(({1} + {0}) AS {type})"),
  ...["TIMESTAMP", "TIMESTAMP_NTZ"].flatMap((time) => [
    ...["YM", "DT"].flatMap((span) => [
      operator("+", `=${time} ; ${span}`, time, "({0} + {1})"),
      operator("+", `${span} ; =${time}`, time, "({1} + {0})"),
      operator("-", `=${time} ; ${span}`, time, "({0} - {1})"),
    ]),
    operator("-", `=${time} ; =${time}`, () => interval("DAY", "SECOND"), "({0} - {1})"),
  ]),
  operator("+", "YM ; YM", spanOf, "({0} + {1})"),
  operator("+", "DT ; DT", spanOf, "({0} + {1})"),
  operator("-", "YM ; YM", spanOf, "({0} - {1})"),
  operator("-", "DT ; DT", spanOf, "({0} - {1})"),
  operator("*", "YM ; INT", spanOf, "({0} * {1})"),
  operator("*", "DT ; INT", spanOf, "({0} * {1})"),
  operator("*", "INT ; YM", wider, "({1} * {0})"),
  operator("*", "INT ; DT", wider, "({1} * {0})"),
  operator(
    "-",
    "N ; N",
    (types) => differenceType(types[0]!, types[1]!),
    "CAST(({0} - {1}) AS {type})",
    behind(RECKONS),
  ),
  operator("-", "=DATE ; INT", "DATE", "({0} - {1})"),
  operator("-", "=DATE ; =DATE", () => interval("DAY", "DAY"), "system.main.to_days(CAST(({0} - {1}) AS INTEGER))"),
  operator("-", "=DATE ; YM", datePlus, "CAST(({0} - {1}) AS {type})"),
  operator("-", "=DATE ; DT", datePlus, "CAST(({0} - {1}) AS {type})"),
  operator("*", "I ; I", "I", "({0} * {1})", behind(RECKONS)),
  operator(
    "*",
    "DECIMAL ; DECIMAL",
    (types) => productType(types[0]!, types[1]!),
    "CAST(({0} * {1}) AS {type})",
    behind(RECKONS),
  ),
  operator("*", "DOUBLE ; DOUBLE", "DOUBLE", "({0} * {1})", behind(RECKONS)),
  operator("/", "DOUBLE ; DOUBLE", "DOUBLE", "({0} / lakeward_fn.divisor({1}))", behind(RECKONS)),
  operator("/", "I ; I", "DOUBLE", "(CAST({0} AS DOUBLE) / lakeward_fn.divisor({1}))", behind(RECKONS)),
  operator(
    "/",
    "DECIMAL ; DECIMAL",
    (types) => quotientType(types[0]!, types[1]!),
    "CAST(CAST(({0} / lakeward_fn.divisor({1})) AS VARCHAR) AS {type})",
    behind(RECKONS),
  ),
  operator("div", "I ; I", "BIGINT", "CAST(({0} // lakeward_fn.divisor({1})) AS BIGINT)", behind(RECKONS)),
  operator("%", "I ; I", "I", "({0} % lakeward_fn.remainder_divisor({1}))", behind(RECKONS)),
  operator(
    "%",
    "DECIMAL ; DECIMAL",
    (types) => remainderType(types[0]!, types[1]!),
    "CAST(({0} % lakeward_fn.remainder_divisor({1})) AS {type})",
    behind(RECKONS),
  ),
  operator("%", "DOUBLE ; DOUBLE", "DOUBLE", "({0} % lakeward_fn.remainder_divisor({1}))", behind(RECKONS)),
  operator("negative", "N", "N", "(-{0})", behind(RECKONS)),
  operator("negative", "YM", spanOf, "(-{0})"),
  operator("negative", "DT", spanOf, "(-{0})"),
  operator("~", "I", "I", "(~{0})"),
  operator("&", "I ; I", "I", "({0} & {1})"),
  operator("|", "I ; I", "I", "({0} | {1})"),
  operator("^", "I ; I", "I", "system.main.xor({0}, {1})"),
  operator("subscript", "ARRAY<T> ; INT", "T", "lakeward_fn.array_at({0}, {1})"),
  operator("subscript", "MAP<K,V> ; K", "V", "system.main.map_extract_value({0}, {1})"),
].flat();
