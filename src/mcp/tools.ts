import type { JsonObject } from "#base/json.ts";
import type { Doorway, Who } from "#kernel/mod.ts";

/** A tool as a server lists it. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  /** Hints for clients, which trust them at their own risk; nothing here rests on them. */
  readonly annotations?: { readonly readOnlyHint: boolean };
}

/** A call of a tool, as it came. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
  /** The request's `_meta` without the protocol's own keys: what the agent's code presets and its model does not choose. */
  readonly meta: JsonObject;
}

/** What a call gives back; `_meta.governance` names the policies that shaped it, never their text. */
export interface ToolResult {
  readonly content: readonly { readonly type: "text"; readonly text: string }[];
  readonly structuredContent?: JsonObject;
  readonly _meta: { readonly governance: object };
}

/** One caller's passage through the `mcp` door. */
export interface Visit {
  readonly who: Who;
  readonly doorway: Doorway;
  readonly signal: AbortSignal;
}

/** A server's tools. Both throw Faults, which the transport says as JSON-RPC errors. */
export interface ToolSource {
  list(visit: Visit): Promise<readonly Tool[]>;
  call(visit: Visit, call: ToolCall): Promise<ToolResult>;
}
