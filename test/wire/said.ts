import assert from "node:assert/strict";
import { isJsonObject } from "#base/json.ts";
import type { ErrorShape } from "../../src/api/endpoint.ts";
import type { Answer } from "./world.ts";

/** What an error must say, whatever its shape. `code` is the protocol's own. */
export interface Saying {
  readonly status: number;
  readonly code: string | number;
  readonly message: RegExp;
}

type Said = { readonly code: unknown; readonly message: unknown };

/** Asserts that an answer is this error, whole, in the shape of its protocol. */
export function assertSays(answer: Answer, shape: ErrorShape, saying: Saying): void {
  assert.equal(answer.status, saying.status, answer.text);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  const { code, message } = shapes[shape](answer);
  assert.equal(code, saying.code, answer.text);
  assert.match(String(message), saying.message);
}

const shapes: Readonly<Record<ErrorShape, (answer: Answer) => Said>> = {
  databricks: ({ body, headers }) => {
    assert.deepEqual(Object.keys(body), ["error_code", "message", "details"]);
    const request_id = headers.get("x-request-id");
    const info = { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id, serving_data: "" };
    assert.deepEqual((body.details as unknown[]).at(-1), info);
    return { code: body.error_code, message: body.message };
  },
  oauth: ({ body, headers }) => {
    assert.deepEqual(Object.keys(body), ["error", "error_description", "request_id"]);
    assert.equal(body.request_id, headers.get("x-request-id"));
    return { code: body.error, message: body.error_description };
  },
  scim: ({ body, status }) => {
    assert.deepEqual(body.schemas, ["urn:ietf:params:scim:api:messages:2.0:Error"]);
    assert.equal(body.status, String(status));
    return { code: body.status, message: body.detail };
  },
  jsonrpc: ({ body }) => {
    assert.equal(body.jsonrpc, "2.0");
    assert.ok("id" in body && !("result" in body) && isJsonObject(body.error));
    return { code: body.error.code, message: body.error.message };
  },
};
