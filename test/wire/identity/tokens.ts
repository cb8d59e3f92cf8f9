import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { ANYONE, type Hidden, NO_INPUT, NOTHING_NAMED, never, type Refusal, type Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const OWNERS = never("whoever owns a token may do this, and nobody else but administrators knows of it");

/** A token is hidden from all but its owner and administrators. */
const hidden = (ask: (token_id: string) => Ask): Hidden => ({
  as: ["reader", "stranger"],
  names: (world) => [world.token_id, "00000000-0000-7000-8000-000000000000"],
  ask,
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
});

const patch = { token: { comment: "changed" }, update_mask: "comment" };

const badMask = (ask: (world: WireWorld) => Ask): Refusal => ({
  because: "a mask that names what cannot be changed",
  ask: (world) => ({ ...ask(world), body: { token: {}, update_mask: "owner_id" } }),
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message: /'update_mask' can name comment and scopes/,
});

const lifetime: Refusal = {
  because: "a lifetime of no time",
  ask: (world) => ({ body: { application_id: world.client_id, lifetime_seconds: 0 } }),
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message: /A lifetime must lie between 1 and/,
};

const autoscope: Refusal = {
  because: "scopes that are to be found out",
  ask: (world) => ({ body: { application_id: world.client_id, autoscope_enabled: true } }),
  status: 501,
  code: "NOT_IMPLEMENTED",
  message: /'autoscope_enabled' is not available/,
};

async function made({ platform }: WireWorld): Promise<string> {
  const { identity } = platform.services;
  const admin = await identity.users.find("admin@lakeward.local");
  return (await identity.tokens.create(admin!.id)).id;
}

const own: readonly Row[] = [
  {
    of: "POST /api/2.0/token/create",
    success: {
      as: "stranger",
      ask: () => ({ body: { comment: "mine", lifetime_seconds: 60 } }),
      shows: ({ body }) => {
        assert.match(String(body.token_value), /^dapi/);
        assert.equal((body.token_info as JsonObject).comment, "mine");
      },
    },
    forbidden: [
      {
        because: "a program to which no administrator gave personal tokens",
        as: null,
        ask: async (world) => {
          const { id, secret } = await world.client(["authentication"]);
          const form = {
            grant_type: "client_credentials",
            scope: "authentication",
            client_id: id,
            client_secret: secret,
          };
          const ask = {
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: String(new URLSearchParams(form)),
          };
          const { body } = await world.send("POST", "/oidc/v1/token", ask, null);
          return { body: {}, headers: { authorization: `Bearer ${String(body.access_token)}` } };
        },
        status: 403,
        code: "PERMISSION_DENIED",
        message: /^User does not have permission to use tokens\./,
      },
    ],
    hidden: NOTHING_NAMED,
    malformed: [lifetime],
    also: [autoscope],
  },
  {
    of: "GET /api/2.0/token/list",
    success: {
      as: "stranger",
      ask: () => ({}),
      shows: ({ text }, world) => assert.equal(text.includes(world.token_id), false),
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: NO_INPUT,
  },
  {
    of: "POST /api/2.0/token/delete",
    success: {
      ask: async (world) => ({ body: { token_id: await made(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: OWNERS,
    hidden: [hidden((token_id) => ({ body: { token_id } }))],
    malformed: [],
  },
  {
    of: "PATCH /api/2.0/token/{token_id}",
    success: {
      ask: ({ token_id }) => ({ path: { token_id }, body: patch }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: OWNERS,
    hidden: [hidden((token_id) => ({ path: { token_id }, body: patch }))],
    malformed: [badMask(({ token_id }) => ({ path: { token_id } }))],
  },
];

const PATH = "/api/2.0/token-management";

const managed: readonly Row[] = [
  {
    of: `POST ${PATH}/on-behalf-of/tokens`,
    success: {
      ask: ({ client_id }) => ({ body: { application_id: client_id, scopes: ["sql"] } }),
      shows: ({ body }) => assert.deepEqual((body.token_info as JsonObject).scopes, ["sql"]),
    },
    forbidden: never("whoever does not administer the account knows of no service principal"),
    hidden: [
      {
        as: ["reader", "stranger"],
        names: (world) => [world.client_id, "00000000-0000-7000-8000-000000000000"],
        ask: (application_id) => ({ body: { application_id } }),
        status: 404,
        code: "RESOURCE_DOES_NOT_EXIST",
      },
    ],
    malformed: [lifetime],
    also: [autoscope],
  },
  {
    of: `GET ${PATH}/tokens`,
    success: {
      ask: () => ({}),
      shows: ({ text }, world) => assert.ok(text.includes(world.token_id)),
    },
    forbidden: [
      {
        because: "somebody who administers nothing",
        as: "reader",
        ask: () => ({}),
        status: 403,
        code: "PERMISSION_DENIED",
        message: /ownership of WORKSPACE/,
      },
    ],
    hidden: NOTHING_NAMED,
    malformed: [],
  },
  {
    of: `GET ${PATH}/tokens/{token_id}`,
    success: {
      ask: ({ token_id }) => ({ path: { token_id } }),
      shows: ({ body }, world) => assert.equal((body.token_info as JsonObject).token_id, world.token_id),
    },
    forbidden: OWNERS,
    hidden: [hidden((token_id) => ({ path: { token_id } }))],
    malformed: never("it takes the id in its path alone"),
  },
  {
    of: `PATCH ${PATH}/tokens/{token_id}`,
    success: {
      ask: ({ token_id }) => ({ path: { token_id }, body: patch }),
      shows: ({ body }) => assert.equal(body.comment, "changed"),
    },
    forbidden: OWNERS,
    hidden: [hidden((token_id) => ({ path: { token_id }, body: patch }))],
    malformed: [badMask(({ token_id }) => ({ path: { token_id } }))],
  },
  {
    of: `DELETE ${PATH}/tokens/{token_id}`,
    success: {
      ask: async (world) => ({ path: { token_id: await made(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: OWNERS,
    hidden: [hidden((token_id) => ({ path: { token_id } }))],
    malformed: [],
  },
];

export const tokenRows: readonly Row[] = [...own, ...managed];
