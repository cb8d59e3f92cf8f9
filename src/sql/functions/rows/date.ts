import { proof, scalar } from "../make.ts";
import type { FunctionRow } from "../row.ts";

const PART = "every moment has this part";

/** Parts of a moment, for each of the three types; a STRING is read as the first of them. */
const part = (names: string, print: string, of: readonly string[] = ["DATE", "TIMESTAMP", "TIMESTAMP_NTZ"]) =>
  of.map((type) => scalar(names, type, "INT", `CAST(${print} AS INTEGER)`, names === "weekofyear" ? {} : proof(PART)));

/** The engine knows units by other letters (`m` is its minute), so that only those of the dialect reach it; NULL for any other. */
const UNIT = `(CASE system.main.upper({0}) ${[
  ["year", "YEAR", "YYYY", "YY"],
  ["quarter", "QUARTER"],
  ["month", "MONTH", "MM", "MON"],
  ["week", "WEEK"],
  ["day", "DAY", "DD"],
  ["hour", "HOUR"],
  ["minute", "MINUTE"],
  ["second", "SECOND"],
  ["milliseconds", "MILLISECOND"],
  ["microseconds", "MICROSECOND"],
]
  .flatMap(([unit, ...words]) => words.map((word) => `WHEN '${word}' THEN '${unit}'`))
  .join(" ")} END)`;

const CLOCK = ["TIMESTAMP", "TIMESTAMP_NTZ"];

// biome-ignore format: a table is read in rows
export const dateRows: readonly FunctionRow[] = [
  part("year", "system.main.year({0})"),
  part("quarter", "system.main.quarter({0})"),
  part("month", "system.main.month({0})"),
  part("day / dayofmonth", "system.main.day({0})"),
  part("dayofweek", "(system.main.dayofweek({0}) + 1)"),
  part("weekday", "(system.main.isodow({0}) - 1)"),
  part("dayofyear", "system.main.dayofyear({0})"),
  part("weekofyear", "system.main.week({0})"),
  part("hour", "system.main.hour({0})", CLOCK),
  part("minute", "system.main.minute({0})", CLOCK),
  part("second", "system.main.second({0})", CLOCK),
  scalar("current_date / curdate", "", "DATE", "CAST(lakeward_fn.now_of() AS DATE)"),
  scalar("current_timestamp / now", "", "TIMESTAMP", "lakeward_fn.now_of()"),
  scalar("current_timezone", "", "STRING", "'UTC'"),
  scalar("date_add / dateadd", "DATE ; INT", "DATE", "({0} + {1})"),
  scalar("date_sub", "DATE ; INT", "DATE", "({0} - {1})"),
  scalar("datediff / date_diff", "DATE ; DATE", "INT", "CAST(({0} - {1}) AS INTEGER)"),
  scalar("add_months", "DATE ; INT", "DATE", "CAST(({0} + system.main.to_months({1})) AS DATE)"),
  scalar("months_between", "DATE ; DATE", "DOUBLE", "lakeward_fn.months_between_of({0}, {1})"),
  scalar("last_day", "DATE", "DATE", "system.main.last_day({0})"),
  scalar("make_date", "INT ; INT ; INT", "DATE", "system.main.make_date({0}, {1}, {2})"),
  scalar("to_date / date", "DATE", "DATE", "({0})"),
  scalar("to_date / date", "TIMESTAMP", "DATE", "CAST({0} AS DATE)"),
  scalar("to_date / date", "TIMESTAMP_NTZ", "DATE", "CAST({0} AS DATE)"),
  scalar("next_day", "DATE ; STRING", "DATE", "lakeward_fn.next_day({0}, {1})"),
  scalar("to_date", "STRING ; STRING", "DATE", "CAST(system.main.strptime({0}, lakeward_fn.time_format({1})) AS DATE)"),
  scalar("try_to_date", "STRING ; STRING", "DATE", "CAST(system.main.try_strptime({0}, lakeward_fn.time_format({1})) AS DATE)"),
  scalar("to_timestamp / timestamp", "TIMESTAMP", "TIMESTAMP", "({0})"),
  scalar("to_timestamp", "STRING ; STRING", "TIMESTAMP", "CAST(system.main.strptime({0}, lakeward_fn.time_format({1})) AS TIMESTAMP WITH TIME ZONE)"),
  scalar("try_to_timestamp", "STRING ; STRING", "TIMESTAMP", "CAST(system.main.try_strptime({0}, lakeward_fn.time_format({1})) AS TIMESTAMP WITH TIME ZONE)"),
  scalar("date_format", "TIMESTAMP ; STRING", "STRING", "system.main.strftime(CAST({0} AS TIMESTAMP), lakeward_fn.time_format({1}))"),
  scalar("date_format", "DATE ; STRING", "STRING", "system.main.strftime({0}, lakeward_fn.time_format({1}))"),
  scalar("date_trunc", "STRING ; TIMESTAMP", "TIMESTAMP", `system.main.date_trunc(${UNIT}, {1})`),
  scalar("date_trunc", "STRING ; TIMESTAMP_NTZ", "TIMESTAMP_NTZ", `system.main.date_trunc(${UNIT}, {1})`),
  scalar("trunc", "DATE ; STRING", "DATE", "CAST(system.main.date_trunc(lakeward_fn.trunc_unit({1}), {0}) AS DATE)"),
  scalar("dayname", "DATE", "STRING", "system.main.left(system.main.dayname({0}), 3)"),
  scalar("monthname", "DATE", "STRING", "system.main.left(system.main.monthname({0}), 3)"),
  scalar("unix_date", "DATE", "INT", "CAST(({0} - DATE '1970-01-01') AS INTEGER)"),
  scalar("date_from_unix_date", "INT", "DATE", "(DATE '1970-01-01' + {0})"),
  scalar("unix_timestamp / to_unix_timestamp", "TIMESTAMP", "BIGINT", "lakeward_fn.instant_to_seconds({0})"),
  scalar("unix_seconds", "TIMESTAMP", "BIGINT", "lakeward_fn.instant_to_seconds({0})"),
  scalar("unix_millis", "TIMESTAMP", "BIGINT", "system.main.epoch_ms({0})"),
  scalar("unix_micros", "TIMESTAMP", "BIGINT", "system.main.epoch_us({0})"),
  scalar("timestamp_seconds", "BIGINT", "TIMESTAMP", "system.main.make_timestamptz(({0} * 1000000))"),
  scalar("timestamp_millis", "BIGINT", "TIMESTAMP", "system.main.make_timestamptz(({0} * 1000))"),
  scalar("timestamp_micros", "BIGINT", "TIMESTAMP", "system.main.make_timestamptz({0})"),
  scalar("from_unixtime", "BIGINT", "STRING", "system.main.strftime(CAST(system.main.make_timestamptz(({0} * 1000000)) AS TIMESTAMP), '%Y-%m-%d %H:%M:%S')"),
].flat(2);
