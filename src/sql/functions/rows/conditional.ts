import { proof, scalar } from "../make.ts";
import type { FunctionRow } from "../row.ts";

const CHOOSES = "only chooses among values of one type";

// biome-ignore format: a table is read in rows
export const conditionalRows: readonly FunctionRow[] = [
  scalar("coalesce", "T+", "T", "coalesce({*})", proof(CHOOSES)),
  scalar("nvl / ifnull", "T ; T", "T", "coalesce({0}, {1})", proof(CHOOSES)),
  scalar("nvl2", "ANY ; T ; T", "T", "(CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END)", proof(CHOOSES)),
  scalar("nullif", "O ; O", "O", "nullif({0}, {1})", proof(CHOOSES)),
  scalar("if / iff", "BOOLEAN ; T ; T", "T", "(CASE WHEN {0} THEN {1} ELSE {2} END)", proof(CHOOSES)),
  scalar("isnull", "ANY", "BOOLEAN", "({0} IS NULL)", proof(CHOOSES)),
  scalar("isnotnull", "ANY", "BOOLEAN", "({0} IS NOT NULL)", proof(CHOOSES)),
  scalar("equal_null", "O ; O", "BOOLEAN", "({0} IS NOT DISTINCT FROM {1})", proof(CHOOSES)),
  scalar("uuid", "", "STRING", "CAST(system.main.uuid() AS VARCHAR)", { volatile: true }),
].flat();
