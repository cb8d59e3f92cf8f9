import type { EgressPurpose } from "./egress-target.ts";

/** An outbound call. Every one has a purpose and bounds. */
export interface EgressRequest {
  readonly purpose: EgressPurpose;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the first byte of the connection to the last of the body. */
  readonly timeout_ms?: number;
  readonly bytes_max?: number;
  /** Redirects that a GET follows; three when not given. */
  readonly redirects_max?: number;
  /** The answer is of use whole alone: its body is read at once, and comes in one piece. */
  readonly isWhole?: boolean;
  /** Aborts the call when its caller goes away. */
  readonly signal?: AbortSignal;
}

/** A response read whole. */
export interface EgressResponse {
  readonly status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  text(): string;
}

/** A response whose body comes piece by piece, under the same bounds. */
export interface EgressStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}
