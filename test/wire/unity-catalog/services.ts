import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask, WireWorld } from "../world.ts";

const UC = "/api/2.1/unity-catalog";
const parent = "schemas/marina.north";

const routed = {
  routing: {
    destinations: [
      {
        name: "own",
        destination_type: "DESTINATION_TYPE_PAY_PER_TOKEN_FOUNDATION_MODEL",
        pay_per_token_config: { model: "models/system.ai.radio" },
      },
    ],
  },
};
const provided = {
  provider_type: "EXTERNAL_MODEL_PROVIDER_TYPE_OPENAI",
  openai: { direct: { api_key: { plaintext: "sk-wire" } } },
  targets: [{ model: "m", native_api_types: ["openai/v1/chat/completions"] }],
};

/** One kind of service: both have the same endpoints. */
interface Kind {
  readonly path: string;
  readonly id: string;
  readonly list: string;
  readonly word: string;
  /** Name of one that nobody but the administrator may know of. */
  readonly concealed: string;
  readonly config: object;
  /** A configuration that is refused, and in which words. */
  readonly wrong: object;
  readonly says: RegExp;
}

const kinds: readonly Kind[] = [
  {
    path: `${UC}/model-provider-services`,
    id: "model_provider_service_id",
    list: "model_provider_services",
    word: "Model provider service",
    concealed: "cellar",
    config: provided,
    wrong: { ...provided, provider_type: "EXTERNAL_MODEL_PROVIDER_TYPE_PALM" },
    says: /'config\.provider_type' must be one of/,
  },
  {
    path: `${UC}/model-services`,
    id: "model_service_id",
    list: "model_services",
    word: "Model service",
    concealed: "vessel",
    config: routed,
    wrong: { routing: { destinations: [] } },
    says: /must hold at least one destination/,
  },
];

const wrong = (because: string, ask: Ask | ((world: WireWorld) => Promise<Ask>), message: RegExp): Refusal => ({
  because,
  ask: typeof ask === "function" ? ask : () => ask,
  status: 400,
  code: "INVALID_PARAMETER_VALUE",
  message,
});

