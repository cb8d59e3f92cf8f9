/** What the server hands to the agent with each request. */
export interface Context {
  readonly host: string;
  /** The asking person's, narrowed to what this agent declared: what it opens is what they may see. */
  readonly user_token: string;
  /** The agent's own, for what answers everybody alike; there when the manifest declares such. This agent has no use for it. */
  readonly agent_token?: string;
  readonly traceparent: string;
  readonly request_id: string;
  readonly custom_inputs: Record<string, unknown>;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
}

/** POSTs JSON to a path of the workspace, as the person who asks, within the request's trace. */
export async function post(context: Context, path: string, body: object): Promise<Response> {
  const response = await context.fetch(`${context.host}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${context.user_token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      traceparent: context.traceparent,
    },
    body: JSON.stringify(body),
  });
  if (response.ok || response.headers.get("content-type")?.includes("json")) return response;
  throw new Error(`${path} answered ${response.status}.`);
}
