import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "#base/json.ts";
import { type RawAnswer, sendRaw } from "./raw.ts";
import { type WireWorld, wireWorld } from "./world.ts";

const CATALOGS = "/api/2.1/unity-catalog/catalogs";
const MCP = "/api/2.0/mcp/functions/marina/north";

type Told = readonly [status: number, error_code: string];

/** What stands in a request target, and what is said of it. None of it names anything that is there. */
const targets: readonly (readonly [because: string, target: string, told: Told])[] = [
  ["a path that nothing is served at", "/api/2.0/nothing", [404, "ENDPOINT_NOT_FOUND"]],
  ["a path in capitals", "/API/2.1/unity-catalog/catalogs", [404, "ENDPOINT_NOT_FOUND"]],
  ["a path upwards", `${CATALOGS}/../catalogs`, [404, "ENDPOINT_NOT_FOUND"]],
  ["a path upwards in escapes", `${CATALOGS}/%2e%2e/catalogs`, [404, "ENDPOINT_NOT_FOUND"]],
  ["a path that looks like a host", "//evil.example/api", [404, "ENDPOINT_NOT_FOUND"]],
  ["a path that no URL can have", "//[", [404, "ENDPOINT_NOT_FOUND"]],
  ["another server's address", `http://evil.example${CATALOGS}`, [403, "PERMISSION_DENIED"]],
  ["parameters after a semicolon", `${CATALOGS};name=marina`, [404, "ENDPOINT_NOT_FOUND"]],
  ["a slash in a name", `${CATALOGS}/marina%2fnorth`, [404, "CATALOG_DOES_NOT_EXIST"]],
  ["a question mark in a name", `${CATALOGS}/marina%3fx`, [404, "CATALOG_DOES_NOT_EXIST"]],
  ["an empty name", `${CATALOGS}/`, [400, "INVALID_PARAMETER_VALUE"]],
  ["U+0000 in a name", `${CATALOGS}/marina%00`, [400, "INVALID_PARAMETER_VALUE"]],
  ["bytes that are not UTF-8", `${CATALOGS}/%ff`, [400, "MALFORMED_REQUEST"]],
  ["half a surrogate pair", `${CATALOGS}/%ed%a0%80`, [400, "MALFORMED_REQUEST"]],
  ["a broken escape", `${CATALOGS}/%zz`, [400, "MALFORMED_REQUEST"]],
  ["a byte that no target may have", `${CATALOGS}/\xe4`, [400, "MALFORMED_REQUEST"]],
  ["a name longer than any", `${CATALOGS}/${"a".repeat(5000)}`, [400, "INVALID_PARAMETER_VALUE"]],
  ["a key of every object as a name", `${CATALOGS}/__proto__`, [404, "CATALOG_DOES_NOT_EXIST"]],
  ["a broken escape in the query", `${CATALOGS}?page_token=%zz`, [400, "MALFORMED_REQUEST"]],
  ["bytes that are not UTF-8 in the query", `${CATALOGS}?page_token=%ff`, [400, "MALFORMED_REQUEST"]],
  ["a number twice", `${CATALOGS}?max_results=1&max_results=2`, [400, "INVALID_PARAMETER_VALUE"]],
  ["a number that is none", `${CATALOGS}?max_results=1e400`, [400, "INVALID_PARAMETER_VALUE"]],
  ["a number below all", `${CATALOGS}?max_results=-1`, [400, "INVALID_PARAMETER_VALUE"]],
  ["a token", `${CATALOGS}?access_token=x`, [400, "BAD_REQUEST"]],
];

