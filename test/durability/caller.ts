type Value = string | null;

/** What a request was answered. */
export interface Answer {
  readonly request_id: string;
  readonly status: number;
  /** The statement's state; of another request OK, or its error code. */
  readonly state: string;
  readonly message: string;
  /** The error's machine-readable reason, for a statement its condition; empty without one. */
  readonly reason: string;
  readonly rows: readonly (readonly Value[])[];
  readonly body: Readonly<Record<string, unknown>>;
}

interface Body {
  readonly error_code?: string;
  readonly message?: string;
  readonly details?: readonly { readonly reason?: string }[];
  readonly status?: {
    readonly state: string;
    readonly error?: { readonly error_code: string; readonly message: string };
  };
  readonly result?: { readonly data_array?: readonly (readonly Value[])[] };
}

const WAIT = "50s";

/** One person at the workspace, over HTTP. */
export class Caller {
  readonly name: string;
  readonly #url: string;
  readonly #token: string;
  readonly #warehouse_id: string;

  constructor(parts: { name: string; port: number; token: string; warehouse_id: string }) {
    this.name = parts.name;
    this.#url = `http://localhost:${parts.port}`;
    this.#token = parts.token;
    this.#warehouse_id = parts.warehouse_id;
  }

  /** @throws TypeError when there is no answer, or not the whole of it. */
  sql(statement: string): Promise<Answer> {
    const body = { statement, warehouse_id: this.#warehouse_id, wait_timeout: WAIT };
    return this.request("POST", "/api/2.0/sql/statements", body);
  }

  /** @throws TypeError when there is no answer, or not the whole of it. */
  async request(method: string, path: string, body?: object): Promise<Answer> {
    const { status: http, request_id, text } = await this.text(method, path, body);
    const parsed: Body & Record<string, unknown> = JSON.parse(text);
    const { error_code, details, status, result } = parsed;
    const message = parsed.message ?? status?.error?.message ?? "";
    return {
      body: parsed,
      request_id,
      status: http,
      state: error_code ?? status?.state ?? "OK",
      message,
      reason: details?.find(({ reason }) => reason)?.reason ?? /^\[([A-Z_]+)/.exec(message)?.[1] ?? "",
      rows: result?.data_array ?? [],
    };
  }

  /** An answer as it came. @throws TypeError when there is none, or not the whole of it. */
  async text(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly request_id: string; readonly text: string }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, request_id: response.headers.get("x-request-id") ?? "", text };
  }

  /** The body of an answer that must be a success. @throws Error with the workspace's words when it is none. */
  async json(method: string, path: string): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.request(method, path);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.state} ${answer.message}`);
    return answer.body;
  }

  /** The rows of a statement that must succeed. @throws Error with the workspace's words when it does not. */
  async rows(statement: string): Promise<Answer["rows"]> {
    const answer = await this.sql(statement);
    if (answer.state !== "SUCCEEDED") throw new Error(`${statement}: ${answer.state} ${answer.message}`);
    return answer.rows;
  }
}