function rowsOf({ path, id, list, word, concealed, config, wrong: refused, says }: Kind): readonly Row[] {
  /** Full name of a new service. */
  const made = async (world: WireWorld): Promise<string> => {
    const name = world.fresh("service");
    const ask = { body: { parent, [id]: name, config, comment: "ours" } };
    const { status, text } = await world.send("POST", path, ask, world.token("admin"));
    assert.equal(status, 200, text);
    return `marina.north.${name}`;
  };
  const ofMade =
    (more: (full_name: string) => Ask = () => ({})) =>
    async (world: WireWorld): Promise<Ask> => {
      const full_name = await made(world);
      return { path: { full_name }, ...more(full_name) };
    };
  const hiddenSchema = (ask: (parent: string) => Ask): Hidden => ({
    as: ["stranger"],
    names: () => ["marina.north", "marina.nurth"],
    ask: (name) => ask(`schemas/${name}`),
    status: 404,
    code: "SCHEMA_DOES_NOT_EXIST",
  });
  const hidden = (more: Ask): Hidden => ({
    as: ["stranger", "neighbour"],
    names: () => [`marina.north.${concealed}`, `marina.north.${concealed.replace("e", "a")}`],
    ask: async (full_name, world) => {
      const ask = { body: { parent, [id]: concealed, config } };
      const { status } = await world.send("POST", path, ask, world.token("admin"));
      assert.ok(status === 200 || status === 409, "it is there, now or since before");
      return { path: { full_name }, ...more };
    },
    status: 404,
    code: "RESOURCE_DOES_NOT_EXIST",
  });
  const update = { body: { update_mask: "comment", comment: "theirs" } };
  const mayNot = (ask: Ask | ((world: WireWorld) => Promise<Ask>), message: RegExp): Refusal => ({
    because: "somebody who may do nothing with it",
    as: "neighbour",
    ask: typeof ask === "function" ? ask : () => ask,
    status: 403,
    code: "PERMISSION_DENIED",
    message,
  });
  /** The neighbour is let know of it. */
  const known =
    (more: Ask) =>
    async (world: WireWorld): Promise<Ask> => {
      const full_name = await made(world);
      const type = word.toLowerCase().replaceAll(" ", "_");
      const changes = [{ principal: "neighbour@board.org", add: ["EXECUTE"] }];
      const granted = { path: { securable_type: type, full_name }, body: { changes } };
      const grant = `${UC}/permissions/{securable_type}/{full_name}`;
      assert.equal((await world.send("PATCH", grant, granted, world.token("admin"))).status, 200);
      return { path: { full_name }, ...more };
    };
  return [
    {
      of: `GET ${path}`,
      success: {
        ask: async (world) => {
          await made(world);
          return { query: { parent, view: "FULL" } };
        },
        shows: ({ body }) => assert.ok((body[list] as JsonObject[]).every((one) => one.effective_owner !== undefined)),
      },
      forbidden: WHOEVER_KNOWS,
      hidden: [hiddenSchema((one) => ({ query: { parent: one } }))],
      malformed: [wrong("no schema", { query: { parent: "marina.north" } }, /'parent' must be 'schemas\//)],
    },
    {
      of: `POST ${path}`,
      success: {
        ask: (world) => ({ body: { parent, [id]: world.fresh("new"), config } }),
        shows: ({ body, text }) => {
          assert.match(String(body.name), /^model-(provider-)?services\/marina\.north\.new/);
          assert.doesNotMatch(text, /sk-wire/);
        },
      },
      forbidden: [mayNot({ body: { parent, [id]: "x", config } }, /CREATE_SERVICE on SCHEMA/)],
      hidden: [hiddenSchema((one) => ({ body: { parent: one, [id]: "x", config } }))],
      malformed: [
        wrong("what it cannot be", { body: { parent, [id]: "x", config: refused } }, says),
        wrong("a field that it does not have", { body: { parent, [id]: "x", config, size: 1 } }, /size/),
        wrong("a name with a dot", { body: { parent, [id]: "a.b", config } }, /cannot name a model/),
      ],
      also: [
        {
          because: "a name that is taken",
          ask: async (world) => {
            const name = (await made(world)).split(".")[2]!;
            return { body: { parent, [id]: name, config } };
          },
          status: 409,
          code: "RESOURCE_ALREADY_EXISTS",
          message: /already exists/,
        },
      ],
    },
    {
      of: `GET ${path}/{full_name}`,
      success: { ask: ofMade(), shows: ({ body }) => assert.equal(body.comment, "ours") },
      forbidden: [
        {
          because: "somebody who is told of it by MANAGE alone, without USE SCHEMA",
          as: "reader",
          ask: async (world) => {
            const full_name = await made(world);
            const type = word.toLowerCase().replaceAll(" ", "_");
            const changes = [{ principal: "reader@board.org", add: ["MANAGE"] }];
            const granted = { path: { securable_type: type, full_name }, body: { changes } };
            const grant = `${UC}/permissions/{securable_type}/{full_name}`;
            assert.equal((await world.send("PATCH", grant, granted, world.token("admin"))).status, 200);
            return { path: { full_name } };
          },
          status: 403,
          code: "PERMISSION_DENIED",
          message: /USE_SCHEMA on SCHEMA/,
        },
      ],
      hidden: [hidden({})],
      malformed: { never: "it takes the name in its path alone" },
    },
    {
      of: `PATCH ${path}/{full_name}`,
      success: { ask: ofMade(() => update), shows: ({ body }) => assert.equal(body.comment, "theirs") },
      forbidden: [mayNot(known(update), /MANAGE on /)],
      hidden: [hidden(update)],
      malformed: [
        wrong(
          "a part that it does not have",
          ofMade(() => ({ body: { update_mask: "owner" } })),
          /'owner'/,
        ),
        wrong(
          "no etag",
          ofMade(() => ({ body: { ...update.body, etag: "x" } })),
          /'etag' must be/,
        ),
      ],
    },
    {
      of: `DELETE ${path}/{full_name}`,
      success: { ask: ofMade(), shows: ({ body }) => assert.deepEqual(body, {}) },
      forbidden: [mayNot(known({}), /MANAGE on /)],
      hidden: [hidden({})],
      malformed: [
        wrong(
          "no etag",
          ofMade(() => ({ query: { etag: "x" } })),
          /'etag' must be/,
        ),
      ],
    },
  ];
}

/** Services of a schema. */
export const serviceRows: readonly Row[] = kinds.flatMap(rowsOf);
