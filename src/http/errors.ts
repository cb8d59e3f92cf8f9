import type { Endpoint, ErrorShape } from "#api/endpoint.ts";
import type { JsonObject } from "#base/json.ts";
import { type ErrorCode, errors, type Fault, INSUFFICIENT_SCOPE } from "#wire/errors.ts";
import { surfaceOf } from "#wire/scopes.ts";
import { anthropicError, googleError, openaiError } from "#wire/serving/errors.ts";

/** An error as one protocol says it. */
export interface RenderedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/**
 * Codes that REST says by another name than SQL: to Unity Catalog's REST, a function is a "routine or model", which has no
 * code of its own. Source: what `functions.get` and mlflow's registry of models throw (RESOURCE_DOES_NOT_EXIST).
 */
const onRest: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  FUNCTION_DOES_NOT_EXIST: "RESOURCE_DOES_NOT_EXIST",
  FUNCTION_ALREADY_EXISTS: "RESOURCE_ALREADY_EXISTS",
};

/** What an error says of its endpoint. */
export interface Described extends Pick<Endpoint, "errors" | "scope"> {
  /** Where an OAuth client learns how to get a token for it. */
  readonly resource_metadata?: string;
}

/** Renders a fault in the wire's own shape for the endpoint. Nothing of `internal` or `cause` appears. */
export function renderError(fault: Fault, endpoint: Described, request_id: string): RenderedError {
  const { http } = errors[fault.code];
  const headers = { ...fault.options.headers, ...challenge(fault, endpoint) };
  return { status: http, headers, body: bodies[endpoint.errors ?? "databricks"](fault, request_id) };
}

/** RFC 6750 section 3.1: which scope would have been enough; RFC 9728 section 5.1: where the resource's metadata are. */
function challenge(fault: Fault, { scope, resource_metadata }: Described): Readonly<Record<string, string>> {
  const isScopeMissing = fault.options.reason === INSUFFICIENT_SCOPE && scope !== undefined;
  if (!isScopeMissing && !(fault.code === "UNAUTHENTICATED" && resource_metadata)) return {};
  const said = fault.options.headers?.["www-authenticate"] ?? 'Bearer realm="lakeward"';
  const parts = [
    said,
    isScopeMissing && 'error="insufficient_scope"',
    scope && `scope="${fault.options.scope ?? surfaceOf(scope)}"`,
    resource_metadata && `resource_metadata="${resource_metadata}"`,
  ];
  return { "www-authenticate": parts.filter(Boolean).join(", ") };
}

/** google.rpc error details as databricks-sdk-py `errors/details.py` reads them. */
const databricksBody = (fault: Fault, request_id: string) => ({
  error_code: onRest[fault.code] ?? fault.code,
  message: fault.message,
  details: [
    ...(fault.options.reason
      ? [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: fault.options.reason, domain: "lakeward" }]
      : []),
    { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id, serving_data: "" },
  ],
});

const toldOf = ({ code, message }: Fault) => ({ code, message, http: errors[code].http });

/** RFC 7644 section 3.12: what is wrong with a request, of those reasons alone. */
const scimTypes = ["invalidFilter", "invalidPath", "invalidSyntax", "invalidValue", "mutability", "noTarget"];

function scimTypeOf({ code, options }: Fault): { readonly scimType?: string } {
  if (code === "RESOURCE_ALREADY_EXISTS") return { scimType: "uniqueness" };
  if (code === "MALFORMED_REQUEST") return { scimType: "invalidSyntax" };
  if (code !== "INVALID_PARAMETER_VALUE") return {};
  return { scimType: scimTypes.find((one) => one === options.reason) ?? "invalidValue" };
}

const bodies: Readonly<Record<ErrorShape, (fault: Fault, request_id: string) => JsonObject>> = {
  databricks: databricksBody,
  openai: (fault, request_id) => {
    const said = databricksBody(fault, request_id);
    return { ...said, ...openaiError({ ...toldOf(fault), code: said.error_code }) };
  },
  anthropic: (fault, request_id) => ({ ...anthropicError(toldOf(fault)), request_id }),
  /** Details as google.rpc has them, which Databricks' own errors follow. */
  google: (fault, request_id) => {
    const { details } = databricksBody(fault, request_id);
    return { error: { ...googleError(toldOf(fault)).error, details } };
  },
  /** RFC 6749 section 5.2. */
  oauth: (fault, request_id) => ({
    error: errors[fault.code].oauth,
    error_description: fault.message,
    request_id,
  }),
  /** RFC 7644 section 3.12. */
  scim: (fault, request_id) => ({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: String(errors[fault.code].http),
    ...scimTypeOf(fault),
    detail: fault.message,
    request_id,
  }),
  /** JSON-RPC 2.0 section 5.1, for errors before a request's id is known. */
  jsonrpc: (fault, request_id) => ({
    jsonrpc: "2.0",
    id: null,
    error: { code: errors[fault.code].jsonrpc, message: fault.message, data: { error_code: fault.code, request_id } },
  }),
};
