import { Type } from "typebox";
import { type Endpoint, openEndpoint, Reply } from "../endpoint.ts";
import { refuseOtherSites } from "./authorize.ts";

const LOGOUT = "whoever holds the browser may log it out";
const PATH = "/oidc/v1/logout";

/** OpenID Connect RP-Initiated Logout 1.0 section 2. */
const parameters = {
  id_token_hint: Type.Optional(Type.String()),
  logout_hint: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  post_logout_redirect_uri: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
  ui_locales: Type.Optional(Type.String()),
};
const Page = Type.String();

const logout = (["GET", "POST"] as const).map((method) =>
  openEndpoint({
    method,
    path: PATH,
    open: LOGOUT,
    errors: "oauth",
    ...(method === "POST" && { accepts: "form" as const }),
    input: Type.Object(parameters),
    output: Page,
    run: async ({ identity }, input, { cookie }) =>
      new Reply(await identity.authorization.logout(new URLSearchParams({ ...input }), cookie)),
  }),
);

const confirmLogout = openEndpoint({
  method: "POST",
  path: `${PATH}/confirm`,
  open: LOGOUT,
  errors: "oauth",
  accepts: "form",
  input: Type.Object({ xsrf: Type.String(), logout: Type.Literal("yes") }),
  output: Page,
  run: async ({ identity }, form, { cookie, headers, doorway }) => {
    refuseOtherSites(headers);
    return new Reply(await identity.authorization.confirmLogout(form, cookie, doorway));
  },
});

const loggedOut = openEndpoint({
  method: "GET",
  path: `${PATH}/success`,
  open: "it says the same to everyone",
  errors: "oauth",
  input: Type.Object({}),
  output: Page,
  run: async ({ identity }) => new Reply(await identity.authorization.loggedOut()),
});

export const logoutEndpoints: readonly Endpoint[] = [...logout, confirmLogout, loggedOut];
