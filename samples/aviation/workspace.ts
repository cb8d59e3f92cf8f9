/** A caller of the workspace over HTTP: the demonstration uses nothing that any other client could not. */
export interface Workspace {
  readonly url: string;
  readonly token: string;
  /** W3C traceparent, so that all hops of one question are found by one trace id. */
  readonly traceparent?: string;
}

type Value = string | null;
export type Row = readonly Value[];

/** Sends JSON and reads JSON. @throws Error with the workspace's own words when it refuses. */
export async function call<T>(workspace: Workspace, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${workspace.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${workspace.token}`,
      "user-agent": "lakeward-sample",
      ...(workspace.traceparent && { traceparent: workspace.traceparent }),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T & { readonly message?: string };
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer.message ?? ""}`);
  return answer;
}

/** Exchanges a token of the identity provider for one of the workspace. Source: RFC 8693. */
export async function exchange(url: string, subject_token: string, traceparent: string): Promise<string> {
  const response = await fetch(`${url}/oidc/v1/token`, {
    method: "POST",
    headers: { traceparent },
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "all-apis",
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string; error_description?: string };
  if (!answer.access_token)
    throw new Error(`The token exchange was refused: ${answer.error}: ${answer.error_description}`);
  return answer.access_token;
}

interface Statement {
  readonly status: { readonly state: string; readonly error?: { readonly message: string } };
  readonly result?: { readonly data_array?: readonly Row[] };
}

const WAIT = "50s";

/** Runs one statement and gives its rows. `parameters` are text. @throws Error when it fails. */
export async function runSql(
  workspace: Workspace,
  warehouse_id: string,
  statement: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<readonly Row[]> {
  const named = Object.entries(parameters).map(([name, value]) => ({ name, value, type: "STRING" }));
  const body = { statement, warehouse_id, wait_timeout: WAIT, parameters: named };
  const { status, result } = await call<Statement>(workspace, "POST", "/api/2.0/sql/statements", body);
  if (status.state !== "SUCCEEDED")
    throw new Error(`${statement.slice(0, 60)}: ${status.state} ${status.error?.message ?? ""}`);
  return result?.data_array ?? [];
}
