import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError } from "openai";
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import { northeast, type Person, texas } from "../../samples/aviation/organisation/people.ts";
import { call } from "../../samples/aviation/workspace.ts";
import { assertAnswer, QUESTION } from "../sample/answer.ts";
import { type Board, openBoard } from "./openai-board.ts";

const AGENT = "safety-agent";
const MODEL = "workspace-chat";
const EMBEDDINGS = "workspace-embeddings";
const input = [{ role: "user" as const, content: QUESTION }];

/** What Databricks adds to the request and its answer; the client passes both through. */
const extra = { custom_inputs: { thread_id: "abc123" }, databricks_options: { return_trace: true } };

interface Trace {
  readonly info: { readonly trace_metadata: { readonly subject: string } };
  readonly data: {
    readonly spans: readonly {
      readonly name: string;
      readonly attributes: { readonly securables: readonly string[] };
    }[];
  };
}

interface Extended {
  readonly custom_outputs?: { readonly thread_id?: string; readonly tools_called?: readonly string[] };
  readonly databricks_output?: { readonly trace: Trace };
}

/** What the client's types leave out. */
const extended = (answer: object): Extended => answer as Extended;

function assertTrace(trace: Trace | undefined, { email }: Person): void {
  assert.equal(trace?.info.trace_metadata.subject, email);
  const spans = trace.data.spans.map(({ name, attributes }) => `${name} of ${attributes.securables.join(", ")}`);
  for (const hop of [
    "http endpoint.query of ENDPOINT workspace-chat",
    "mcp function.execute of FUNCTION aviation.safety.top_airports",
    "sql table.read_data of TABLE aviation.safety.strikes",
  ])
    assert.ok(spans.includes(hop), `${hop} is not in\n${spans.join("\n")}`);
}

let board: Board;
const clients = new Map<Person, OpenAI>();

before(async () => {
  board = await openBoard();
  for (const person of [texas, northeast]) clients.set(person, board.client(await board.tokenOf(person.email)));
});

after(() => board[Symbol.asyncDispose]());

describe("the OpenAI client and the sample agent", () => {
  for (const person of [texas, northeast]) {
    it(`gets the answer of ${person.name} whole, with the items that led to it, custom outputs and the trace`, async () => {
      const response = await clients.get(person)!.responses.create({ model: AGENT, input, ...extra });
      assertAnswer(response.output_text, person);
      assert.deepEqual(
        response.output.map(({ type }) => type),
        ["function_call", "function_call_output", "message"],
      );
      const { custom_outputs, databricks_output } = extended(response);
      assert.deepEqual(custom_outputs, { thread_id: "abc123", tools_called: ["aviation__safety__top_airports"] });
      assertTrace(databricks_output?.trace, person);
    });

    it(`gets the answer of ${person.name} as a stream, the trace on the message's end`, async () => {
      const stream = await clients.get(person)!.responses.create({ model: AGENT, input, stream: true, ...extra });
      const events = await Array.fromAsync(stream);
      const text = events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");
      assertAnswer(text, person);
      const ends = events.filter(({ type }) => type === "response.output_item.done");
      const [end] = ends.filter((event) => event.type === "response.output_item.done" && event.item.type === "message");
      assert.ok(end);
      assertTrace(extended(end).databricks_output?.trace, person);
      assert.equal(ends.filter((event) => extended(event).databricks_output).length, 1);
      const last = events.at(-1);
      assert.ok(last?.type === "response.completed");
      assert.equal(extended(last.response).custom_outputs?.thread_id, "abc123");
    });
  }

  it("builds the response from the stream's events", async () => {
    const stream = clients.get(texas)!.responses.stream({ model: AGENT, input });
    const snapshots: string[] = [];
    stream.on("response.output_text.delta", ({ snapshot }) => snapshots.push(snapshot));
    const response = await stream.finalResponse();
    assertAnswer(response.output_text, texas);
    assert.equal(snapshots.at(-1), response.output_text);
    assert.equal(response.status, "completed");
  });
});