const nested = (depth: number): string => `{"name":"x","properties":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;

/** Bodies of a POST that would make a catalog. */
const bodies: readonly (readonly [because: string, body: string, headers: string, told: Told])[] = [
  ["another type of content", "name=x", "Content-Type: application/x-www-form-urlencoded", [400, "MALFORMED_REQUEST"]],
  ["XML", "<name/>", "Content-Type: text/xml", [400, "MALFORMED_REQUEST"]],
  ["a type of content that is none", "{}", "Content-Type: ;;;", [400, "MALFORMED_REQUEST"]],
  ["a body that is packed", "\x1f\x8b\x08", "Content-Encoding: gzip", [400, "MALFORMED_REQUEST"]],
  ["nesting beyond bounds", nested(101), "", [400, "MALFORMED_REQUEST"]],
  ["nesting that would overflow a stack", nested(100_000), "", [400, "MALFORMED_REQUEST"]],
  ["lists within lists", `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "", [400, "MALFORMED_REQUEST"]],
  ["a prototype", '{"__proto__":{"name":"x"}}', "", [400, "INVALID_PARAMETER_VALUE"]],
  ["a prototype within", '{"name":{"__proto__":{"length":3}}}', "", [400, "MALFORMED_REQUEST"]],
  ["a number for a name", '{"name":5}', "", [400, "MALFORMED_REQUEST"]],
  ["U+0000 in a name", '{"name":"a\\u0000"}', "", [400, "INVALID_PARAMETER_VALUE"]],
  ["half a surrogate pair in a name", '{"name":"a\\ud800"}', "", [400, "INVALID_PARAMETER_VALUE"]],
  ["a name longer than any", `{"name":"${"n".repeat(256)}"}`, "", [400, "INVALID_PARAMETER_VALUE"]],
  [
    "a comment longer than any",
    `{"name":"x","comment":"${"n".repeat(3_000_000)}"}`,
    "",
    [400, "INVALID_PARAMETER_VALUE"],
  ],
];

/** What cannot be read as HTTP, or by two parties in two ways. */
const unreadable: readonly (readonly [because: string, bytes: (host: string) => string, told: Told])[] = [
  ["words", () => "HELLO\r\n\r\n", [400, "MALFORMED_REQUEST"]],
  [
    "a length and chunks",
    (host) => `POST ${CATALOGS} HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    [400, "MALFORMED_REQUEST"],
  ],
  [
    "a chunk without a length",
    (host) => `POST ${CATALOGS} HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
    [400, "MALFORMED_REQUEST"],
  ],
  [
    "headers beyond bounds",
    (host) => `GET ${CATALOGS} HTTP/1.1\r\n${host}X-Filler: ${"a".repeat(20_000)}\r\n\r\n`,
    [431, "REQUEST_TOO_LARGE"],
  ],
  [
    "a body beyond bounds",
    (host) => `POST ${CATALOGS} HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: 99999999\r\n\r\n{`,
    [413, "REQUEST_TOO_LARGE"],
  ],
  [
    "two hosts",
    (host) => `GET ${CATALOGS} HTTP/1.1\r\n${host}Host: evil.example\r\nConnection: close\r\n\r\n`,
    [400, "BAD_REQUEST"],
  ],
  [
    "two credentials",
    (host) => `GET ${CATALOGS} HTTP/1.1\r\n${host}Authorization: Bearer x\r\nConnection: close\r\n\r\n`,
    [400, "BAD_REQUEST"],
  ],
];

