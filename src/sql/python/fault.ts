import { Fault } from "#wire/errors.ts";
import type { PythonRoutine } from "../ast/expression.ts";
import type { Failure } from "./protocol.ts";

/**
 * What is told of a Python function that failed. Its own words only where the call stands in the statement's own text: there it is given
 * nothing but what the caller may see. In the text of a view or function it may be given more than its reader may see, and could say it.
 */
export function faultOfCode({ name, text }: PythonRoutine, { kind, type, words, line }: Failure): Fault {
  const reason = kind === "wrong_type" ? "UDF_USER_CODE_ERROR.RETURN_TYPE" : "UDF_USER_CODE_ERROR.GENERIC";
  const place = line === null ? "" : ` in line ${line} of its body`;
  const said = kind === "wrong_type" ? words : `${type}${words === "" ? "" : `: ${words}`}`;
  const told =
    text === ""
      ? `The Python function '${name}' failed${place}: ${said}`
      : `The Python function '${name}' failed where a view or function calls it, whose text is its owner's. Ask that owner.`;
  return new Fault("BAD_REQUEST", `[${reason}] ${told}`, { reason, sqlstate: "39000" });
}

export function overtime({ name }: PythonRoutine, time_ms: number): Fault {
  const reason = "UDF_USER_CODE_ERROR.TIME_LIMIT";
  return new Fault(
    "DEADLINE_EXCEEDED",
    `[${reason}] The Python functions of the statement took longer than ${time_ms / 1000} s, and '${name}' was stopped. Give it fewer rows, or make it end sooner.`,
    { reason, sqlstate: "39000" },
  );
}

/** The process is gone: out of memory, or by its code's own doing. */
export function ended({ name }: PythonRoutine, memory_mb: number): Fault {
  const reason = "UDF_USER_CODE_ERROR.PROCESS_ENDED";
  return new Fault(
    "RESOURCE_EXHAUSTED",
    `[${reason}] The process of the Python function '${name}' ended while it ran: it needed more than ${memory_mb} MB, or did what Python functions may not do.`,
    { reason, sqlstate: "39000" },
  );
}

/** The process sent what is no answer, or more than an answer may be. */
export function noAnswer({ name }: PythonRoutine): Fault {
  const reason = "UDF_USER_CODE_ERROR.NO_ANSWER";
  return new Fault(
    "BAD_REQUEST",
    `[${reason}] The process of the Python function '${name}' gave no answer that can be read, or one that is too large, and was stopped.`,
    { reason, sqlstate: "39000" },
  );
}

export function notIsolated(): Fault {
  return new Fault(
    "NOT_IMPLEMENTED",
    "[UNSUPPORTED_FEATURE] Python functions do not run on this machine: it gives a process no namespaces of its own, so that their code could reach the network. An operator who accepts that writes `python_functions: unisolated` into lakeward.yaml.",
    { reason: "UNSUPPORTED_FEATURE", sqlstate: "0A000" },
  );
}

export function doesNotStart(internal: string): Fault {
  return new Fault("TEMPORARILY_UNAVAILABLE", "The Python interpreter does not start. Try again in a minute.", {
    internal,
  });
}

export function tooManyInterpreters(limit: number): Fault {
  return new Fault(
    "BAD_REQUEST",
    `[UDF_LIMITS] A statement calls Python functions of at most ${limit} owners, those in each view's and function's text counted apart. Split the statement.`,
    { reason: "UDF_LIMITS", sqlstate: "54000" },
  );
}
