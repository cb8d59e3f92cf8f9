import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, errors, Fault } from "#wire/errors.ts";
import { renderError } from "./errors.ts";

const rendered = (code: ErrorCode, shape: "anthropic" | "google") =>
  renderError(new Fault(code, "Do that.", { internal: "secret", reason: "WHY" }), { errors: shape }, "r-1");

/** Source of the kinds: docs.anthropic.com/en/api/errors; of the statuses: cloud.google.com/apis/design/errors. */
// biome-ignore format: a table is read in columns
const rows: readonly (readonly [ErrorCode, number, anthropic: string, google: string])[] = [
  ["BAD_REQUEST",             400, "invalid_request_error", "INVALID_ARGUMENT"],
  ["UNAUTHENTICATED",         401, "authentication_error",  "UNAUTHENTICATED"],
  ["PERMISSION_DENIED",       403, "permission_error",      "PERMISSION_DENIED"],
  ["RESOURCE_DOES_NOT_EXIST", 404, "not_found_error",       "NOT_FOUND"],
  ["REQUEST_TOO_LARGE",       413, "request_too_large",     "INVALID_ARGUMENT"],
  ["RESOURCE_EXHAUSTED",      429, "rate_limit_error",      "RESOURCE_EXHAUSTED"],
  ["CANCELLED",               499, "api_error",             "CANCELLED"],
  ["INTERNAL_ERROR",          500, "api_error",             "INTERNAL"],
  ["NOT_IMPLEMENTED",         501, "api_error",             "UNIMPLEMENTED"],
  ["BAD_GATEWAY",             502, "api_error",             "UNAVAILABLE"],
  ["TEMPORARILY_UNAVAILABLE", 503, "overloaded_error",      "UNAVAILABLE"],
  ["DEADLINE_EXCEEDED",       504, "timeout_error",         "DEADLINE_EXCEEDED"],
];
for (const [code, http, type, status] of rows)
  test(`${code} is said as Anthropic's and Google's clients know it`, () => {
    const message = "Do that.";
    const anthropic = rendered(code, "anthropic");
    assert.deepEqual(anthropic, {
      status: http,
      headers: {},
      body: { type: "error", error: { type, message }, request_id: "r-1" },
    });
    const google = rendered(code, "google");
    const details = [
      { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "WHY", domain: "lakeward" },
      { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id: "r-1", serving_data: "" },
    ];
    assert.deepEqual(google, { status: http, headers: {}, body: { error: { code: http, message, status, details } } });
  });

test("no code is without a kind in either shape, and nothing internal is said", () => {
  for (const code of Object.keys(errors) as ErrorCode[])
    for (const shape of ["anthropic", "google"] as const)
      assert.doesNotMatch(JSON.stringify(rendered(code, shape)), /secret|undefined/);
});
