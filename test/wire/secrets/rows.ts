import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { ANYONE, type Hidden, NO_INPUT, NOTHING_NAMED, never, type Refusal, type Row } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const PATH = "/api/2.0/secrets";

/** `vault` is the administrator's; reader may read it; the others know nothing of it. */
async function vault(world: WireWorld): Promise<string> {
  const admin = world.token("admin");
  const post = (path: string, body: object) => world.send("POST", `${PATH}/${path}`, { body }, admin);
  const { body } = await world.send("GET", `${PATH}/scopes/list`, {}, admin);
  if ((body.scopes as JsonObject[]).some((one) => one.name === "vault")) return "vault";
  await post("scopes/create", { scope: "vault" });
  await post("acls/put", { scope: "vault", principal: "reader@board.org", permission: "READ" });
  return "vault";
}

/** A scope of the administrator's with one secret. */
async function fresh(world: WireWorld): Promise<string> {
  const scope = world.fresh("scope");
  const admin = world.token("admin");
  await world.send("POST", `${PATH}/scopes/create`, { body: { scope } }, admin);
  await world.send("POST", `${PATH}/put`, { body: { scope, key: "k", string_value: "v" } }, admin);
  return scope;
}

const READERS = never("READ is the least that anybody has in a scope that they know of");

type Asking = (fields: Record<string, string>) => Ask;
const byBody: Asking = (body) => ({ body });
const byQuery: Asking = (query) => ({ query });

/** Nobody but administrators and those with a right knows of a scope. */
const hidden = (ask: Asking, more: Record<string, string> = {}): readonly Hidden[] => [
  {
    as: ["neighbour", "stranger"],
    names: () => ["vault", "vaunt"],
    ask: async (scope, world) => {
      await vault(world);
      return ask({ scope, ...more });
    },
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
  },
];

/** Somebody who may read in the scope, and no more. */
const readerMayNot = (ask: Asking, words: RegExp, more: Record<string, string> = {}): readonly Refusal[] => [
  {
    because: "somebody who may only read in it",
    as: "reader",
    ask: async (world) => ask({ scope: await vault(world), ...more }),
    status: 403,
    code: "PERMISSION_DENIED",
    message: words,
  },
];

const invalid = (because: string, ask: Refusal["ask"], message: RegExp): Refusal => ({
  because,
  ask,
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message,
});

const missing = (because: string, ask: Refusal["ask"]): Refusal => ({
  because,
  ask,
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
  message: /Secret does not exist with scope|has no permission of its own|There is no user/,
});

