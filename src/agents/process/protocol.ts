import type { JsonObject } from "#base/json.ts";

/** What an agent is told beside the request's body. */
export interface AgentContext {
  /** Base of every link to the workspace, without a trailing slash. */
  readonly host: string;
  /** On behalf of who asks, for this request alone: their rights, within what the agent declared. */
  readonly user_token: string;
  /** The agent's own service principal, within what it declared to reach as itself; absent when that is nothing. */
  readonly agent_token?: string;
  /** W3C trace context to be sent on every call, so that all hops share one trace. */
  readonly traceparent: string;
  /** What others have put on the trace; to be sent along. */
  readonly tracestate?: string;
  readonly request_id: string;
}

/** Server to agent, one JSON object a line. */
export type ToAgent =
  /** The first: the environment variables to be set before the agent's code is loaded. */
  | { readonly type: "start"; readonly environment: Readonly<Record<string, string>> }
  | { readonly type: "request"; readonly id: string; readonly body: JsonObject; readonly context: AgentContext }
  | { readonly type: "cancel"; readonly id: string };

/** Agent to server, one JSON object a line. */
export type FromAgent =
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly id: string; readonly event: JsonObject }
  | { readonly type: "done"; readonly id: string }
  | { readonly type: "error"; readonly id: string; readonly message: string };
