import { type ErrorCode, Fault } from "#wire/errors.ts";
import type { ChildError } from "./protocol.ts";

/** What an engine's error is told as. The texts are fixed: an engine's own words may hold a value of a hidden row. */
interface Condition {
  readonly reason: string;
  readonly code: ErrorCode;
  readonly sqlstate: string;
  readonly message: string;
}

const condition = (reason: string, sqlstate: string, message: string, code: ErrorCode = "BAD_REQUEST"): Condition =>
  Object.freeze({ reason, code, sqlstate, message });

/**
 * Conditions that our macros raise by name (`error('[DIVIDE_BY_ZERO]')`) and that the table below maps to.
 * Names and SQLSTATEs: Databricks error conditions reference.
 */
// biome-ignore format: a table is read in columns
const conditions = [
  condition("DIVIDE_BY_ZERO",               "22012", "Division by zero. Use try_divide to get NULL instead."),
  condition("REMAINDER_BY_ZERO",            "22012", "Remainder by zero. Use try_mod to get NULL instead."),
  condition("CAST_INVALID_INPUT",           "22018", "A value cannot be cast to the wanted type. Use try_cast to get NULL instead."),
  condition("CAST_OVERFLOW",                "22003", "A value does not fit the type it is cast to. Use try_cast to get NULL instead."),
  condition("ARITHMETIC_OVERFLOW",          "22003", "Arithmetic overflow. Cast to a wider type, or use the try_ form of the function."),
  condition("NUMERIC_VALUE_OUT_OF_RANGE",   "22003", "A number is out of the range of its type or of the function's arguments."),
  condition("INVALID_ARRAY_INDEX",          "22003", "An array index is out of bounds. Use get to get NULL instead."),
  condition("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "22003", "An array index is out of bounds. Use try_element_at to get NULL instead."),
  condition("CANNOT_PARSE_TIMESTAMP",       "22007", "A text does not match the format of the date or time. Use the try_ form of the function."),
  condition("INVALID_PARAMETER_VALUE",      "22023", "A function was given a value that it does not accept."),
  condition("DUPLICATED_MAP_KEY",           "23505", "A map was given the same key twice."),
  condition("NULL_MAP_KEY",                 "2200E", "A map was given NULL as a key."),
  condition("SCALAR_SUBQUERY_TOO_MANY_ROWS","21000", "A scalar subquery returned more than one row."),
  condition("USER_RAISED_EXCEPTION",        "P0001", "The statement raised an error."),
  condition("NOT_NULL_CONSTRAINT_VIOLATION","23502", "A NULL was written to a column that is NOT NULL."),
  condition("RECURSION_LEVEL_LIMIT_EXCEEDED","54K00","The statement nests too deep. Split it into simpler parts."),
  condition("INSUFFICIENT_MEMORY",          "53200", "The statement needs more memory than its warehouse gives to one statement. Read fewer rows or columns, or aggregate earlier.", "RESOURCE_EXHAUSTED"),
  condition("INSUFFICIENT_DISK",            "53100", "The statement needs more disk space than its warehouse gives to one statement. Read or write fewer rows or columns, or aggregate earlier.", "RESOURCE_EXHAUSTED"),
  condition("CONCURRENT_CHANGE",            "40001", "A table was changed or dropped while the statement ran. Run the statement again.", "RESOURCE_CONFLICT"),
  condition("UNSUPPORTED_BY_ENGINE",        "0A000", "The engine cannot run this combination of constructs. Rewrite the statement without it.", "NOT_IMPLEMENTED"),
  condition("ENGINE_ERROR",                 "XX000", "The engine failed on this statement. Give the statement id to an administrator, who can find it in the server's log.", "INTERNAL_ERROR"),
] as const;

const byReason = new Map<string, Condition>(conditions.map((row) => [row.reason, row]));

/** DuckDB's errors by how their text starts and what it says; the first row that fits wins. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // DuckDB tells it as an error of memory, by the limit's name.
  [/max_temp_directory_size|No space left|File too large/i, "INSUFFICIENT_DISK"],
  [
    /^(Out of Memory Error|std::bad_alloc)|bad_alloc|failed to allocate|Failed to allocate|could not allocate/i,
    "INSUFFICIENT_MEMORY",
  ],
  [/division by zero|divide by zero/i, "DIVIDE_BY_ZERO"],
  [/More than one row returned by a subquery/i, "SCALAR_SUBQUERY_TOO_MANY_ROWS"],
  [/Map keys must be unique/i, "DUPLICATED_MAP_KEY"],
  [/Map keys can not be NULL/i, "NULL_MAP_KEY"],
  [/expression depth|maximum depth|nesting/i, "RECURSION_LEVEL_LIMIT_EXCEEDED"],
  [/^(Out of Range Error|Conversion Error): Overflow (in|on)|^Out of Range Error:.*overflow/i, "ARITHMETIC_OVERFLOW"],
  [/^Conversion Error:.*(out of range|can't be cast because the value is)/i, "CAST_OVERFLOW"],
  [/Could not parse string|failed to parse/i, "CANNOT_PARSE_TIMESTAMP"],
  [/^(Conversion|Mismatch Type|Serialization) Error/i, "CAST_INVALID_INPUT"],
  [/^Out of Range Error/i, "NUMERIC_VALUE_OUT_OF_RANGE"],
  [/^Constraint Error: NOT NULL/i, "NOT_NULL_CONSTRAINT_VIOLATION"],
  [/^IO Error:.*(No files found|No such file)/is, "CONCURRENT_CHANGE"],
  [/^Not implemented Error/i, "UNSUPPORTED_BY_ENGINE"],
  [/^(Invalid Input|Constraint|Parameter Not Allowed) Error/i, "INVALID_PARAMETER_VALUE"],
];

/** A condition named by our own macros. */
const NAMED = /^Invalid Input Error: \[([A-Z_]+)\]/;

/** An engine's error as a Fault whose message holds no data value; the engine's own words go to the log alone. */
export function faultOfEngine(error: ChildError): Fault {
  if (error.origin === "wall") {
    return new Fault(
      "INTERNAL_ERROR",
      "The statement was not run: its text for the engine failed a safety check. Give the statement id to an administrator.",
      { reason: "SECOND_WALL", internal: error.text },
    );
  }
  const found = error.origin === "child" ? undefined : byReason.get(reasonOf(error.text));
  const row = found ?? byReason.get("ENGINE_ERROR");
  if (row === undefined) return new Fault("INTERNAL_ERROR", "The engine failed.", { internal: error.text });
  return new Fault(row.code, row.message, { reason: row.reason, sqlstate: row.sqlstate, internal: error.text });
}

function reasonOf(text: string): string {
  const named = NAMED.exec(text)?.[1];
  if (named !== undefined && byReason.has(named)) return named;
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? "ENGINE_ERROR";
}

/** True for the engine's answer to an interrupt. */
export function isInterrupted(error: ChildError): boolean {
  return /^INTERRUPT/i.test(error.text);
}

/** A process that ended while it ran a statement: at its limit of file sizes, out of memory when something aborted or killed it, else a crash. */
export function faultOfExit(code: number | null, signal: NodeJS.Signals | null): Fault {
  if (signal === "SIGXFSZ")
    return faultOfEngine({ origin: "engine", text: `File too large: process ended by ${signal}` });
  const starved = signal === "SIGABRT" || signal === "SIGKILL" || signal === "SIGTRAP" || code === 134;
  return faultOfEngine({
    origin: starved ? "engine" : "child",
    text: starved ? `Out of Memory Error: process ended by ${signal ?? code}` : `process ended: ${signal ?? code}`,
  });
}
