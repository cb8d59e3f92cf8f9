import { faultOf } from "#wire/errors.ts";
import { SAMPLED } from "#wire/trace-context.ts";
import type { Doorway, RequestInfo } from "../doors.ts";
import type { DecisionRecord } from "../record.ts";

/** How a request was answered. Names and codes only: nothing of what was sent or said. */
export interface RequestEnd {
  /** Absent when it was refused before anything of it was read. */
  readonly request?: RequestInfo;
  readonly method: string;
  /** The path as it is declared, `/serving-endpoints/{name}/invocations`; absent where nothing is served. */
  readonly route?: string;
  readonly status_code: number;
  readonly error_code?: string;
}

/** How a passage through an inner door ended: a statement, or a message of MCP's. */
export interface PassageEnd {
  /** Kind of the statement, or MCP's method; absent when it could not be told. */
  readonly operation?: string;
  /** Only of a tool that there is, and that the caller may use. */
  readonly tool?: string;
  readonly error_code?: string;
}

/**
 * Hears of what is done, to count it and to tell a collector of it. It decides nothing, is waited for by nobody and never throws.
 * Implemented by telemetry.
 */
export interface Observer {
  /** A decision is on its way to the journal. */
  decided(record: DecisionRecord, doorway: Doorway): void;
  /** A request comes in. @returns what is to be called when its answer has left. */
  request(): (end: RequestEnd) => void;
  /** A passage through an inner door begins. @returns what is to be called at its end. */
  passage(doorway: Doorway): (end: PassageEnd) => void;
  /** Whether a trace is recorded; `flags` are those of the caller's `traceparent`, if there is one. */
  samples(trace_id: string, flags?: number): boolean;
}

/** Runs what goes on in a passage and tells of its end. `note` is for what is known only on the way. */
export async function observed<T>(
  observer: Pick<Observer, "passage">,
  doorway: Doorway,
  work: (note: (known: Omit<PassageEnd, "error_code">) => void) => Promise<T>,
): Promise<T> {
  const ended = observer.passage(doorway);
  let end: PassageEnd = {};
  try {
    return await work((known) => {
      end = { ...end, ...known };
    });
  } catch (thrown) {
    end = { ...end, error_code: faultOf(thrown).code };
    throw thrown;
  } finally {
    ended(end);
  }
}

const nothing = (): void => {};

/** For what runs without telemetry. */
export const unobserved: Observer = Object.freeze({
  decided: nothing,
  request: () => nothing,
  passage: () => nothing,
  samples: (_trace_id: string, flags = 0) => (flags & SAMPLED) !== 0,
});
