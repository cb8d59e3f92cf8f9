import type { Expression } from "./expression.ts";
import type { Identifier } from "./name.ts";
import type { OrderItem } from "./order.ts";
import type { Position } from "./position.ts";

export interface FrameBound {
  readonly kind: "frame_bound";
  readonly at: Position;
  readonly bound: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  /** Given for PRECEDING and FOLLOWING alone. */
  readonly distance: Expression | null;
}

export interface WindowFrame {
  readonly kind: "window_frame";
  readonly at: Position;
  readonly unit: "ROWS" | "RANGE";
  readonly start: FrameBound;
  /** Null when written without BETWEEN: then the frame ends at the current row. */
  readonly end: FrameBound | null;
}

/** `OVER ([base] [PARTITION BY …] [ORDER BY …] [frame])`. */
export interface WindowSpecification {
  readonly kind: "window_specification";
  readonly at: Position;
  readonly base: Identifier | null;
  readonly partition: readonly Expression[];
  readonly order: readonly OrderItem[];
  readonly frame: WindowFrame | null;
}

/** `OVER w`. */
export interface WindowReference {
  readonly kind: "window_reference";
  readonly at: Position;
  readonly name: Identifier;
}

export type Window = WindowSpecification | WindowReference;

/** One entry of a WINDOW clause. */
export interface NamedWindow {
  readonly kind: "named_window";
  readonly at: Position;
  readonly name: Identifier;
  readonly window: WindowSpecification;
}
