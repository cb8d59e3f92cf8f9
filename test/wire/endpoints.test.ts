import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Value from "typebox/value";
import { surfaceOf } from "#wire/scopes.ts";
import { endpoints } from "../../src/api/all.ts";
import type { Endpoint } from "../../src/api/endpoint.ts";
import { holes } from "../../tools/holes.ts";
import { spoiledCalls } from "./malformed.ts";
import { type Hidden, isNever, type Refusal, type Row } from "./row.ts";
import { rows } from "./rows.ts";
import { assertSays, type Saying } from "./said.ts";
import { type Answer, type Ask, filledPath, type Person, type WireWorld, wireWorld } from "./world.ts";

/** How each protocol says that it does not know the caller, or that the token lacks the scope. */
const codes = {
  unauthenticated: {
    databricks: "UNAUTHENTICATED",
    openai: "UNAUTHENTICATED",
    anthropic: "authentication_error",
    google: "UNAUTHENTICATED",
    oauth: "invalid_client",
    scim: "401",
    jsonrpc: -32001,
  },
  scope: {
    databricks: "PERMISSION_DENIED",
    openai: "PERMISSION_DENIED",
    anthropic: "permission_error",
    google: "PERMISSION_DENIED",
    oauth: "access_denied",
    scim: "403",
    jsonrpc: -32003,
  },
} as const;

/** What is malformed has one word in each of the other protocols. */
const malformed = {
  anthropic: "invalid_request_error",
  google: "INVALID_ARGUMENT",
  oauth: "invalid_request",
  scim: "400",
  jsonrpc: -32602,
} as const;

const NO_CREDENTIAL = /^Credential was not sent or was of an unsupported type for this API/;
const WRONG_TOKEN = /^Invalid access token/;

