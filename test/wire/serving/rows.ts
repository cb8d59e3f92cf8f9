import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, NOTHING_NAMED, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Answer, Ask, Person, WireWorld } from "../world.ts";
import { observationRows } from "./observation.ts";
import { refusedServingRows } from "./refused.ts";

const messages = [{ role: "user", content: "How deep is it?" }];
const contents = [{ role: "user", parts: [{ text: "How deep is it?" }] }];

/** An endpoint by its name in the path, or in the body as `model`. */
const hiddenInPath: Hidden = {
  as: ["stranger"],
  names: () => ["pilot", "pilut"],
  ask: (name) => ({ path: { name }, body: { input: "hello" } }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
};
const hiddenInBody = (body: object): Hidden => ({ ...hiddenInPath, ask: (model) => ({ body: { ...body, model } }) });

const mayOnlyView = (name: string, ask: Ask): Refusal => ({
  because: "somebody who may only view it",
  as: "reader",
  ask: () => ask,
  status: 403,
  code: "PERMISSION_DENIED",
  message: new RegExp(`CAN_QUERY on ENDPOINT '${name}'.* Ask the owner of Serving endpoint '${name}'`),
});

const bad = (because: string, ask: Ask, message: RegExp, code = "BAD_REQUEST"): Refusal => ({
  because,
  ask: () => ask,
  status: 400,
  code,
  message,
});

const chatCompletions = (path: string): Row => ({
  of: `POST ${path}`,
  success: {
    ask: () => ({ body: { model: "radio", messages } }),
    shows: ({ body, headers }) => {
      assert.deepEqual([body.object, headers.get("served-model-name")], ["chat.completion", "lakeward-offline"]);
      assert.equal((body.choices as JsonObject[])[0]?.finish_reason, "stop");
    },
  },
  forbidden: [mayOnlyView("radio", { body: { model: "radio", messages } })],
  hidden: [{ ...hiddenInBody({ messages }), names: () => ["radio", "rodio"] }],
  malformed: [
    bad("no message", { body: { model: "radio", messages: [] } }, /'messages' must not/),
    bad("an agent's name", { body: { model: "pilot", messages } }, /serves an agent/),
    bad("an embedding model's name", { body: { model: "sonar", messages } }, /'sonar' serves an embedding model/),
    bad(
      "an option that agents alone take",
      { body: { model: "radio", messages, databricks_options: { return_trace: true } } },
      /databricks_options is not supported/,
    ),
  ],
});

/** An embedding model in OpenAI's protocol. */
const embeddings = (path: string): Row => ({
  of: `POST ${path}`,
  success: {
    ask: () => ({ body: { model: "sonar", input: ["How deep is it?", "Four fathoms."] } }),
    shows: ({ body, headers }) => {
      assert.deepEqual([body.object, headers.get("served-model-name")], ["list", "lakeward-embeddings"]);
      const lengths = (body.data as JsonObject[]).map((one) => (one.embedding as number[]).length);
      assert.deepEqual(lengths, [512, 512]);
    },
  },
  forbidden: [mayOnlyView("sonar", { body: { model: "sonar", input: "x" } })],
  hidden: [{ ...hiddenInBody({ input: "x" }), names: () => ["sonar", "sonor"] }],
  malformed: [
    bad("no text", { body: { model: "sonar", input: [] } }, /'input' must have from 1 to/),
    bad("an empty text", { body: { model: "sonar", input: ["a", ""] } }, /'input\[1\]' must not be empty/),
    bad("token ids", { body: { model: "sonar", input: [1, 2] } }, /token ids are not supported/),
    bad("other dimensions", { body: { model: "sonar", input: "x", dimensions: 8 } }, /'dimensions' can only be 512/),
    bad("a field that it does not have", { body: { model: "sonar", input: "x", api_base: "x" } }, /'api_base'/),
    bad(
      "a chat model's name",
      { body: { model: "radio", input: "x" } },
      /'radio' serves a chat model. Send 'messages'/,
    ),
    bad("an agent's name", { body: { model: "pilot", input: "x" } }, /'pilot' serves an agent. Send 'input'/),
  ],
});

const offline = { entity_name: "lakeward-offline" };

const wrong = (because: string, ask: Ask, message: RegExp): Refusal =>
  bad(because, ask, message, "INVALID_PARAMETER_VALUE");

const mayNot = (as: Person, ask: Ask): Refusal => ({
  because: "somebody who does not manage it",
  as,
  ask: () => ask,
  status: 403,
  code: "PERMISSION_DENIED",
  message: /CAN_MANAGE on /,
});

/** Name of a new endpoint, to be changed. */
async function made(world: WireWorld): Promise<string> {
  const name = world.fresh("relay");
  const body = { name, config: { served_entities: [offline] } };
  const { status, text } = await world.send("POST", "/api/2.0/serving-endpoints", { body }, world.token("admin"));
  assert.equal(status, 200, text);
  return name;
}

/** Another protocol in which the chat model is asked: what it is sent, and what it says then. */
interface Protocol {
  readonly path: string;
  readonly body: JsonObject;
  readonly shows: (body: JsonObject) => void;
  /** What the protocol calls its errors; Databricks' codes when not told. */
  readonly codes?: Codes;
}

interface Codes {
  readonly forbidden: string;
  readonly hidden: string;
  readonly malformed: string;
}

const databricks: Codes = {
  forbidden: "PERMISSION_DENIED",
  hidden: "RESOURCE_DOES_NOT_EXIST",
  malformed: "BAD_REQUEST",
};
const anthropic: Codes = {
  forbidden: "permission_error",
  hidden: "not_found_error",
  malformed: "invalid_request_error",
};
const google: Codes = { forbidden: "PERMISSION_DENIED", hidden: "NOT_FOUND", malformed: "INVALID_ARGUMENT" };

const protocols: readonly Protocol[] = [
  {
    path: "/serving-endpoints/completions",
    body: { prompt: "How deep is it?" },
    shows: (body) => assert.equal(body.object, "text_completion"),
  },
  {
    path: "/ai-gateway/openai/v1/responses",
    body: { input: "How deep is it?" },
    shows: (body) => assert.deepEqual([body.object, body.status], ["response", "completed"]),
  },
  {
    path: "/ai-gateway/anthropic/v1/messages",
    body: { max_tokens: 99, messages },
    shows: (body) => assert.deepEqual([body.type, body.stop_reason], ["message", "end_turn"]),
    codes: anthropic,
  },
];

const inProtocol = ({ path, body, shows, codes = databricks }: Protocol): Row => ({
  of: `POST ${path}`,
  success: {
    ask: () => ({ body: { ...body, model: "radio" } }),
    shows: (answer) => {
      shows(answer.body);
      assert.equal(answer.headers.get("served-model-name"), "lakeward-offline");
    },
  },
  forbidden: [{ ...mayOnlyView("radio", { body: { ...body, model: "radio" } }), code: codes.forbidden }],
  hidden: [{ ...hiddenInBody(body), names: () => ["radio", "rodio"], code: codes.hidden }],
  malformed: [
    bad(
      "a field that it does not have",
      { body: { ...body, model: "radio", api_base: "x" } },
      /'api_base'/,
      codes.malformed,
    ),
  ],
});

/** What is changed of an endpoint, each by a path of its own. */
const changes: readonly {
  readonly of: Row["of"];
  readonly body: object;
  readonly shows: (answer: Answer) => void;
  readonly refused: object;
  readonly says: RegExp;
}[] = [
  {
    of: "PUT /api/2.0/serving-endpoints/{name}/config",
    body: { served_entities: [{ ...offline, name: "second" }] },
    shows: ({ body }) => assert.equal((body.config as JsonObject).config_version, 2),
    refused: { served_entities: [{ ...offline, gpu: 1 }] },
    says: /served_entities\[0\]\.gpu' is not known/,
  },
  {
    of: "PUT /api/2.0/serving-endpoints/{name}/ai-gateway",
    body: { rate_limits: [{ calls: 9, renewal_period: "minute" }] },
    shows: ({ body }) => assert.deepEqual(body, { rate_limits: [{ calls: 9, renewal_period: "minute" }] }),
    refused: { rate_limits: [{ calls: -1, renewal_period: "minute" }] },
    says: /'rate_limits\[0\]\.calls' must be a whole number/,
  },
  {
    of: "PUT /api/2.0/serving-endpoints/{name}/rate-limits",
    body: { rate_limits: [{ calls: 9, key: "user", renewal_period: "minute" }] },
    shows: ({ body }) => assert.deepEqual(body.rate_limits, [{ calls: 9, key: "user", renewal_period: "minute" }]),
    refused: { rate_limits: [{ tokens: 1, renewal_period: "minute" }] },
    says: /calls for 'user' or 'endpoint' alone/,
  },
  {
    of: "PATCH /api/2.0/serving-endpoints/{name}/tags",
    body: { add_tags: [{ key: "team", value: "docks" }] },
    shows: ({ body }) => assert.deepEqual(body.tags, [{ key: "team", value: "docks" }]),
    refused: { add_tags: [{ name: "team" }] },
    says: /'add_tags\[0\]\.name' is not known/,
  },
];

export const servingRows: readonly Row[] = [
  {
    of: "POST /serving-endpoints/{name}/invocations",
    success: {
      ask: () => ({ path: { name: "pilot" }, body: { input: "hello", custom_inputs: { pier: 4 } } }),
      shows: async ({ body }, world) => {
        assert.deepEqual([body.object, body.status, body.model], ["response", "completed", "pilot"]);
        assert.deepEqual(body.custom_outputs, { got: { pier: 4 } });
        const of = "/serving-endpoints/{name}/invocations";
        const asked = { path: { name: "radio" }, body: { messages } };
        const { body: told } = await world.send("POST", of, asked, world.token("admin"));
        assert.deepEqual([told.object, told.model], ["chat.completion", "lakeward-offline"]);
      },
    },
    forbidden: [mayOnlyView("pilot", { path: { name: "pilot" }, body: { input: "hello" } })],
    hidden: [hiddenInPath],
    malformed: [
      bad("no input", { path: { name: "pilot" }, body: {} }, /needs 'input'.*serves an agent/),
      bad("messages to an agent", { path: { name: "pilot" }, body: { messages } }, /needs 'input'.*serves an agent/),
      bad("input to a model", { path: { name: "radio" }, body: { input: "hello" } }, /Unknown field 'input'/),
    ],
  },
  {
    of: "POST /serving-endpoints/responses",
    success: {
      ask: () => ({ body: { model: "pilot", input: [{ role: "user", content: "hello" }] } }),
      shows: ({ body }) => assert.deepEqual([body.object, body.status], ["response", "completed"]),
    },
    forbidden: [mayOnlyView("pilot", { body: { model: "pilot", input: "hello" } })],
    hidden: [hiddenInBody({ input: "hello" })],
    malformed: [
      bad("an unknown field to a model", { body: { model: "radio", input: "hello", api_base: "x" } }, /'api_base'/),
      bad("no input", { body: { model: "pilot" } }, /needs 'input'/),
    ],
  },
  ...["/serving-endpoints/chat/completions", "/ai-gateway/mlflow/v1/chat/completions"].map(chatCompletions),
  ...protocols.map(inProtocol),
  embeddings("/serving-endpoints/embeddings"),
  embeddings("/ai-gateway/mlflow/v1/embeddings"),
  {
    of: "POST /ai-gateway/gemini/v1beta/models/{target}",
    success: {
      ask: () => ({ path: { target: "radio:generateContent" }, body: { contents } }),
      shows: ({ body }) => assert.equal((body.candidates as JsonObject[])[0]?.finishReason, "STOP"),
    },
    forbidden: [mayOnlyView("radio", { path: { target: "radio:generateContent" }, body: { contents } })],
    hidden: [
      {
        ...hiddenInPath,
        names: () => ["radio", "rodio"],
        ask: (name) => ({ path: { target: `${name}:generateContent` }, body: { contents } }),
        code: google.hidden,
      },
    ],
    malformed: [
      bad(
        "another verb",
        { path: { target: "radio:tune" }, body: { contents } },
        /must end in one of/,
        google.malformed,
      ),
      bad(
        "a stream that is none",
        { path: { target: "radio:streamGenerateContent" }, body: { contents } },
        /alt=sse/,
        google.malformed,
      ),
      bad(
        "an unknown field",
        { path: { target: "radio:generateContent" }, body: { contents, api_base: "x" } },
        /api_base/,
        google.malformed,
      ),
    ],
  },
  {
    of: "GET /api/2.0/serving-endpoints",
    success: {
      as: "reader",
      ask: () => ({}),
      shows: async ({ body }, world) => {
        assert.deepEqual((body.endpoints as JsonObject[]).map((one) => one.name).toSorted(), [
          "pilot",
          "radio",
          "sonar",
        ]);
        const { body: seen } = await world.send("GET", "/api/2.0/serving-endpoints", {}, world.token("stranger"));
        assert.deepEqual(seen, { endpoints: [] });
      },
    },
    forbidden: never("every principal may list; it shows what they may know of"),
    hidden: never("it names nothing that could be hidden"),
    malformed: never("it takes nothing that could be wrong"),
  },
  {
    of: "GET /api/2.0/serving-endpoints/{name}",
    success: {
      as: "reader",
      ask: () => ({ path: { name: "pilot" } }),
      shows: ({ body, text }) => {
        assert.deepEqual([body.name, body.task], ["pilot", "agent/v1/responses"]);
        assert.doesNotMatch(text, /fixtures/, "where its code lies is nobody's business");
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [{ ...hiddenInPath, ask: (name) => ({ path: { name } }) }],
    malformed: never("it takes the name in its path alone"),
  },
  {
    of: "POST /api/2.0/serving-endpoints",
    success: {
      ask: (world) => ({ body: { name: world.fresh("relay"), config: { served_entities: [offline] } } }),
      shows: ({ body }) => {
        assert.deepEqual([body.task, body.creator], ["llm/v1/chat", "admin@lakeward.local"]);
        assert.deepEqual(body.state, { ready: "READY", config_update: "NOT_UPDATING" });
      },
    },
    forbidden: [mayNot("reader", { body: { name: "readers-own", config: { served_entities: [offline] } } })],
    hidden: NOTHING_NAMED,
    malformed: [
      wrong("no config", { body: { name: "empty" } }, /'config' must be an object/),
      wrong("an unknown field", { body: { name: "odd", config: {}, gpu: 1 } }, /'body\.gpu' is not known here/),
    ],
    also: [
      {
        because: "a name that another endpoint has",
        ask: () => ({ body: { name: "radio", config: { served_entities: [offline] } } }),
        status: 409,
        code: "RESOURCE_ALREADY_EXISTS",
        message: /'radio' already exists/,
      },
    ],
  },
  {
    of: "DELETE /api/2.0/serving-endpoints/{name}",
    success: {
      ask: async (world) => ({ path: { name: await made(world) } }),
      shows: ({ body }) => assert.deepEqual(body, {}),
    },
    forbidden: [mayNot("reader", { path: { name: "radio" } })],
    hidden: [{ ...hiddenInPath, ask: (name) => ({ path: { name } }) }],
    malformed: [],
  },
  ...changes.map(
    ({ of, body, shows, refused, says }): Row => ({
      of,
      success: { ask: async (world) => ({ path: { name: await made(world) }, body }), shows },
      forbidden: [mayNot("reader", { path: { name: "radio" }, body })],
      hidden: [{ ...hiddenInPath, ask: (name) => ({ path: { name }, body }) }],
      malformed: [wrong("a field that it does not have", { path: { name: "radio" }, body: refused }, says)],
    }),
  ),
  ...observationRows,
  ...refusedServingRows,
];
