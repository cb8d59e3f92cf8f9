import assert from "node:assert/strict";
import { isJsonObject } from "#base/json.ts";
import type { ErrorShape } from "../../src/api/endpoint.ts";
import type { Answer } from "./world.ts";

/** What an error must say, whatever its shape. `code` is the protocol's own. */
export interface Saying {
  readonly status: number;
  /** Not given for a page, which people read. */
  readonly code?: string | number;
  readonly message: RegExp;
}

type Said = { readonly code: unknown; readonly message: unknown };

/** Asserts that an answer is this error, whole, in the shape of its protocol. */
export function assertSays(answer: Answer, shape: ErrorShape, saying: Saying): void {
  assert.equal(answer.status, saying.status, answer.text);
  if (saying.code === undefined) {
    assertPage(answer, saying.message);
    return;
  }
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  const { code, message } = shapes[shape](answer);
  assert.equal(code, saying.code, answer.text);
  assert.match(String(message), saying.message);
}

/** A page says it in words, runs no script and may not be framed. */
function assertPage({ headers, text }: Answer, message: RegExp): void {
  assert.match(headers.get("content-type") ?? "", /^text\/html/);
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'.*frame-ancestors 'none'/);
  assert.match(text, message);
}

const databricks = ({ body, headers }: Pick<Answer, "body" | "headers">): Said => {
  assert.deepEqual(Object.keys(body), ["error_code", "message", "details"]);
  const request_id = headers.get("x-request-id");
  const info = { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id, serving_data: "" };
  assert.deepEqual((body.details as unknown[]).at(-1), info);
  return { code: body.error_code, message: body.message };
};

const shapes: Readonly<Record<ErrorShape, (answer: Answer) => Said>> = {
  databricks,
  openai: ({ body: { error, ...body }, headers }) => {
    const said = databricks({ body, headers });
    assert.ok(isJsonObject(error));
    const { type, ...same } = error;
    assert.deepEqual(same, { ...said, param: null });
    assert.match(String(type), /^(invalid_request|rate_limit|server)_error$/);
    return said;
  },
  anthropic: ({ body: { error, ...body }, headers }) => {
    assert.deepEqual(body, { type: "error", request_id: headers.get("x-request-id") });
    assert.ok(isJsonObject(error));
    return { code: error.type, message: error.message };
  },
  google: ({ body, headers, status }) => {
    assert.deepEqual(Object.keys(body), ["error"]);
    assert.ok(isJsonObject(body.error));
    const { code, status: name, message, details } = body.error;
    assert.equal(code, status);
    const request_id = headers.get("x-request-id");
    const info = { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id, serving_data: "" };
    assert.deepEqual((details as unknown[]).at(-1), info);
    return { code: name, message };
  },
  oauth: ({ body, headers }) => {
    const { error: _error, error_description: _description, request_id, ...more } = body;
    assert.deepEqual(more, {});
    assert.ok(request_id === undefined || request_id === headers.get("x-request-id"));
    return { code: body.error, message: body.error_description };
  },
  scim: ({ body, status }) => {
    assert.deepEqual(body.schemas, ["urn:ietf:params:scim:api:messages:2.0:Error"]);
    assert.equal(body.status, String(status));
    return { code: body.status, message: body.detail };
  },
  jsonrpc: ({ body, headers }) => {
    assert.equal(body.jsonrpc, "2.0");
    assert.ok("id" in body && !("result" in body) && isJsonObject(body.error));
    const { data } = body.error;
    // What the protocol's library refuses by itself has no data.
    if (isJsonObject(data)) assert.equal(data.request_id, headers.get("x-request-id"));
    return { code: body.error.code, message: body.error.message };
  },
};
