import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row } from "../row.ts";
import type { Answer, Ask, WireWorld } from "../world.ts";

const JWT = "urn:ietf:params:oauth:token-type:jwt";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** Of one client at one address, before it is told to wait. */
const FAILURES_MAX = 10;

type Fields = Readonly<Record<string, string>>;

const basic = (id: string, secret: string): Fields => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});

/** RFC 6749 section 5.1, and a token that then opens what its scope says. */
async function givesToken({ body, headers }: Answer, world: WireWorld): Promise<void> {
  assert.deepEqual([body.token_type, body.scope, body.expires_in], ["Bearer", "sql", 3600]);
  assert.deepEqual([headers.get("cache-control"), headers.get("pragma")], ["no-store", "no-cache"]);
  const { status } = await world.send("GET", "/api/2.0/sql/warehouses", {}, String((body as JsonObject).access_token));
  assert.equal(status, 200);
}

/** The token endpoint at one of its two addresses, `at` its path's parameters. */
function rowAt(path: string, at: (world: WireWorld) => Ask, also: readonly Refusal[]): Row {
  const form = (world: WireWorld, fields: Fields, headers: Fields = {}): Ask => ({
    ...at(world),
    headers: { ...FORM, ...headers },
    body: String(new URLSearchParams(fields)),
  });
  const refused = (because: string, fields: Fields, code: string, message: RegExp, headers?: Fields): Refusal => ({
    because,
    as: null,
    ask: (world) => form(world, fields, headers),
    status: 400,
    code,
    message,
  });
  const noClient = (because: string, fields: Fields, headers?: Fields): Refusal => ({
    ...refused(
      because,
      { grant_type: "client_credentials", ...fields },
      "invalid_client",
      /^Client authentication failed/,
      headers,
    ),
    status: 401,
  });
  const raw = (because: string, body: string, code: string, message: RegExp): Refusal => ({
    ...refused(because, {}, code, message),
    ask: (world) => ({ ...at(world), headers: FORM, body }),
  });
  const limited = async (world: WireWorld, scope: string): Promise<Ask> => {
    const { id, secret } = await world.client(["sql"]);
    return form(world, { grant_type: "client_credentials", scope }, basic(id, secret));
  };
  const tooMany: Refusal = {
    ...refused(
      "a client that failed too often",
      {},
      "temporarily_unavailable",
      /^Too many attempts\. Try again in \d+ seconds\.$/,
    ),
    status: 429,
    ask: async (world) => {
      const fields = { grant_type: "client_credentials", client_id: `guesser at ${path}`, client_secret: "x" };
      const sent = form(world, fields);
      for (let i = 0; i < FAILURES_MAX; i += 1) await world.send("POST", path, sent, null);
      return sent;
    },
  };
  const exchange = { grant_type: EXCHANGE, subject_token: "x", subject_token_type: JWT };
  return {
    of: `POST ${path}`,
    success: { as: "stranger", ask: (world) => limited(world, "sql"), shows: givesToken },
    unauthenticated: [
      noClient("no client", {}),
      noClient("a client that is none", { client_id: "nobody", client_secret: "x" }),
      noClient("a header that is no Basic one", {}, { authorization: "Basic !" }),
    ],
    scope: [
      {
        ...refused("a scope that the secret was not given", {}, "access_denied", /'all-apis'.* not assigned/),
        ask: (world) => limited(world, "all-apis"),
        status: 403,
      },
      { ...refused("a scope that is none", {}, "invalid_scope", /'magic'/), ask: (world) => limited(world, "magic") },
    ],
    forbidden: never("a client may have a token for itself; what that may do is asked where it is used"),
    hidden: [secretOf(form)],
    malformed: [
      raw("no body", "", "invalid_request", /'grant_type' is missing/),
      raw(
        "JSON where a form belongs",
        '{"grant_type":"client_credentials"}',
        "invalid_request",
        /'grant_type' is missing/,
      ),
      raw("a parameter twice", "grant_type=a&grant_type=b", "invalid_request", /'grant_type' was sent more than once/),
      raw("a broken escape", "grant_type=%zz", "invalid_request", /not percent-encoded UTF-8/),
      raw("bytes that are not UTF-8", "grant_type=%ff", "invalid_request", /not percent-encoded UTF-8/),
      refused(
        "a grant that is none",
        { grant_type: "__proto__" },
        "unsupported_grant_type",
        /'__proto__' is not supported/,
      ),
      refused(
        "a secret in the header and in the body",
        { grant_type: "client_credentials", client_id: "a", client_secret: "b" },
        "invalid_request",
        /Send the client's secret once/,
        basic("a", "b"),
      ),
      refused("no subject token", { grant_type: EXCHANGE }, "invalid_request", /'subject_token' is missing/),
      refused(
        "a subject token of no kind",
        { ...exchange, subject_token_type: "x" },
        "invalid_request",
        /must be urn:ietf/,
      ),
      refused("a subject token that is no JWT", exchange, "invalid_grant", /is not a JWT/),
      refused(
        "an actor's token",
        { ...exchange, actor_token: "x" },
        "invalid_request",
        /'actor_token' is not supported/,
      ),
    ],
    also: [...also, tooMany],
  };
}

/** A client that there is and one that there is not, each by a wrong secret. */
function secretOf(form: (world: WireWorld, fields: Fields) => Ask): Hidden {
  const id = "01a20c76-a23f-7a3e-8b92-81979648ffff";
  return {
    as: ["stranger"],
    names: (world) => [world.client_id, id],
    ask: (client_id, world) => form(world, { grant_type: "client_credentials", client_id, client_secret: "wrong" }),
    status: 401,
    code: "invalid_client",
  };
}

export const tokenRows: readonly Row[] = [
  rowAt("/oidc/v1/token", () => ({}), []),
  rowAt(
    "/oidc/accounts/{account_id}/v1/token",
    (world) => ({ path: { account_id: world.platform.services.site.account_id } }),
    [
      {
        because: "an account that is not served here",
        as: null,
        ask: () => ({ path: { account_id: "another" }, headers: FORM, body: "grant_type=client_credentials" }),
        status: 404,
        code: "invalid_request",
        message: /^No account 'another' is served here/,
      },
    ],
  ),
];
