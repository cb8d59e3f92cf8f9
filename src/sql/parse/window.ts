import type { FrameBound, NamedWindow, Window, WindowFrame, WindowSpecification } from "../ast/window.ts";
import { syntaxFault, unsupportedFault } from "./fault.ts";
import { parseOrderItems } from "./order.ts";
import type { Parser } from "./parser.ts";

function parseBound(parser: Parser): FrameBound {
  const { at } = parser;
  const fixed = (bound: FrameBound["bound"]): FrameBound =>
    Object.freeze({ kind: "frame_bound", at, bound, distance: null });
  if (parser.accept("UNBOUNDED PRECEDING")) return fixed("UNBOUNDED PRECEDING");
  if (parser.accept("UNBOUNDED FOLLOWING")) return fixed("UNBOUNDED FOLLOWING");
  if (parser.accept("CURRENT ROW")) return fixed("CURRENT ROW");
  const distance = parser.grammar.operand(parser);
  const bound = parser.accept("PRECEDING") ? "PRECEDING" : parser.accept("FOLLOWING") ? "FOLLOWING" : undefined;
  if (bound === undefined) throw parser.unexpected("PRECEDING or FOLLOWING");
  return Object.freeze({ kind: "frame_bound", at, bound, distance });
}

function parseFrame(parser: Parser): WindowFrame | null {
  const { at } = parser;
  if (parser.isWord("GROUPS")) throw unsupportedFault(at, "A frame of GROUPS");
  const unit = parser.accept("ROWS") ? "ROWS" : parser.accept("RANGE") ? "RANGE" : null;
  if (unit === null) return null;
  const isRange = parser.accept("BETWEEN");
  const start = parseBound(parser);
  if (isRange) parser.expect("AND");
  const end = isRange ? parseBound(parser) : null;
  if (parser.isWord("EXCLUDE")) throw unsupportedFault(parser.at, "EXCLUDE in a frame");
  if (start.bound === "UNBOUNDED FOLLOWING" || end?.bound === "UNBOUNDED PRECEDING") {
    throw syntaxFault(at, "A frame starts before it ends.");
  }
  return Object.freeze({ kind: "window_frame", at, unit, start, end });
}

function parseSpecification(parser: Parser): WindowSpecification {
  const { at } = parser;
  parser.expectSymbol("(");
  const starts = ["PARTITION", "ORDER", "ROWS", "RANGE", "DISTRIBUTE", "CLUSTER", "SORT", "GROUPS"];
  const isBase = parser.isIdentifier() && !starts.some((word) => parser.isWord(word));
  const base = isBase ? parser.identifier() : null;
  if (parser.isWord("DISTRIBUTE") || parser.isWord("CLUSTER") || parser.isWord("SORT")) {
    throw unsupportedFault(parser.at, "DISTRIBUTE, CLUSTER and SORT BY", "Use PARTITION BY and ORDER BY.");
  }
  const expression = () => parser.grammar.expression(parser);
  const partition = parser.accept("PARTITION BY") ? parser.list(expression) : Object.freeze([]);
  const order = parser.accept("ORDER BY") ? parseOrderItems(parser) : Object.freeze([]);
  const frame = parseFrame(parser);
  parser.expectSymbol(")");
  return Object.freeze({ kind: "window_specification", at, base, partition, order, frame });
}

/** `OVER w` or `OVER (…)`; null when none stands here. */
export function parseOver(parser: Parser): Window | null {
  if (!parser.isWord("OVER") || !(parser.isSymbol("(", 1) || parser.isIdentifier(1))) return null;
  parser.next();
  if (parser.isSymbol("(")) return parseSpecification(parser);
  const { at } = parser;
  return Object.freeze({ kind: "window_reference", at, name: parser.identifier() });
}

/** The WINDOW clause; empty when none stands here. */
export function parseWindows(parser: Parser): readonly NamedWindow[] {
  if (!parser.isWord("WINDOW") || !parser.isWord("AS", 2)) return Object.freeze([]);
  parser.next();
  return parser.list(() => {
    const { at } = parser;
    const name = parser.identifier();
    parser.expect("AS");
    return Object.freeze({ kind: "named_window", at, name, window: parseSpecification(parser) });
  });
}
