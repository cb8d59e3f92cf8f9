import { boundedDecimal, type DataType, DOUBLE } from "../../types/mod.ts";
import { aggregate, behind, proof } from "../make.ts";
import type { FunctionRow } from "../row.ts";

const widened =
  (digits: number, scale: number) =>
  ([type]: readonly DataType[]): DataType =>
    type?.kind === "decimal" ? boundedDecimal(type.precision + digits, type.scale + scale) : DOUBLE;

const GATHERS = "an aggregate gets the rows that are let pass, one by one";
const deviations = ["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"];

// biome-ignore format: a table is read in rows
export const aggregateRows: readonly FunctionRow[] = [
  aggregate("count", "", "BIGINT", "system.main.count_star()", proof("counts rows")),
  aggregate("count", "ANY", "BIGINT", "system.main.count({0})", proof("counts values")),
  aggregate("count", "ANY ; ANY+", "BIGINT", "system.main.count(CASE WHEN {*: IS NOT NULL AND } IS NOT NULL THEN row({*}) END)"),
  aggregate("count_if", "BOOLEAN", "BIGINT", "CAST(system.main.count_if({0}) AS BIGINT)", behind(GATHERS)),
  aggregate("sum", "BIGINT", "BIGINT", "CAST(system.main.sum({0}) AS BIGINT)", behind(GATHERS)),
  aggregate("sum", "DECIMAL", widened(10, 0), "CAST(system.main.sum({0}) AS {type})", behind(GATHERS)),
  aggregate("sum", "DOUBLE", "DOUBLE", "system.main.sum({0})", behind(GATHERS)),
  aggregate("avg / mean", "DECIMAL", widened(4, 4), "CAST(system.main.avg({0}) AS {type})", behind(GATHERS)),
  aggregate("avg / mean", "DOUBLE", "DOUBLE", "system.main.avg({0})", behind(GATHERS)),
  aggregate("avg / mean", "I", "DOUBLE", "CAST(system.main.avg({0}) AS DOUBLE)", behind(GATHERS)),
  aggregate("min", "O", "O", "system.main.min({0})", proof("compares values of one type")),
  aggregate("max", "O", "O", "system.main.max({0})", proof("compares values of one type")),
  aggregate("any_value", "T", "T", "system.main.first({0})", behind(GATHERS)),
  aggregate("first", "T", "T", "system.main.first({0})", behind(GATHERS)),
  aggregate("last", "T", "T", "system.main.last({0})", behind(GATHERS)),
  aggregate("collect_list / array_agg", "T", "ARRAY<T>", "coalesce(system.main.list_filter(system.main.list({0}), lambda e: (e IS NOT NULL)), [])"),
  aggregate("collect_set", "T", "ARRAY<T>", "coalesce(system.main.list_distinct(system.main.list({0})), [])"),
  ...deviations.map((name) => aggregate(name, "DOUBLE", "DOUBLE", `system.main.${name}({0})`, behind(GATHERS))),
  aggregate("std", "DOUBLE", "DOUBLE", "system.main.stddev({0})", behind(GATHERS)),
  aggregate("corr", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.corr({0}, {1})", behind(GATHERS)),
  aggregate("covar_pop", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.covar_pop({0}, {1})", behind(GATHERS)),
  aggregate("covar_samp", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.covar_samp({0}, {1})", behind(GATHERS)),
  aggregate("median", "DOUBLE", "DOUBLE", "system.main.median({0})", behind(GATHERS)),
  aggregate("percentile_cont", "DOUBLE", "DOUBLE", "system.main.quantile_cont(CAST({0} AS DOUBLE), {1})", { ordered_set: true }),
  aggregate("percentile", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.quantile_cont({0}, {1})"),
  aggregate("percentile_approx / approx_percentile", "N ; DOUBLE", "N", "system.main.quantile_disc({0}, {1})"),
  aggregate("approx_count_distinct", "ANY", "BIGINT", "system.main.approx_count_distinct({0})", behind(GATHERS)),
  aggregate("mode", "T", "T", "system.main.mode({0})", behind(GATHERS)),
  aggregate("max_by", "T ; O", "T", "system.main.arg_max_null({0}, {1})", behind(GATHERS)),
  aggregate("min_by", "T ; O", "T", "system.main.arg_min_null({0}, {1})", behind(GATHERS)),
  aggregate("bool_and / every", "BOOLEAN", "BOOLEAN", "system.main.bool_and({0})", behind(GATHERS)),
  aggregate("bool_or / any / some", "BOOLEAN", "BOOLEAN", "system.main.bool_or({0})", behind(GATHERS)),
  aggregate("bit_and", "I", "I", "system.main.bit_and({0})", behind(GATHERS)),
  aggregate("bit_or", "I", "I", "system.main.bit_or({0})", behind(GATHERS)),
  aggregate("bit_xor", "I", "I", "system.main.bit_xor({0})", behind(GATHERS)),
  aggregate("listagg / string_agg", "STRING", "STRING", "system.main.string_agg({0}, '')"),
  aggregate("listagg / string_agg", "STRING ; STRING", "STRING", "system.main.string_agg({0}, {1})"),
  aggregate("regr_slope", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.regr_slope({0}, {1})", behind(GATHERS)),
  aggregate("regr_intercept", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.regr_intercept({0}, {1})", behind(GATHERS)),
  aggregate("regr_r2", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.regr_r2({0}, {1})", behind(GATHERS)),
  aggregate("regr_count", "DOUBLE ; DOUBLE", "BIGINT", "CAST(system.main.regr_count({0}, {1}) AS BIGINT)", behind(GATHERS)),
  aggregate("grouping", "ANY", "TINYINT", "CAST(grouping({0}) AS TINYINT)"),
  aggregate("grouping_id", "ANY+", "BIGINT", "CAST(grouping({*}) AS BIGINT)"),
].flat();
