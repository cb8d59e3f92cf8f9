import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Hidden, never, OPEN, type Refusal, type Row } from "../row.ts";
import { type Ask, PASSWORD, type WireWorld } from "../world.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const AUTHORIZE = "/oidc/v1/authorize";
const INTERACTION = "/oidc/v1/interaction/{uid}";

type Fields = Readonly<Record<string, string>>;

/** What the CLI asks for. */
const parameters: Fields = {
  client_id: "databricks-cli",
  redirect_uri: "http://localhost:8020",
  response_type: "code",
  state: "s1",
  code_challenge: createHash("sha256").update("a verifier, of which nobody knows but who made it").digest("base64url"),
  code_challenge_method: "S256",
  scope: "all-apis offline_access",
};

const form = (fields: Fields, headers: Fields = {}): Ask => ({
  headers: { ...FORM, ...headers },
  body: String(new URLSearchParams(fields)),
});

/** A login that somebody has begun: its id, and the cookies by which their browser goes on. */
interface Begun {
  readonly uid: string;
  readonly cookie: string;
}

export const cookiesOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");

async function begin(world: WireWorld): Promise<Begun> {
  const { status, headers, text } = await world.send("GET", AUTHORIZE, { query: parameters }, null);
  assert.equal(status, 303, text);
  return { uid: headers.get("location")!.split("/").at(-1)!, cookie: cookiesOf(headers) };
}

const at = ({ uid, cookie }: Begun, more: Ask = {}): Ask => ({
  ...more,
  path: { uid },
  headers: { ...more.headers, cookie },
});

const logIn = (name: string, password: string): Ask => form({ name, password, answer: "login" });

/** Where the authorization goes on after somebody has logged in: not the reader, whose password others get wrong until the account is locked. */
export async function loggedIn(world: WireWorld): Promise<Ask> {
  const begun = await begin(world);
  const sent = at(begun, logIn("neighbour@board.org", PASSWORD));
  const { status, headers, text } = await world.send("POST", INTERACTION, sent, null);
  assert.equal(status, 303, text);
  const cookies = [begun.cookie, cookiesOf(headers)].filter((one) => one !== "").join("; ");
  return at({ uid: headers.get("location")!.split("/").at(-1)!, cookie: cookies });
}

const elsewhere = (begun: Begun, position: string): Ask => {
  const { path, ...rest } = at(begun);
  return { ...rest, path: { ...path, position } };
};

/** The reader has logged in at the other provider and is sent back. */
async function comeBack(world: WireWorld): Promise<Ask> {
  const path = `${INTERACTION}/login/{position}`;
  const { headers, text } = await world.send("GET", path, elsewhere(await begin(world), "0"), null);
  const { searchParams } = new URL(await world.provider.logIn(headers.get("location") ?? text, "reader@board.org"));
  return { query: Object.fromEntries(searchParams), headers: { cookie: cookiesOf(headers) } };
}

const withState = (ask: Ask, state: string): Ask => ({ ...ask, query: { ...ask.query, state } });

/** One login for both questions of a test of hidden names: pages differ by the login they belong to. */
const shared = new WeakMap<WireWorld, Promise<Begun>>();
function sharedLogin(world: WireWorld): Promise<Begun> {
  const begun = shared.get(world) ?? begin(world);
  shared.set(world, begun);
  return begun;
}

const wrongPassword: Hidden = {
  as: ["stranger"],
  names: () => ["neighbour@board.org", "neighbeur@board.org"],
  ask: async (name, world) => at(await sharedLogin(world), logIn(name, "wrong")),
  status: 401,
};

const refused = (because: string, ask: Refusal["ask"], message: RegExp, code = "invalid_request"): Refusal => ({
  because,
  as: null,
  ask,
  status: 400,
  code,
  message,
});

const page = (because: string, ask: Refusal["ask"], message: RegExp, status = 400): Refusal => ({
  because,
  as: null,
  ask,
  status,
  message,
});

