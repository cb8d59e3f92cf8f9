import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { REQUEST_BODY_BYTES_MAX } from "#base/limits.ts";
import { type ErrorCode, Fault, faultOf } from "#wire/errors.ts";
import { renderError } from "./errors.ts";

type Told = readonly [code: ErrorCode, message: string];

/** What the HTTP library refuses before an endpoint sees the request, by its code. */
const byLibrary: Readonly<Record<string, Told>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    "REQUEST_TOO_LARGE",
    `The request body is larger than ${REQUEST_BODY_BYTES_MAX} bytes. Send less at a time.`,
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["MALFORMED_REQUEST", "The request body is not as long as Content-Length says."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["MALFORMED_REQUEST", "The Content-Type header is not a media type."],
  FST_ERR_BAD_URL: ["MALFORMED_REQUEST", "The path of the URL is not percent-encoded UTF-8."],
  FST_ERR_MAX_PARAM_LENGTH: ["INVALID_PARAMETER_VALUE", "A name in the path of the URL is too long to be one."],
  ECONNRESET: ["CANCELLED", "The request broke off before its body was whole."],
};

/** What Node cannot read as HTTP at all: the status, and what is wrong. */
const byParser: Readonly<Record<string, readonly [status: number, ...Told]>> = {
  HPE_HEADER_OVERFLOW: [431, "REQUEST_TOO_LARGE", "The request line and headers are too large. Shorten them."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "DEADLINE_EXCEEDED", "The request did not arrive in time."],
};
const NOT_HTTP = [400, "MALFORMED_REQUEST", "This is not a request that HTTP/1.1 allows."] as const;

/** An error that came before the endpoint did, as a fault. */
export function unreadable(cause: unknown): Fault {
  const told = byLibrary[codeOf(cause)];
  return told ? new Fault(...told, { cause }) : faultOf(cause);
}

/** Answers on the bare socket, as there is no request to reply to, and closes it. */
export function answerUnreadable(cause: unknown, socket: Duplex, request_id: string): void {
  if (codeOf(cause) === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, code, message] = byParser[codeOf(cause)] ?? NOT_HTTP;
  const body = JSON.stringify(renderError(new Fault(code, message), {}, request_id).body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    "cache-control: no-store",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${request_id}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}
