import type { Method } from "../../src/api/endpoint.ts";
import type { Answer, Ask, Person, WireWorld } from "./world.ts";

/** A status that an endpoint cannot have, and why. */
export interface Never {
  readonly never: string;
}

type Asking = (world: WireWorld) => Ask | Promise<Ask>;

/** How an endpoint is called rightly, and what it then does. */
export interface Success {
  readonly as?: Person;
  readonly ask: Asking;
  /** 200 when not given. */
  readonly status?: number;
  readonly shows: (answer: Answer, world: WireWorld) => void | Promise<void>;
}

/** A call that is refused, and in which words. `code` is the protocol's own: error_code, OAuth's error, JSON-RPC's number. */
export interface Refusal {
  /** What is wrong with the call. */
  readonly because: string;
  /** admin when not given; null for nobody. */
  readonly as?: Person | null;
  readonly ask: Asking;
  readonly status: number;
  /** Not given for a page, which people read. */
  readonly code?: string | number;
  readonly message: RegExp;
}

/** A call that names `hidden` or `missing`, texts of one length that must be answered alike. */
export interface Hidden {
  /** Who may not know of it. */
  readonly as: readonly Person[];
  readonly names: (world: WireWorld) => readonly [hidden: string, missing: string];
  readonly ask: (name: string, world: WireWorld) => Ask | Promise<Ask>;
  readonly status: number;
  /** Not given when the answer is no error, as from a question whether something exists. */
  readonly code?: string | number;
}

/** One endpoint and a call for each status it can have. */
export interface Row {
  /** As it is declared: `GET /api/2.1/unity-catalog/catalogs/{name}`. */
  readonly of: `${Method} ${string}`;
  readonly success: Success;
  /** No token and a wrong one are tried on every governed endpoint without being told here; these are for open ones. */
  readonly unauthenticated?: readonly Refusal[] | Never;
  /** A token without the scope is tried on every governed endpoint without being told here; these are for open ones. */
  readonly scope?: readonly Refusal[] | Never;
  /** Somebody knows what is named, and may not do this to it. */
  readonly forbidden: readonly Refusal[] | Never;
  readonly hidden: readonly Hidden[] | Never;
  /** Beside what the declared input makes wrong by itself: no JSON, another type, a field left out. */
  readonly malformed: readonly Refusal[] | Never;
  /** What else is refused: it exists already, it is not built. */
  readonly also?: readonly Refusal[];
}

export const statuses = ["success", "unauthenticated", "scope", "forbidden", "hidden", "malformed"] as const;
export type Status = (typeof statuses)[number];

export const never = (why: string): Never => ({ never: why });

export function isNever(one: object | undefined): one is Never {
  return one !== undefined && "never" in one;
}

/** Reasons that several rows share. */
export const OPEN = never("it is open: it asks nobody who they are");
export const ANYONE = never("every principal of the workspace may do this");
export const WHOEVER_KNOWS = never("whoever may know of it may read this of it");
export const NOTHING_NAMED = never("it names nothing that could be hidden");
export const NO_INPUT = never("it takes nothing that could be wrong");
