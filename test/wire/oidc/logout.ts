import assert from "node:assert/strict";
import { never, OPEN, type Refusal, type Row } from "../row.ts";
import type { Ask } from "../world.ts";
import { cookiesOf, loggedIn } from "./login.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const PATH = "/oidc/v1/logout";
const NOT_LOGGED_IN = /This browser is not logged in here/;

type Fields = Readonly<Record<string, string>>;

const form = (fields: Fields, headers: Fields = {}): Ask => ({
  headers: { ...FORM, ...headers },
  body: String(new URLSearchParams(fields)),
});

const refused = (because: string, ask: Refusal["ask"], message: RegExp, code = "invalid_request"): Refusal => ({
  because,
  as: null,
  ask,
  status: 400,
  code,
  message,
});

const open = {
  unauthenticated: OPEN,
  scope: OPEN,
  forbidden: OPEN,
  hidden: never("it ends the caller's own session alone"),
};

const wrong = (sent: (fields: Fields) => Ask): readonly Refusal[] => [
  {
    ...refused("a client that is none", () => sent({ client_id: "nobody" }), /client/, "invalid_client"),
    status: 400,
  },
  refused("a hint that is no token", () => sent({ id_token_hint: "x" }), /could not decode id_token_hint/),
  refused(
    "an address that the client did not register",
    () => sent({ client_id: "databricks-cli", post_logout_redirect_uri: "https://evil.example" }),
    /post_logout_redirect_uri not registered/,
  ),
];

/** What a person does with it is in `test/identity/logout.test.ts`. */
export const logoutRows: readonly Row[] = [
  {
    of: `GET ${PATH}`,
    success: { ask: () => ({}), shows: ({ text }) => assert.match(text, NOT_LOGGED_IN) },
    ...open,
    malformed: wrong((query) => ({ query })),
  },
  {
    of: `POST ${PATH}`,
    success: { ask: () => form({}), shows: ({ text }) => assert.match(text, NOT_LOGGED_IN) },
    ...open,
    malformed: wrong((fields) => form(fields)),
  },
  {
    of: `POST ${PATH}/confirm`,
    success: {
      ask: async (world) => {
        const begun = await world.send("GET", "/oidc/v1/authorize/{uid}", await loggedIn(world), null);
        const cookie = cookiesOf(begun.headers);
        const { text } = await world.send("GET", PATH, { headers: { cookie } }, null);
        assert.match(text, /logged in as <strong>neighbour@board\.org/);
        return form({ xsrf: /name="xsrf" value="(\w+)"/.exec(text)![1]!, logout: "yes" }, { cookie });
      },
      status: 303,
      shows: ({ headers }) => {
        assert.match(headers.get("location") ?? "", /\/oidc\/v1\/logout\/success$/);
        assert.match(cookiesOf(headers), /lakeward_session=(;|$)/);
      },
    },
    ...open,
    malformed: [
      refused("no session", () => form({ xsrf: "x", logout: "yes" }), /could not find logout details/),
      refused("no answer", () => form({ xsrf: "x" }), /logout/),
      refused(
        "a form that another site sent",
        () => form({ xsrf: "x", logout: "yes" }, { "sec-fetch-site": "cross-site" }),
        /sent from another site/,
      ),
    ],
  },
  {
    of: `GET ${PATH}/success`,
    success: { ask: () => ({}), shows: ({ text }) => assert.match(text, NOT_LOGGED_IN) },
    ...open,
    malformed: never("it takes nothing"),
  },
];
