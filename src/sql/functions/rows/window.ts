import { windowed } from "../make.ts";
import type { FunctionRow } from "../row.ts";

// biome-ignore format: a table is read in rows
export const windowRows: readonly FunctionRow[] = [
  windowed("row_number", "", "INT", "CAST(system.main.row_number() AS INTEGER)"),
  windowed("rank", "", "INT", "CAST(system.main.rank() AS INTEGER)"),
  windowed("dense_rank", "", "INT", "CAST(system.main.dense_rank() AS INTEGER)"),
  windowed("percent_rank", "", "DOUBLE", "system.main.percent_rank()"),
  windowed("cume_dist", "", "DOUBLE", "system.main.cume_dist()"),
  windowed("ntile", "INT", "INT", "CAST(system.main.ntile({0}) AS INTEGER)"),
  windowed("lag", "T", "T", "system.main.lag({0})"),
  windowed("lag", "T ; INT", "T", "system.main.lag({0}, {1})"),
  windowed("lag", "T ; INT ; T", "T", "system.main.lag({0}, {1}, {2})"),
  windowed("lead", "T", "T", "system.main.lead({0})"),
  windowed("lead", "T ; INT", "T", "system.main.lead({0}, {1})"),
  windowed("lead", "T ; INT ; T", "T", "system.main.lead({0}, {1}, {2})"),
  windowed("first_value", "T", "T", "system.main.first_value({0})"),
  windowed("last_value", "T", "T", "system.main.last_value({0})"),
  windowed("nth_value", "T ; INT", "T", "system.main.nth_value({0}, {1})"),
].flat();
