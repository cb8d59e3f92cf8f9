import assert from "node:assert/strict";
import type { JsonObject } from "#base/json.ts";
import { type Hidden, never, type Refusal, type Row, WHOEVER_KNOWS } from "../row.ts";

const PATH = "/api/2.0/serving-endpoints/{name}";

const hidden: Hidden = {
  as: ["stranger"],
  names: () => ["pilot", "pilut"],
  ask: (name) => ({ path: { name, served_model_name: "pilot" } }),
  status: 404,
  code: "RESOURCE_DOES_NOT_EXIST",
};

const mayOnlyView: Refusal = {
  because: "somebody who may only view it",
  as: "reader",
  ask: () => ({ path: { name: "pilot", served_model_name: "pilot" } }),
  status: 403,
  code: "PERMISSION_DENIED",
  message: /CAN_MANAGE on ENDPOINT 'pilot'/,
};

const inPath = never("it takes names in its path alone");

export const observationRows: readonly Row[] = [
  {
    of: `GET ${PATH}/openapi`,
    success: {
      as: "reader",
      ask: () => ({ path: { name: "radio" } }),
      shows: ({ text }) => {
        const { openapi, info, servers, paths } = JSON.parse(text);
        assert.deepEqual([openapi, info.title], ["3.1.0", "radio"]);
        assert.match(servers[0].url, /\/serving-endpoints\/radio$/);
        const { schema } = paths["/invocations"].post.requestBody.content["application/json"];
        assert.deepEqual(schema.required, ["messages"]);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [hidden],
    malformed: inPath,
  },
  {
    of: `GET ${PATH}/metrics`,
    success: {
      as: "reader",
      ask: () => ({ path: { name: "radio" } }),
      shows: ({ text, headers }) => {
        assert.match(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
        for (const name of ["request_count_total", "request_4xx_count_total", "request_5xx_count_total"])
          assert.match(text, new RegExp(`^# TYPE ${name} gauge\\n${name}\\{endpoint_name="radio"\\} \\d+$`, "m"));
        assert.match(text, /^request_latency_ms_bucket\{endpoint_name="radio",le="600000"\} \d+$/m);
      },
    },
    forbidden: WHOEVER_KNOWS,
    hidden: [hidden],
    malformed: inPath,
  },
  {
    of: `GET ${PATH}/served-models/{served_model_name}/logs`,
    success: {
      ask: () => ({ path: { name: "pilot", served_model_name: "pilot" } }),
      shows: ({ body }) => assert.equal(typeof body.logs, "string"),
    },
    forbidden: [mayOnlyView],
    hidden: [hidden],
    malformed: [
      {
        because: "a model, which has no process here",
        ask: () => ({ path: { name: "radio", served_model_name: "lakeward-offline" } }),
        status: 400,
        code: "BAD_REQUEST",
        message: /it has no logs/,
      },
    ],
    also: [
      {
        because: "a name that the endpoint does not serve",
        ask: () => ({ path: { name: "pilot", served_model_name: "radio" } }),
        status: 404,
        code: "RESOURCE_DOES_NOT_EXIST",
        message: /'pilot' serves no model 'radio'/,
      },
    ],
  },
  {
    of: `GET ${PATH}/served-models/{served_model_name}/build-logs`,
    success: {
      ask: () => ({ path: { name: "pilot", served_model_name: "pilot" } }),
      status: 400,
      shows: ({ body }: { readonly body: JsonObject }) => assert.match(String(body.message), /Nothing is built/),
    },
    forbidden: [mayOnlyView],
    hidden: [hidden],
    malformed: inPath,
  },
];