describe("the OpenAI client and the embedded embedding model", () => {
  const near = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, one, i) => sum + one * b[i]!, 0);

  it("gets vectors of texts, packed as it asks for by itself and plain, of which those that mean the same are near", async () => {
    const client = clients.get(texas)!;
    const texts = ["a goose hit the engine", "bird strike on the motor", "quarterly revenue grew"];
    const packed = await client.embeddings.create({ model: EMBEDDINGS, input: texts });
    assert.deepEqual(
      packed.data.map(({ object, index, embedding }) => [object, index, embedding.length]),
      [0, 1, 2].map((index) => ["embedding", index, 512]),
    );
    assert.ok(packed.usage.prompt_tokens > 9 && packed.usage.prompt_tokens === packed.usage.total_tokens);
    const [goose, strike, revenue] = packed.data.map((one) => one.embedding);
    assert.ok(near(goose!, strike!) > near(goose!, revenue!) + 0.2);
    const plain = await client.embeddings.create({ model: EMBEDDINGS, input: texts[0]!, encoding_format: "float" });
    assert.ok(near(plain.data[0]!.embedding, goose!) > 0.999_9);
  });

  it("is told what the model does not do", async () => {
    const client = clients.get(texas)!;
    const ask = (input: string | string[] | number[], dimensions?: number) =>
      client.embeddings.create({ model: EMBEDDINGS, input, ...(dimensions && { dimensions }) });
    for (const [asking, says] of [
      [() => ask([1, 2]), /^400 'input' must be text: token ids are not supported/],
      [() => ask("x", 256), /^400 'dimensions' can only be 512 here/],
      [() => ask(["x", ""]), /^400 'input\[1\]' must not be empty/],
      [() => ask("x".repeat(40_000)), /^400 'input\[0\]' has 40000 characters.*Split it/],
    ] as const) {
      const refused = await asking().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(refused instanceof BadRequestError);
      assert.match(refused.message, says);
    }
  });
});

const tools: ChatCompletionTool[] = [
  {
    type: "function",
    function: {
      name: "runway_length",
      description: "Length of an airport's longest runway in metres",
      parameters: {
        type: "object",
        properties: { iata: { type: "string", description: "IATA code of the airport" } },
        required: ["iata"],
      },
    },
  },
];