const ENDED = /It has ended, or was begun in another browser/;
const open = { unauthenticated: OPEN, scope: OPEN, forbidden: OPEN, hidden: OPEN };
const asksToLogIn = (location: string | null): void => assert.match(location ?? "", /\/oidc\/v1\/interaction\/[\w-]+$/);

/** What may not be redirected, since nobody can be sure where to: it is told to the person's browser. */
function wrongRequests(sent: (fields: Fields) => Ask): readonly Refusal[] {
  const without = (name: string): Fields =>
    Object.fromEntries(Object.entries(parameters).filter(([one]) => one !== name));
  return [
    refused("no client", () => sent(without("client_id")), /client_id/),
    refused("a client that is none", () => sent({ ...parameters, client_id: "nobody" }), /client/, "invalid_client"),
    refused(
      "another address",
      () => sent({ ...parameters, redirect_uri: "https://evil.example" }),
      /redirect_uri/,
      "invalid_redirect_uri",
    ),
  ];
}

export const loginRows: readonly Row[] = [
  {
    of: `GET ${AUTHORIZE}`,
    success: {
      ask: () => ({ query: parameters }),
      status: 303,
      shows: ({ headers }) => asksToLogIn(headers.get("location")),
    },
    ...open,
    malformed: [
      ...wrongRequests((query) => ({ query })),
      refused("a client twice", () => ({ query: { ...parameters, client_id: ["databricks-cli", "x"] } }), /client_id/),
    ],
  },
  {
    of: `POST ${AUTHORIZE}`,
    success: {
      ask: () => form(parameters),
      status: 303,
      shows: ({ headers }) => asksToLogIn(headers.get("location")),
    },
    ...open,
    malformed: [
      ...wrongRequests((fields) => form(fields)),
      refused(
        "a parameter twice",
        () => ({ headers: FORM, body: "state=a&state=b" }),
        /'state' was sent more than once/,
      ),
    ],
  },
  {
    of: "GET /oidc/accounts/{account_id}/v1/authorize",
    success: {
      ask: ({ platform }) => ({ path: { account_id: platform.services.site.account_id }, query: parameters }),
      status: 303,
      shows: ({ headers }) => asksToLogIn(headers.get("location")),
    },
    ...open,
    malformed: [
      refused(
        "no client",
        ({ platform }) => ({ path: { account_id: platform.services.site.account_id }, query: { scope: "all-apis" } }),
        /client_id/,
      ),
    ],
    also: [
      {
        ...refused(
          "an account that is not served here",
          () => ({ path: { account_id: "another" } }),
          /^No account 'another'/,
        ),
        status: 404,
      },
    ],
  },
  {
    of: `GET ${AUTHORIZE}/{uid}`,
    success: {
      ask: loggedIn,
      status: 303,
      shows: ({ headers }) => asksToLogIn(headers.get("location")),
    },
    ...open,
    malformed: [refused("a login that nobody began", () => ({ path: { uid: "nothing" } }), /expired|not found/)],
  },
  {
    of: `GET ${INTERACTION}`,
    success: {
      ask: async (world) => at(await begin(world)),
      shows: ({ text }) => assert.match(text, /Databricks CLI.*<form method="post"/s),
    },
    ...open,
    malformed: [
      page("a login that nobody began", () => ({ path: { uid: "nothing" } }), ENDED),
      page("a login of another browser", async (world) => ({ path: { uid: (await begin(world)).uid } }), ENDED),
    ],
  },
  {
    of: `POST ${INTERACTION}`,
    success: {
      ask: async (world) => at(await begin(world), logIn("reader@board.org", PASSWORD)),
      status: 303,
      shows: ({ headers }) => assert.match(headers.get("location") ?? "", /\/oidc\/v1\/authorize\/[\w-]+$/),
    },
    unauthenticated: [
      page(
        "a wrong password",
        async (world) => at(await begin(world), logIn("reader@board.org", "wrong")),
        /Name or password is wrong/,
        401,
      ),
      page("no password", async (world) => at(await begin(world), form({ answer: "login" })), /Name or password/, 401),
    ],
    scope: OPEN,
    forbidden: never("whoever proves who they are may log in"),
    hidden: [wrongPassword],
    malformed: [
      page("a login that nobody began", () => ({ path: { uid: "nothing" }, ...form({ answer: "allow" }) }), ENDED),
      refused(
        "an answer twice",
        async (world) => at(await begin(world), { headers: FORM, body: "answer=allow&answer=refuse" }),
        /'answer' was sent more than once/,
      ),
      refused(
        "a form that another site sent",
        async (world) => at(await begin(world), form({ answer: "allow" }, { "sec-fetch-site": "cross-site" })),
        /sent from another site/,
      ),
    ],
    also: [
      page(
        "a person who failed too often here",
        async (world) => {
          const sent = at(await begin(world), logIn("guesser@board.org", "wrong"));
          for (let i = 0; i < 5; i += 1) await world.send("POST", INTERACTION, sent, null);
          return sent;
        },
        /Too many attempts\. Try again in \d+ seconds/,
        429,
      ),
    ],
  },
  {
    of: `GET ${INTERACTION}/login/{position}`,
    success: {
      ask: async (world) => elsewhere(await begin(world), "0"),
      status: 303,
      shows: ({ headers }) => assert.match(headers.get("location") ?? "", /^https:\/\/localhost:\d+\/auth\?.*nonce=/),
    },
    ...open,
    malformed: [
      page("a login that nobody began", () => ({ path: { uid: "nothing", position: "0" } }), ENDED),
      page("no such provider", async (world) => elsewhere(await begin(world), "7"), /no such login provider/, 404),
      refused("no number", async (world) => elsewhere(await begin(world), "x"), /position/),
    ],
    also: [
      page("a provider that is away", async (world) => elsewhere(await begin(world), "1"), /cannot be reached/, 502),
    ],
  },
  {
    of: "GET /oidc/v1/callback",
    success: {
      ask: comeBack,
      status: 303,
      shows: ({ headers }) => assert.match(headers.get("location") ?? "", /\/interaction\/[\w-]+\?ticket=/),
    },
    ...open,
    malformed: [
      page("no login", () => ({}), /begun in another browser/),
      page("another state", async (world) => withState(await comeBack(world), "other"), /begun in another browser/),
      page("another browser", async (world) => ({ ...(await comeBack(world)), headers: {} }), /another browser/),
    ],
  },
  {
    of: "POST /oidc/v1/revoke",
    success: {
      ask: () => form({ token: "gone", client_id: "databricks-cli" }),
      shows: ({ body }) => assert.deepEqual(body, {}, "a token that is none needs no ending: RFC 7009 section 2.2"),
    },
    unauthenticated: [
      {
        ...refused(
          "a client that is none",
          () => form({ token: "x", client_id: "nobody" }),
          /client/,
          "invalid_client",
        ),
        status: 401,
      },
    ],
    scope: OPEN,
    forbidden: never("whoever holds a token may end it"),
    hidden: never("a token that is none is answered as one that was ended"),
    malformed: [
      refused("no token", () => form({ client_id: "databricks-cli" }), /^Missing required field: token$/),
      refused("a token twice", () => ({ headers: FORM, body: "token=a&token=b" }), /'token' was sent more than once/),
    ],
    also: [
      {
        ...refused(
          "a client that failed too often",
          async (world) => {
            const sent = form({ token: "x", client_id: "guesser at revoke" });
            for (let i = 0; i < 10; i += 1) await world.send("POST", "/oidc/v1/revoke", sent, null);
            return sent;
          },
          /^Too many attempts/,
          "temporarily_unavailable",
        ),
        status: 429,
      },
    ],
  },
];
