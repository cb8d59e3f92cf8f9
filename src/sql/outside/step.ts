import type { EngineStep } from "../engines/engine.ts";
import { MODEL_BATCH_ROWS } from "../models/limits.ts";
import { PYTHON_BATCH_ROWS } from "../python/limits.ts";
import { spellEngineType } from "../types/mod.ts";
import type { HoistedStep } from "./hoist.ts";

/** A call for the engine, of the governed text that gives its distinct rows of arguments. */
export function callStep({ place, rows, call }: Extract<HoistedStep, { kind: "call" }>, sql: string): EngineStep {
  const { routine, type, arguments: given } = call;
  return {
    kind: "call",
    ...place,
    sql,
    // A function without parameters is called over a row that has no column of its own.
    arguments: given.length === 0 ? [] : rows.columns.map((column) => column.id),
    result: spellEngineType(type),
    routine,
    batch_rows: routine.kind === "python" ? PYTHON_BATCH_ROWS : MODEL_BATCH_ROWS,
  };
}
