import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { never, type Refusal, type Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const PATH = "/api/2.0/accounts/{account_id}/oauth2/custom-app-integrations";
const REDIRECT = "https://app.example/callback";

const NOT_HIDDEN = never("whoever does not administer the account is told so, whatever app it names");

const of = ({ platform }: WireWorld, more: Record<string, string> = {}): Ask => ({
  path: { account_id: platform.services.site.account_id, ...more },
});

async function registered(world: WireWorld): Promise<string> {
  const ask = { ...of(world), body: { name: world.fresh("app"), redirect_urls: [REDIRECT] } };
  const { body, text } = await world.send("POST", PATH, ask, world.token("admin"));
  assert.ok(body.integration_id, text);
  return String(body.integration_id);
}

const forbidden = (ask: Refusal["ask"]): readonly Refusal[] => [
  {
    because: "somebody who does not administer",
    as: "reader",
    ask,
    status: 403,
    code: "PERMISSION_DENIED",
    message: /./,
  },
];
const invalid = (because: string, ask: Refusal["ask"], message: RegExp, code = "INVALID_PARAMETER_VALUE"): Refusal => ({
  ...{ because, ask, status: 400, code, message },
});
const missing: Refusal = {
  because: "an app that there is not",
  ask: (world) => of(world, { integration_id: "none" }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /No app integration has the id 'none'/,
};
const elsewhere: Refusal = {
  because: "the id of another account",
  ask: (world) => ({
    ...of(world, { account_id: "another", integration_id: "none" }),
    body: { name: "x", redirect_urls: [REDIRECT] },
  }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /No account 'another' is served here/,
};
const withoutBody = (refusal: Refusal): Refusal => ({
  ...refusal,
  ask: async (world) => {
    const { body: _, ...rest } = await refusal.ask(world);
    return rest;
  },
});

export const customAppRows: readonly Row[] = [
  {
    of: `POST ${PATH}`,
    success: {
      ask: (world) => ({
        ...of(world),
        body: { name: world.fresh("app"), redirect_urls: [REDIRECT], confidential: true },
      }),
      shows: ({ body }) => assert.match(String(body.client_secret), /^dose/),
    },
    forbidden: forbidden((world) => ({ ...of(world), body: { name: "app", redirect_urls: [REDIRECT] } })),
    hidden: NOT_HIDDEN,
    malformed: [
      invalid("no address", (world) => ({ ...of(world), body: { name: "app" } }), /at least one address/),
      invalid(
        "no name",
        (world) => ({ ...of(world), body: { name: " ", redirect_urls: [REDIRECT] } }),
        /needs a 'name'/,
      ),
      invalid(
        "a scope that there is not",
        (world) => ({ ...of(world), body: { name: "app", redirect_urls: [REDIRECT], scopes: ["root"] } }),
        /Unknown scopes: 'root'/,
        "INVALID_SCOPE",
      ),
    ],
    also: [elsewhere],
  },
  {
    of: `GET ${PATH}`,
    success: {
      ask: async (world) => {
        await registered(world);
        return of(world);
      },
      shows: ({ body }) => assert.ok((body.apps as JsonObject[]).length > 0),
    },
    forbidden: forbidden((world) => of(world)),
    hidden: NOT_HIDDEN,
    malformed: [
      invalid(
        "a page_token that is not of this list",
        (world) => ({ ...of(world), query: { page_token: "!" } }),
        /'page_token' is not one of this list/,
      ),
    ],
    also: [withoutBody(elsewhere)],
  },
  {
    of: `GET ${PATH}/{integration_id}`,
    success: {
      ask: async (world) => of(world, { integration_id: await registered(world) }),
      shows: ({ body }) => assert.deepEqual(body.redirect_urls, [REDIRECT]),
    },
    forbidden: forbidden((world) => of(world, { integration_id: "none" })),
    hidden: NOT_HIDDEN,
    malformed: never("an id is any text"),
    also: [missing, withoutBody(elsewhere)],
  },
  {
    of: `PATCH ${PATH}/{integration_id}`,
    success: {
      ask: async (world) => ({ ...of(world, { integration_id: await registered(world) }), body: { scopes: ["sql"] } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: forbidden((world) => ({ ...of(world, { integration_id: "none" }), body: { scopes: ["sql"] } })),
    hidden: NOT_HIDDEN,
    malformed: [
      invalid("nothing", async (world) => of(world, { integration_id: "none" }), /Nothing is changed/),
      invalid(
        "a lifetime of a week",
        (world) => ({
          ...of(world, { integration_id: "none" }),
          body: { token_access_policy: { access_token_ttl_in_minutes: 10_080 } },
        }),
        /lies between 5 and 1440/,
      ),
    ],
    also: [{ ...missing, ask: (world) => ({ ...of(world, { integration_id: "none" }), body: { scopes: ["sql"] } }) }],
  },
  {
    of: `DELETE ${PATH}/{integration_id}`,
    success: {
      ask: async (world) => of(world, { integration_id: await registered(world) }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: forbidden((world) => of(world, { integration_id: "none" })),
    hidden: NOT_HIDDEN,
    malformed: [],
    also: [missing, withoutBody(elsewhere)],
  },
];
