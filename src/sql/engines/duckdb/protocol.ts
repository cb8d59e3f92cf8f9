import type { EngineStep, EngineValue } from "../engine.ts";
import type { LastRows } from "./rows.ts";

/** What a child is told once, right after it started. */
export interface ChildSettings {
  /** Statements that make our macros: trusted, at hand in every engine. */
  readonly prelude: readonly string[];
  readonly memory_mb: number;
  readonly spill_mb: number;
  readonly threads: number;
  /** A private directory for what DuckDB spills. */
  readonly temp_dir: string;
}

/** From the server to an engine process. */
export type ToChild =
  | { readonly kind: "start"; readonly settings: ChildSettings }
  | {
      readonly kind: "run";
      readonly run: number;
      readonly steps: readonly EngineStep[];
      readonly statistics_propagation: boolean;
    }
  | { readonly kind: "called"; readonly run: number; readonly results: readonly EngineValue[] }
  | { readonly kind: "interrupt"; readonly run: number };

/** How an engine process says that a statement failed; `text` may hold data values and stays in the server. */
export interface ChildError {
  readonly origin: "engine" | "wall" | "child";
  readonly text: string;
}

/** From an engine process to the server. */
export type FromChild =
  | { readonly kind: "ready" }
  | { readonly kind: "rows"; readonly run: number; readonly rows: readonly (readonly EngineValue[])[] }
  | {
      readonly kind: "call";
      readonly run: number;
      /** The calling step's place. */
      readonly step: number;
      readonly rows: readonly (readonly EngineValue[])[];
    }
  | { readonly kind: "written"; readonly run: number; readonly file: string; readonly rows: number }
  | {
      readonly kind: "done";
      readonly run: number;
      /** Of the `query` step: with the rows that were not sent before, since each message costs more than a small result. */
      readonly last: LastRows | undefined;
    }
  | { readonly kind: "failed"; readonly run: number; readonly error: ChildError };

/** Narrows what came over the channel; both ends are ours, so the kind alone tells. */
export function isMessage(value: unknown): value is { readonly kind: string } {
  return typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";
}
