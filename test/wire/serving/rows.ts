import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";
import type { Ask } from "../world.ts";
import { refusedServingRows } from "./refused.ts";

const messages = [{ role: "user", content: "How deep is it?" }];

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
      bad("neither input nor messages", { path: { name: "pilot" }, body: {} }, /needs 'input'.* or 'messages'/),
      bad("messages to an agent", { path: { name: "pilot" }, body: { messages } }, /serves an agent\. Send 'input'/),
      bad("input to a model", { path: { name: "radio" }, body: { input: "hello" } }, /serves a chat model.*'messages'/),
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
      bad("a model's name", { body: { model: "radio", input: "hello" } }, /serves a chat model, not an agent/),
    ],
  },
  {
    of: "POST /serving-endpoints/chat/completions",
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
      bad("no message", { body: { model: "radio", messages: [] } }, /'messages' must not/, "INVALID_PARAMETER_VALUE"),
      bad("an agent's name", { body: { model: "pilot", messages } }, /serves an agent/),
      bad(
        "an option that agents alone take",
        { body: { model: "radio", messages, databricks_options: { return_trace: true } } },
        /databricks_options is not supported/,
      ),
    ],
  },
  {
    of: "GET /api/2.0/serving-endpoints",
    success: {
      as: "reader",
      ask: () => ({}),
      shows: async ({ body }, world) => {
        assert.deepEqual((body.endpoints as JsonObject[]).map((one) => one.name).toSorted(), ["pilot", "radio"]);
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
  ...refusedServingRows,
];
