import type { TraceContext } from "#wire/trace-context.ts";
import type { ObligationType } from "./obligations.ts";

/**
 * The doors, and the obligations each one can perform. A decision whose obligations exceed its door's is a denial:
 * a masked table leaves through no door that has not learned masks.
 */
export const doors = Object.freeze({
  http: [],
  sql: ["row_filter", "column_mask"],
  mcp: [],
  serving: [],
} as const satisfies Record<string, readonly ObligationType[]>);

export type DoorName = keyof typeof doors;

export function canPerform(door: DoorName, obligation: ObligationType): boolean {
  return (doors[door] as readonly ObligationType[]).includes(obligation);
}

/** What is known of the request for the record, whichever protocol it came by. */
export interface RequestInfo {
  readonly request_id: string;
  /** W3C trace id, 32 hexadecimal digits; all hops of one main job carry the same one. */
  readonly trace_id: string;
  /** The trace besides its id: the span that asked, if one did. Absent where nobody outside asked. */
  readonly context?: Partial<Pick<TraceContext, "parent_id">> & Pick<TraceContext, "flags" | "state">;
  readonly source_ip: string;
  readonly user_agent: string;
}

/**
 * One passage of one request through one door: it numbers the permits it gives out, so that
 * (request id, hop, permit number) names each of them once, whatever is retried.
 */
export class Doorway {
  readonly door: DoorName;
  readonly request: RequestInfo;
  /** Path of the passage within the request, `0` for the outermost, `0.1` for the first one inside it. */
  readonly hop: string;
  /** The passage that led here; absent for the outermost. */
  readonly outer?: Doorway;
  #permits = 0;
  #passages = 0;

  constructor(door: DoorName, request: RequestInfo, hop = "0", outer?: Doorway) {
    this.door = door;
    this.request = request;
    this.hop = hop;
    if (outer) this.outer = outer;
  }

  /** Number of the next permit given out here, from 1. */
  nextPermit(): number {
    this.#permits += 1;
    return this.#permits;
  }

  /** The passage through another door that this request leads to. */
  into(door: DoorName): Doorway {
    this.#passages += 1;
    return new Doorway(door, this.request, `${this.hop}.${this.#passages}`, this);
  }
}