describe("every endpoint over HTTP", () => {
  let world: WireWorld;
  before(async () => {
    world = await wireWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it("has a test for every status that it can have", () => assert.deepEqual(holes(), []));

  for (const row of rows) describe(row.of, () => testsOf(row, () => world));

  it("made the server log no error of its own", () => assert.deepEqual(world.errors, []));
});

function testsOf(row: Row, world: () => WireWorld): void {
  const endpoint = endpoints.find((one) => `${one.method} ${one.path}` === row.of);
  // A row that is left over from an endpoint is told among the holes.
  if (!endpoint) return;
  const { success } = row;
  const send = (ask: Ask, token: string | null): Promise<Answer> =>
    world().send(endpoint.method, endpoint.path, ask, token);

  it("does what it is there for", async () => {
    const answer = await send(await success.ask(world()), endpoint.open ? null : world().token(success.as ?? "admin"));
    assert.equal(answer.status, success.status ?? 200, answer.text);
    assert.ok(answer.headers.get("x-request-id"));
    if (answer.status === 200)
      assert.ok(Value.Check(endpoint.output, contentOf(answer)), `as declared: ${answer.text}`);
    await success.shows(answer, world());
  });

  if (!endpoint.open) strangers(endpoint, row, world, send);

  for (const [name, refusals] of [
    ["refuses whoever does not prove who they are", row.unauthenticated],
    ["refuses a credential without the scope", row.scope],
    ["refuses whoever knows of it and may not", row.forbidden],
    ["refuses what is malformed in its protocol", row.malformed],
    ["refuses what it cannot do", row.also],
  ] as const) {
    if (refusals === undefined || isNever(refusals)) continue;
    for (const refusal of refusals) it(`${name}: ${refusal.because}`, () => assertRefused(endpoint, refusal, world()));
  }

  for (const spoiled of spoiledCalls(endpoint)) {
    it(`refuses what is malformed: ${spoiled.because}`, async () => {
      const answer = await send(spoiled.spoil(await success.ask(world())), world().token("admin"));
      const shape = endpoint.errors ?? "databricks";
      const code = shape === "databricks" || shape === "openai" ? spoiled.code : malformed[shape];
      assertSays(answer, shape, { status: 400, code, message: spoiled.message });
    });
  }

  if (isNever(row.hidden)) return;
  for (const hidden of row.hidden) {
    for (const person of hidden.as) {
      it(`answers ${person} alike about what is hidden and what is missing, as ${hidden.code ?? "no error"}`, () =>
        assertHidden(endpoint, hidden, person, world()));
    }
  }
}

/** A page is its text. */
const contentOf = ({ headers, body, text }: Answer): unknown =>
  /^text\/(html|plain)/.test(headers.get("content-type") ?? "") ? text : body;

/** What every governed endpoint refuses: nobody, a wrong token, and every scope but its own. */
function strangers(
  endpoint: Endpoint,
  { success }: Row,
  world: () => WireWorld,
  send: (ask: Ask, token: string | null) => Promise<Answer>,
): void {
  const shape = endpoint.errors ?? "databricks";
  const saying = (message: RegExp): Saying => ({ status: 401, code: codes.unauthenticated[shape], message });

  /** RFC 6750 section 3; a protected resource of its own says where its metadata are (RFC 9728 section 5.1). */
  const challenge = (ask: Ask, error?: string): string => {
    const scope = `scope="${surfaceOf(endpoint.scope!)}"`;
    const { origin } = world();
    const parts = [
      'Bearer realm="lakeward"',
      error && `error="${error}"`,
      (endpoint.resource || error === "insufficient_scope") && scope,
      endpoint.resource &&
        `resource_metadata="${origin}/.well-known/oauth-protected-resource${filledPath(endpoint.path, ask)}"`,
    ];
    return parts.filter(Boolean).join(", ");
  };

  it("answers 401 to nobody", async () => {
    const ask = await success.ask(world());
    const answer = await send(ask, null);
    assertSays(answer, shape, saying(NO_CREDENTIAL));
    assert.equal(answer.headers.get("www-authenticate"), challenge(ask));
  });

  it("answers 401 to a token that is none", async () => {
    for (const token of ["dapi00000000000000000000000000000000", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."]) {
      const ask = await success.ask(world());
      const answer = await send(ask, token);
      assertSays(answer, shape, saying(WRONG_TOKEN));
      assert.equal(answer.headers.get("www-authenticate"), challenge(ask, "invalid_token"));
    }
  });

  it("answers 403 to an administrator whose token has every scope but its own", async () => {
    const needed = endpoint.scope!;
    const scope = surfaceOf(needed);
    const ask = await success.ask(world());
    const answer = await send(ask, await world().tokenWithout(needed));
    const message = new RegExp(`^Provided OAuth token does not have required scopes: ${scope}$`);
    assertSays(answer, shape, { status: 403, code: codes.scope[shape], message });
    assert.equal(answer.headers.get("www-authenticate"), challenge(ask, "insufficient_scope"));
  });
}

async function assertRefused(endpoint: Endpoint, refusal: Refusal, world: WireWorld): Promise<void> {
  const { as = "admin" } = refusal;
  const token = as === null || endpoint.open ? null : world.token(as);
  const answer = await world.send(endpoint.method, endpoint.path, await refusal.ask(world), token);
  assertSays(answer, endpoint.errors ?? "databricks", refusal);
}

async function assertHidden(endpoint: Endpoint, hidden: Hidden, person: Person, world: WireWorld): Promise<void> {
  const names = hidden.names(world);
  assert.equal(names[0].length, names[1].length);
  const token = endpoint.open ? null : world.token(person);
  const [one, other] = await Promise.all(
    names.map(async (name) => {
      const answer = await world.send(endpoint.method, endpoint.path, await hidden.ask(name, world), token);
      if (hidden.code !== undefined)
        assertSays(answer, endpoint.errors ?? "databricks", { status: hidden.status, code: hidden.code, message: /./ });
      return bytesOf(answer, name);
    }),
  );
  assert.deepEqual(one, other);
  assert.equal(one!.status, hidden.status, one!.text);
}

/** All of an answer, but the request id, a new statement's id, the time, and the name that was asked for. */
function bytesOf({ status, headers, text, body }: Answer, name: string) {
  const ids = [headers.get("x-request-id"), body.statement_id].filter((id) => typeof id === "string");
  const plain = [...ids, name].reduce((read, one) => read.replaceAll(one, "<asked or minted>"), text);
  const kept = [...headers].filter(([key]) => key !== "x-request-id" && key !== "date");
  return { status, headers: kept, text: plain };
}
