import { Fault } from "#wire/errors.ts";
import type { Position } from "../ast/position.ts";

function where(at: Position): string {
  return `line ${at.line}, column ${at.column}`;
}

/** The text is not in the dialect. BAD_REQUEST, PARSE_SYNTAX_ERROR (SQLSTATE 42601), with the position in the message. */
export function syntaxFault(at: Position, message: string): Fault {
  return new Fault("BAD_REQUEST", `[PARSE_SYNTAX_ERROR] ${message} (${where(at)})`, {
    reason: "PARSE_SYNTAX_ERROR",
    sqlstate: "42601",
    position: { line: at.line, column: at.column },
  });
}

/** The text is in the dialect or in an engine's, but not in what Lakeward runs. BAD_REQUEST, UNSUPPORTED_FEATURE (0A000). */
export function unsupportedFault(at: Position, construct: string, advice = ""): Fault {
  const hint = advice === "" ? "" : ` ${advice}`;
  return new Fault("BAD_REQUEST", `[UNSUPPORTED_FEATURE] ${construct} is not supported (${where(at)}).${hint}`, {
    reason: "UNSUPPORTED_FEATURE",
    sqlstate: "0A000",
    position: { line: at.line, column: at.column },
  });
}
