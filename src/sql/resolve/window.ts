import type { FrameBound as AstBound, Window, WindowFrame, WindowSpecification } from "../ast/window.ts";
import { type Environment, inPlace } from "./environment.ts";
import { resolveExpression } from "./expression.ts";
import { misplaced } from "./fault.ts";
import { isConstant } from "./node.ts";
import { resolveSortKeys } from "./order-key.ts";
import type { Expression, Frame, FrameBound, SortKey } from "./resolved.ts";

export interface ResolvedWindow {
  readonly partition: readonly Expression[];
  readonly order: readonly SortKey[];
  readonly frame: Frame | null;
}

/** How deep one named window may build on another: a name that leads back to itself ends here. */
const WINDOW_BASES_MAX = 32;

/** The specification with what it takes over from named windows; its own parts are added. */
function merged(window: Window, environment: Environment, depth = 0): WindowSpecification {
  const name = window.kind === "window_reference" ? window.name : window.base;
  if (!name) return window as WindowSpecification;
  const named = environment.windows.get(name.text.toLowerCase());
  if (!named || depth > WINDOW_BASES_MAX) {
    throw misplaced(name.at, "MISSING_WINDOW_SPECIFICATION", "42P20", `There is no window \`${name.text}\`.`);
  }
  const base = merged(named, environment, depth + 1);
  if (window.kind === "window_reference") return base;
  return {
    ...window,
    base: null,
    partition: [...base.partition, ...window.partition],
    order: window.order.length > 0 ? window.order : base.order,
    frame: window.frame ?? base.frame,
  };
}

function resolveBound(bound: AstBound, environment: Environment): FrameBound {
  const distance = bound.distance && resolveExpression(bound.distance, environment);
  if (distance && !isConstant(distance)) {
    throw misplaced(bound.at, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME", "42K09", "A frame's bound is a constant.");
  }
  return Object.freeze({ bound: bound.bound, distance });
}

function resolveFrame(frame: WindowFrame, environment: Environment): Frame {
  const end: FrameBound = frame.end
    ? resolveBound(frame.end, environment)
    : Object.freeze({ bound: "CURRENT ROW", distance: null });
  return Object.freeze({ unit: frame.unit, start: resolveBound(frame.start, environment), end });
}

/** OVER, written out. @throws Fault for a window that is not named, or a bound that is no constant. */
export function resolveWindow(window: Window, environment: Environment): ResolvedWindow {
  const specification = merged(window, environment);
  const within = inPlace(environment, "a window", { aggregate: environment.place.aggregate });
  return Object.freeze({
    partition: Object.freeze(specification.partition.map((one) => resolveExpression(one, within))),
    order: resolveSortKeys(specification.order, within),
    frame: specification.frame && resolveFrame(specification.frame, within),
  });
}
