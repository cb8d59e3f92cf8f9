import { Type } from "typebox";
import { Fault } from "#wire/errors.ts";
import { type Endpoint, openEndpoint, Reply } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { noAccount } from "./metadata.ts";

const LOGIN = "a person logs in here, and has no token before";

/** What a client sends; each parameter is checked by the authorization server, which answers the client by redirect. */
const AnyParameters = { additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]) };
const Page = Type.String();

type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** RFC 6749 section 3.1: parameters must not be sent more than once; the server says so when they are. */
function encoded(input: Parameters): URLSearchParams {
  const pairs = Object.entries(input).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  return new URLSearchParams(pairs);
}

const authorize = (["GET", "POST"] as const).map((method) =>
  openEndpoint({
    method,
    path: "/oidc/v1/authorize",
    open: LOGIN,
    errors: "oauth",
    ...(method === "POST" && { accepts: "form" as const }),
    input: Type.Object({}, AnyParameters),
    output: Page,
    run: async ({ identity }, input, { cookie }) =>
      new Reply(await identity.authorization.authorize(encoded(input as Parameters), cookie)),
  }),
);

const accountAuthorize = openEndpoint({
  method: "GET",
  path: "/oidc/accounts/{account_id}/v1/authorize",
  open: LOGIN,
  errors: "oauth",
  input: Type.Object({ account_id: Type.String() }, AnyParameters),
  output: Page,
  run: async ({ identity, site }, { account_id, ...input }, { cookie }) => {
    if (account_id !== site.account_id) throw noAccount(account_id);
    return new Reply(await identity.authorization.authorize(encoded(input as Parameters), cookie));
  },
});

const Interaction = Type.Object({ uid: Type.String() });

const resume = openEndpoint({
  method: "GET",
  path: "/oidc/v1/authorize/{uid}",
  open: LOGIN,
  errors: "oauth",
  input: Interaction,
  output: Page,
  run: async ({ identity }, { uid }, { cookie }) => new Reply(await identity.authorization.resume(uid, cookie)),
});

const showInteraction = openEndpoint({
  method: "GET",
  path: "/oidc/v1/interaction/{uid}",
  open: LOGIN,
  errors: "oauth",
  input: Type.Object({ uid: Type.String(), ticket: Type.Optional(Type.String()) }),
  output: Page,
  run: async ({ identity }, { uid, ticket }, { cookie, doorway }) => {
    const submitted = ticket === undefined ? undefined : { ticket };
    return new Reply(await identity.authorization.interaction(uid, submitted, cookie, doorway));
  },
});

const answerInteraction = openEndpoint({
  method: "POST",
  path: "/oidc/v1/interaction/{uid}",
  open: LOGIN,
  errors: "oauth",
  accepts: "form",
  input: Type.Object({
    uid: Type.String(),
    answer: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
  }),
  output: Page,
  run: async ({ identity }, { uid, ...submitted }, { cookie, headers, doorway }) => {
    refuseOtherSites(headers);
    return new Reply(await identity.authorization.interaction(uid, submitted, cookie, doorway));
  },
});

const loginElsewhere = openEndpoint({
  method: "GET",
  path: "/oidc/v1/interaction/{uid}/login/{position}",
  open: LOGIN,
  errors: "oauth",
  input: Type.Object({ uid: Type.String(), position: Type.Integer({ minimum: 0 }) }),
  output: Page,
  run: async ({ identity }, { uid, position }, { cookie, doorway }) =>
    new Reply(await identity.authorization.loginElsewhere(uid, position, cookie, doorway)),
});

/** Where another identity provider sends a person back to; register it there as `<public url>/oidc/v1/callback`. */
const callback = openEndpoint({
  method: "GET",
  path: "/oidc/v1/callback",
  open: LOGIN,
  errors: "oauth",
  input: Type.Object({}, AnyParameters),
  output: Page,
  run: async ({ identity }, input, { cookie, doorway }) =>
    new Reply(await identity.authorization.callback(encoded(input as Parameters), cookie, doorway)),
});

/** A browser says where a form was sent from; another site's form is never a person's answer. */
export function refuseOtherSites(headers: Readonly<Record<string, string>>): void {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    throw new Fault("BAD_REQUEST", "This form was sent from another site. Start the login again.");
}

const revoke = openEndpoint({
  method: "POST",
  path: "/oidc/v1/revoke",
  open: "whoever holds a refresh token may end it",
  errors: "oauth",
  accepts: "form",
  input: Type.Object({
    token: Type.String(),
    token_type_hint: Type.Optional(Type.String()),
    client_id: Type.Optional(Type.String()),
    client_secret: Type.Optional(Type.String()),
  }),
  output: Type.Object({}),
  run: async ({ identity }: Services, form, { doorway }) => {
    await identity.revoke(form, doorway);
    return {};
  },
});

export const authorizeEndpoints: readonly Endpoint[] = [
  ...authorize,
  accountAuthorize,
  resume,
  showInteraction,
  answerInteraction,
  loginElsewhere,
  callback,
  revoke,
];
