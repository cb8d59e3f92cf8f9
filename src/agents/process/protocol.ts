import type { JsonObject } from "#base/json.ts";

/** What an agent is told beside the request's body. The token is this request's alone. */
export interface AgentContext {
  /** Base of every link to the workspace, without a trailing slash. */
  readonly host: string;
  readonly token: string;
  /** W3C trace context to be sent on every call, so that all hops share one trace. */
  readonly traceparent: string;
  readonly request_id: string;
}

/** Server to agent, one JSON object a line. */
export type ToAgent =
  | { readonly type: "request"; readonly id: string; readonly body: JsonObject; readonly context: AgentContext }
  | { readonly type: "cancel"; readonly id: string };

/** Agent to server, one JSON object a line. */
export type FromAgent =
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly id: string; readonly event: JsonObject }
  | { readonly type: "done"; readonly id: string }
  | { readonly type: "error"; readonly id: string; readonly message: string };