describe("the OpenAI client and the built-in model", () => {
  let client: OpenAI;

  before(() => {
    client = clients.get(texas)!;
  });

  const messages: ChatCompletionMessageParam[] = [{ role: "user", content: "How long is the longest runway at DEN?" }];

  it("calls a tool and answers from its result", async () => {
    const wanted = await client.chat.completions.create({ model: MODEL, messages, tools });
    assert.equal(wanted.model, "lakeward-offline");
    const [choice] = wanted.choices;
    assert.equal(choice?.finish_reason, "tool_calls");
    const [wants] = choice.message.tool_calls ?? [];
    assert.ok(wants?.type === "function");
    assert.equal(wants.function.name, "runway_length");
    assert.deepEqual(JSON.parse(wants.function.arguments), { iata: "DEN" });
    const result = { role: "tool" as const, tool_call_id: wants.id, content: JSON.stringify({ metres: 4877 }) };
    const answered = await client.chat.completions.create({
      model: MODEL,
      messages: [...messages, choice.message, result],
      tools,
    });
    assert.equal(answered.choices[0]?.finish_reason, "stop");
    assert.match(answered.choices[0].message.content ?? "", /4,877/);
    assert.ok((answered.usage?.total_tokens ?? 0) > 0);
  });

  it("streams the same tool call and the same answer", async () => {
    const whole = await client.chat.completions.create({ model: MODEL, messages, tools });
    const streamed = await client.chat.completions.stream({ model: MODEL, messages, tools }).finalChatCompletion();
    const [call] = streamed.choices[0]?.message.tool_calls ?? [];
    const [same] = whole.choices[0]?.message.tool_calls ?? [];
    assert.ok(call?.type === "function" && same?.type === "function");
    assert.equal(call.function.name, same.function.name);
    assert.equal(call.function.arguments, same.function.arguments);
    const result = { role: "tool" as const, tool_call_id: call.id, content: JSON.stringify({ metres: 4877 }) };
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: [...messages, { role: "assistant", tool_calls: [call] }, result],
      tools,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    assert.ok(chunks.length > 2);
    assert.match(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), /4,877/);
    assert.ok((chunks.at(-1)?.usage?.total_tokens ?? 0) > 0);
  });

  it("runs the client's own loop of tools to its end", async () => {
    const asked: string[] = [];
    const runner = client.chat.completions.runTools({
      model: MODEL,
      messages,
      tools: [
        {
          type: "function",
          function: {
            name: "runway_length",
            description: "Length of an airport's longest runway in metres",
            parameters: {
              type: "object",
              properties: { iata: { type: "string", description: "IATA code of the airport" } },
              required: ["iata"],
            },
            parse: JSON.parse,
            function: ({ iata }: { iata: string }) => {
              asked.push(iata);
              return JSON.stringify({ metres: 4877 });
            },
          },
        },
      ],
    });
    assert.match((await runner.finalContent()) ?? "", /4,877/);
    assert.deepEqual(asked, ["DEN"]);
  });

  describe("shows an error's class, code and words:", () => {
    const thrownBy = async (work: Promise<unknown>): Promise<APIError> => {
      const thrown: unknown = await work.then(
        () => assert.fail("no error"),
        (one: unknown) => one,
      );
      assert.ok(thrown instanceof APIError, String(thrown));
      return thrown;
    };
    const ask = (from: OpenAI, model: string): Promise<unknown> => from.responses.create({ model, input });
    const chat = (from: OpenAI, model: string): Promise<unknown> => from.chat.completions.create({ model, messages });

    /** A user of the workspace who is nobody's staff, with the token's scopes. */
    const outsider = async (name: string, scopes: readonly string[] = ["all-apis"]): Promise<OpenAI> => {
      const { identity } = board.platform.services;
      const { id } = await identity.users.create({ name, display_name: name });
      return board.client((await identity.tokens.create(id, { scopes })).token);
    };

    it("an endpoint that there is not", async () => {
      for (const way of [ask, chat]) {
        const error = await thrownBy(way(client, "nothing"));
        assert.ok(error instanceof NotFoundError);
        assert.equal(error.code, "RESOURCE_DOES_NOT_EXIST");
        assert.equal(error.type, "invalid_request_error");
        assert.match(error.message, /^404 .*'nothing' does not exist, or you may not know of it/);
        assert.match(error.requestID ?? "", /^[0-9a-f-]{36}$/);
      }
    });

    it("an endpoint that is hidden, in the words of one that there is not", async () => {
      const stranger = await outsider("stranger@elsewhere.example");
      const [hidden, missing] = [await thrownBy(ask(stranger, AGENT)), await thrownBy(ask(stranger, "safety-tnega"))];
      assert.ok(hidden instanceof NotFoundError);
      assert.equal(hidden.message.replaceAll(AGENT, "safety-tnega"), missing.message);
      assert.equal(hidden.code, missing.code);
    });

    it("an endpoint that may be seen but not asked", async () => {
      const name = "viewer@elsewhere.example";
      const viewer = await outsider(name);
      const entry = { access_control_list: [{ user_name: name, permission_level: "CAN_VIEW" }] };
      await call(board.admin, "PATCH", `/api/2.0/permissions/serving-endpoints/${AGENT}`, entry);
      const error = await thrownBy(ask(viewer, AGENT));
      assert.ok(error instanceof PermissionDeniedError);
      assert.equal(error.code, "PERMISSION_DENIED");
      assert.match(error.message, /^403 .*CAN_QUERY/);
    });

    it("a token without the scope", async () => {
      const narrow = await outsider("narrow@elsewhere.example", ["sql"]);
      const error = await thrownBy(chat(narrow, MODEL));
      assert.ok(error instanceof PermissionDeniedError);
      assert.match(error.message, /^403 .*does not have required scopes: model-serving/);
    });

    it("no token, and one that is wrong", async () => {
      const wrong = await thrownBy(ask(board.client("wrong"), AGENT));
      assert.ok(wrong instanceof AuthenticationError);
      assert.match(wrong.message, /^401 Invalid access token/);
      const baseURL = `${board.admin.url}/serving-endpoints`;
      const without = new OpenAI({ baseURL, apiKey: "x", maxRetries: 0, defaultHeaders: { Authorization: null } });
      const missing = await thrownBy(ask(without, AGENT));
      assert.ok(missing instanceof AuthenticationError);
      assert.match(missing.message, /^401 Credential was not sent/);
    });

    it("a request that the endpoint does not take", async () => {
      const toAgent = await thrownBy(chat(client, AGENT));
      assert.ok(toAgent instanceof BadRequestError);
      assert.match(toAgent.message, /^400 Serving endpoint 'safety-agent' serves an agent\. Send 'input'/);
      const toModel = await thrownBy(client.chat.completions.create({ model: MODEL, messages, logprobs: true }));
      assert.ok(toModel instanceof BadRequestError);
      assert.match(toModel.message, /^400 'logprobs' is not supported/);
      const toChat = await thrownBy(client.embeddings.create({ model: MODEL, input: "x" }));
      assert.ok(toChat instanceof BadRequestError);
      assert.match(toChat.message, /^400 Serving endpoint 'workspace-chat' serves a chat model\. Send 'messages'/);
    });
  });
});