const scopes: readonly Row[] = [
  {
    of: `POST ${PATH}/scopes/create`,
    success: {
      as: "stranger",
      ask: (world) => ({ body: { scope: world.fresh("mine") } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: [invalid("a name that none can have", () => ({ body: { scope: "a/b" } }), /A scope has letters/)],
    also: [
      {
        because: "a backend that is not built",
        ask: () => ({ body: { scope: "kept-elsewhere", scope_backend_type: "AZURE_KEYVAULT" } }),
        status: 501,
        code: "NOT_IMPLEMENTED",
        message: /leave the backend out/,
      },
    ],
  },
  {
    of: `GET ${PATH}/scopes/list`,
    success: {
      as: "reader",
      ask: async (world) => {
        await vault(world);
        return {};
      },
      shows: async ({ body }, world) => {
        assert.ok((body.scopes as JsonObject[]).some((one) => one.name === "vault"));
        const seen = await world.send("GET", `${PATH}/scopes/list`, {}, world.token("neighbour"));
        assert.deepEqual(seen.body.scopes, []);
      },
    },
    forbidden: ANYONE,
    hidden: NOTHING_NAMED,
    malformed: NO_INPUT,
  },
  {
    of: `POST ${PATH}/scopes/delete`,
    success: {
      ask: async (world) => ({ body: { scope: await fresh(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: readerMayNot(byBody, /MANAGE on SECRET_SCOPE/),
    hidden: hidden(byBody),
    malformed: [],
  },
];

const values: readonly Row[] = [
  {
    of: `POST ${PATH}/put`,
    success: {
      ask: async (world) => ({ body: { scope: await vault(world), key: "k", string_value: "v" } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: readerMayNot(byBody, /WRITE on SECRET_SCOPE/, { key: "k", string_value: "v" }),
    hidden: hidden(byBody, { key: "k", string_value: "v" }),
    malformed: [
      invalid(
        "no value",
        async (world) => ({ body: { scope: await vault(world), key: "k" } }),
        /exactly one of 'string_value'/,
      ),
      invalid(
        "bytes that are not base64",
        async (world) => ({ body: { scope: await vault(world), key: "k", bytes_value: "%" } }),
        /not base64/,
      ),
    ],
  },
  {
    of: `GET ${PATH}/get`,
    success: {
      ask: async (world) => ({ query: { scope: await fresh(world), key: "k" } }),
      shows: ({ body }) => assert.deepEqual(body, { key: "k", value: "dg==" }),
    },
    forbidden: READERS,
    hidden: hidden(byQuery, { key: "k" }),
    malformed: [],
    also: [
      missing("a key that there is not", async (world) => ({ query: { scope: await vault(world), key: "none" } })),
    ],
  },
  {
    of: `GET ${PATH}/list`,
    success: {
      ask: async (world) => ({ query: { scope: await fresh(world) } }),
      shows: ({ body, text }) => {
        assert.deepEqual(
          (body.secrets as JsonObject[]).map(({ key }) => key),
          ["k"],
        );
        assert.equal(text.includes("dg=="), false);
      },
    },
    forbidden: READERS,
    hidden: hidden(byQuery),
    malformed: [],
  },
  {
    of: `POST ${PATH}/delete`,
    success: {
      ask: async (world) => ({ body: { scope: await fresh(world), key: "k" } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: readerMayNot(byBody, /WRITE on SECRET_SCOPE/, { key: "k" }),
    hidden: hidden(byBody, { key: "k" }),
    malformed: [],
    also: [missing("a key that there is not", async (world) => ({ body: { scope: await vault(world), key: "none" } }))],
  },
];

const ofReader = { principal: "reader@board.org" };

const acls: readonly Row[] = [
  {
    of: `POST ${PATH}/acls/put`,
    success: {
      ask: async (world) => ({ body: { scope: await fresh(world), ...ofReader, permission: "WRITE" } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: readerMayNot(byBody, /MANAGE on SECRET_SCOPE/, { ...ofReader, permission: "MANAGE" }),
    hidden: hidden(byBody, { ...ofReader, permission: "READ" }),
    malformed: [],
    also: [
      missing("a principal that there is not", async (world) => ({
        body: { scope: await vault(world), principal: "nobody", permission: "READ" },
      })),
    ],
  },
  {
    of: `GET ${PATH}/acls/get`,
    success: {
      ask: async (world) => ({ query: { scope: await vault(world), ...ofReader } }),
      shows: ({ body }) => assert.deepEqual(body, { ...ofReader, permission: "READ" }),
    },
    forbidden: readerMayNot(byQuery, /MANAGE on SECRET_SCOPE/, ofReader),
    hidden: hidden(byQuery, ofReader),
    malformed: [],
    also: [
      missing("a principal without a right", async (world) => ({
        query: { scope: await vault(world), principal: "stranger@board.org" },
      })),
    ],
  },
  {
    of: `GET ${PATH}/acls/list`,
    success: {
      ask: async (world) => ({ query: { scope: await vault(world) } }),
      shows: ({ body }) => assert.equal((body.items as JsonObject[]).length, 2),
    },
    forbidden: readerMayNot(byQuery, /MANAGE on SECRET_SCOPE/),
    hidden: hidden(byQuery),
    malformed: [],
  },
  {
    of: `POST ${PATH}/acls/delete`,
    success: {
      ask: async (world) => ({ body: { scope: await fresh(world), principal: "admin@lakeward.local" } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: readerMayNot(byBody, /MANAGE on SECRET_SCOPE/, ofReader),
    hidden: hidden(byBody, ofReader),
    malformed: [],
    also: [
      missing("a principal without a right", async (world) => ({
        body: { scope: await vault(world), principal: "stranger@board.org" },
      })),
    ],
  },
];

export const secretsRows: readonly Row[] = [...scopes, ...values, ...acls];