describe("the edge", () => {
  let world: WireWorld;
  let port: number;
  let own: string;
  before(async () => {
    world = await wireWorld();
    port = world.platform.port;
    own = `Host: localhost:${port}\r\nAuthorization: Bearer ${world.token("admin")}\r\n`;
  });
  after(() => world[Symbol.asyncDispose]());

  const request = (method: string, target: string, headers: string, body = ""): Promise<RawAnswer> =>
    sendRaw(
      port,
      `${method} ${target} HTTP/1.1\r\n${headers}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );

  /** The answer is this error in the wire's shape, and says nothing of what is inside. */
  function assertTold({ status, text, headers }: RawAnswer, told: Told): void {
    assert.equal(status, told[0], text);
    const body = JSON.parse(text) as JsonObject;
    assert.equal(body.error_code, told[1]);
    assert.ok(String(body.message).length < 400);
    assert.match(headers.get("content-type") ?? "", /^application\/json/);
    assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.doesNotMatch(text, /node_modules|FST_ERR|\.ts:|at async/);
  }

  for (const [because, target, told] of targets)
    it(`answers ${told.join(" ")} to ${because}`, async () => assertTold(await request("GET", target, own), told));

  for (const [because, body, headers, told] of bodies)
    it(`answers ${told.join(" ")} to ${because} in a body`, async () =>
      assertTold(await request("POST", CATALOGS, headers ? `${own}${headers}\r\n` : own, body), told));

  for (const [because, bytes, told] of unreadable)
    it(`answers ${told.join(" ")} to ${because} on the socket`, async () =>
      assertTold(await sendRaw(port, bytes(own)), told));

  for (const method of ["PUT", "OPTIONS", "TRACE"])
    it(`has no API for ${method} where there is none, and says so with the path`, async () => {
      const answer = await request(method, CATALOGS, own);
      assertTold(answer, [404, "ENDPOINT_NOT_FOUND"]);
      assert.match(answer.text, new RegExp(`No API found for '${method} ${CATALOGS}'`));
    });

  it("answers HEAD as GET, without the body", async () => {
    const { status, text } = await request("HEAD", `${CATALOGS}/marina`, own);
    assert.deepEqual([status, text], [200, ""]);
    assert.equal((await request("HEAD", `${CATALOGS}/marina`, `Host: localhost:${port}\r\n`)).status, 401);
  });

  it("answers 405 to every other method of an MCP server, which clients take for: no stream, no session", async () => {
    for (const method of ["GET", "DELETE", "PUT", "PATCH"]) {
      const { status, headers, text } = await request(method, MCP, own);
      assert.deepEqual([status, headers.get("allow")], [405, "POST"]);
      assert.equal((JSON.parse(text) as { jsonrpc: string }).jsonrpc, "2.0");
    }
  });

  it("serves no other host, whatever names it", async () => {
    const foreign = [
      "evil.example",
      `localhost:${port}@evil.example`,
      "localhost",
      `localhost:${port + 1}`,
      "[::1",
      "",
    ];
    for (const host of foreign) {
      const answer = await request("GET", "/.well-known/databricks-config", `Host: ${host}\r\n`);
      assertTold(answer, [403, "PERMISSION_DENIED"]);
      assert.match(answer.text, /This host name is not served here/);
    }
    const { status } = await sendRaw(port, `GET ${CATALOGS} HTTP/1.0\r\n\r\n`);
    assert.equal(status, 403);
  });

  it("takes no word of a proxy that is not there", async () => {
    const spoofed = "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\nX-Original-URL: /evil\r\n";
    const { text } = await request("GET", "/.well-known/databricks-config", `${own}${spoofed}`);
    assert.doesNotMatch(text, /evil/);
  });

  it("refuses the scripts of other pages, and serves its own", async () => {
    for (const origin of ["https://evil.example", "null", "file://", "x"])
      assertTold(await request("GET", CATALOGS, `${own}Origin: ${origin}\r\n`), [403, "PERMISSION_DENIED"]);
    assert.equal((await request("GET", CATALOGS, `${own}Origin: http://localhost:${port}\r\n`)).status, 200);
  });

  it("reads a body with a byte order mark, and with null for what is left out", async () => {
    const body = Buffer.from('\ufeff{"name":"with_mark","comment":null,"storage_root":null}').toString("latin1");
    const { status, text } = await request("POST", CATALOGS, own, body);
    assert.equal(status, 200, text);
    assert.equal("comment" in (JSON.parse(text) as object), false);
  });

  it("repeats a path in its answer, but not at any length", async () => {
    const answer = await request("GET", `/api/2.0/${"nothing/".repeat(500)}`, own);
    assertTold(answer, [404, "ENDPOINT_NOT_FOUND"]);
  });

  it("takes a request that breaks off for the client's affair, not for an error of its own", async () => {
    const socket = connect(port, "localhost");
    socket.write(`POST ${CATALOGS} HTTP/1.1\r\n${own}Content-Length: 100\r\n\r\n{"name":`);
    await sleep(100);
    socket.destroy();
    await sleep(100);
    assert.equal((await request("GET", CATALOGS, own)).status, 200);
    assert.deepEqual(world.errors, []);
  });
});
