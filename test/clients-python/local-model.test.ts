import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import OpenAI, { type APIError } from "openai";
import { silentLog } from "#base/log.ts";
import { call, runSql, type Workspace } from "../../samples/aviation/workspace.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { provideLlama } from "../../tools/llama.ts";
import { providePython, provideSmallModel } from "../../tools/python.ts";
import { freePort } from "../world/free-port.ts";
import type { Environment } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const provided = [
  await providePython(() => {}),
  await provideSmallModel(() => {}),
  await provideLlama(() => {}),
] as const;
const skip = provided.map((one) => "missing" in one && one.missing).find(Boolean) ?? false;
const [python, file] = provided;
const interpreter = "interpreter" in python ? python.interpreter : "";
const path = "path" in file ? file.path : "";

/** The grammar leaves the model nothing else to say, whatever machine computes it. */
const forced = (says: string) => ({
  type: "json_schema" as const,
  json_schema: {
    name: "forced",
    schema: { type: "object", properties: { says: { const: says } }, required: ["says"], additionalProperties: false },
  },
});
const asking = (content: string) => [{ role: "user" as const, content }];

describe("a neural network in a GGUF file, behind the gateway", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let admin: Workspace;
  let openai: OpenAI;
  let environment: Environment;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-local-model-"));
    const port = await freePort();
    const local_model = { path, environment: { PATH: process.env.PATH ?? "" } };
    platform = await boot({ data_dir, port, tls_port: 0, local_model, log: silentLog, progress: () => {} });
    const token = (await readFile(platform.admin_token_path, "utf8")).trim();
    admin = { url: `http://localhost:${port}`, token };
    openai = new OpenAI({ baseURL: `${admin.url}/serving-endpoints`, apiKey: token, maxRetries: 0 });
    environment = { PATH: process.env.PATH ?? "", HOME: data_dir, DATABRICKS_HOST: admin.url, DATABRICKS_TOKEN: token };
    const config = { served_entities: [{ name: "small", entity_name: platform.services.models.preferred }] };
    await call(admin, "POST", "/api/2.0/serving-endpoints", { name: "local", config });
    const mask = { pii: { behavior: "MASK" } };
    const guardrails = { input: { invalid_keywords: ["zebra"] }, output: mask };
    const governed = { name: "guarded", config, ai_gateway: { guardrails } };
    await call(admin, "POST", "/api/2.0/serving-endpoints", governed);
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("is named by its file, and streams words as it finds them, with tokens by its own tokenizer", async () => {
    assert.equal(platform.services.models.preferred, "SmolLM2-135M-Instruct.Q4_1");
    const stream = await openai.chat.completions.create({
      model: "local",
      messages: asking("Tell me about the sea."),
      max_tokens: 12,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const texts = chunks.flatMap(({ choices }) => choices.map((one) => one.delta.content ?? "")).filter(Boolean);
    assert.ok(texts.length > 3, "piece by piece");
    assert.match(texts.join(""), /[a-z]{2,} [a-z]/i);
    assert.equal(chunks.findLast(({ choices }) => choices[0]?.finish_reason)?.choices[0]?.finish_reason, "length");
    const { prompt_tokens, completion_tokens } = chunks.at(-1)!.usage!;
    // 30 of them are the system message that the file's own template begins with.
    assert.ok(prompt_tokens > 8 && prompt_tokens < 60, String(prompt_tokens));
    assert.equal(completion_tokens, 12);
  });

  it("answers the same by the same seed, and differently by n others", async () => {
    const ask = async (n: number, seed: number) =>
      await openai.chat.completions.create({
        ...{ model: "local", messages: asking("Write a line about rain."), max_tokens: 16, temperature: 1.2, n, seed },
      });
    const [one, again] = [await ask(2, 11), await ask(1, 11)];
    const texts = one.choices.map(({ message }) => message.content);
    assert.equal(texts[0], again.choices[0]!.message.content);
    assert.notEqual(texts[0], texts[1]);
    assert.ok(one.usage!.completion_tokens > again.usage!.completion_tokens);
    assert.equal(one.usage!.prompt_tokens, again.usage!.prompt_tokens, "a question with n is counted once");
  });

  it("keeps to a JSON schema, and ends where it is told to stop", async () => {
    const schema = {
      type: "object",
      properties: {
        colour: { enum: ["red", "green"] },
        pages: { type: "integer" },
        index: { type: "array", items: { type: "boolean" }, maxItems: 2 },
      },
      required: ["colour", "pages", "index"],
      additionalProperties: false,
    };
    const format = { type: "json_schema" as const, json_schema: { name: "book", schema } };
    const { choices } = await openai.chat.completions.create({
      ...{
        model: "local",
        messages: asking("Describe a book in JSON."),
        response_format: format,
        temperature: 0,
        max_tokens: 100,
      },
    });
    const book = JSON.parse(choices[0]!.message.content!);
    assert.deepEqual(Object.keys(book), ["colour", "pages", "index"]);
    assert.ok(["red", "green"].includes(book.colour) && Number.isInteger(book.pages) && Array.isArray(book.index));
    const stopped = await openai.chat.completions.create({
      ...{ model: "local", messages: asking("Go."), response_format: forced("alpha beta gamma"), stop: ["beta"] },
    });
    assert.match(stopped.choices[0]!.message.content!, /alpha $/);
    assert.equal(stopped.choices[0]!.finish_reason, "stop");
  });

  it("has its words masked on a stream, and questions with a keyword refused", async () => {
    const stream = await openai.chat.completions.create({
      ...{ model: "guarded", messages: asking("Go."), response_format: forced("Write to ben@board.example today.") },
      stream: true,
    });
    const texts = (await Array.fromAsync(stream)).map(({ choices }) => choices[0]?.delta.content ?? "");
    assert.equal(JSON.parse(texts.join("")).says, "Write to <EMAIL_ADDRESS> today.");
    const refused = await openai.chat.completions.create({ model: "guarded", messages: asking("A zebra?") }).then(
      () => undefined,
      (thrown: unknown) => thrown as APIError,
    );
    assert.equal(refused?.status, 400);
  });

  it("stops when its reader leaves, so that others have its turn", async () => {
    const leave = new AbortController();
    const endless = Array.from({ length: 4 }, async () => {
      const stream = await openai.chat.completions.create(
        {
          model: "local",
          messages: asking("Count to a million."),
          response_format: forced("0123456789 ".repeat(800)),
          stream: true,
        },
        { signal: leave.signal },
      );
      return stream[Symbol.asyncIterator]().next();
    });
    await Promise.all(endless);
    const waiting = openai.chat.completions.create({ model: "local", messages: asking("Hi."), max_tokens: 4 });
    leave.abort();
    assert.ok((await waiting).usage!.completion_tokens > 0);
  });

  // biome-ignore format: a table is read in columns
  const refusals: readonly (readonly [says: string, body: object, message: RegExp])[] = [
    ["an image",              { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }] }] }, /texts alone/],
    ["a question too long",   { messages: asking("sea ".repeat(9_000)) }, /The question has \d+ tokens; this model reads and writes \d+ in all/],
    ["a rule of a schema that no grammar keeps", { messages: asking("x"), response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "string", pattern: "^a" } } } }, /schema\.pattern' is a rule that this model cannot hold to/],
    ["a tool that must be called", { messages: asking("x"), tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }], tool_choice: "required" }, /'tool_choice' can only be 'auto' or 'none'/],
  ];
  for (const [says, body, message] of refusals)
    it(`refuses ${says} and says why`, async () => {
      const refused = await openai.chat.completions
        .create({ model: "local", ...body } as OpenAI.ChatCompletionCreateParamsNonStreaming)
        .then(
          () => undefined,
          (thrown: unknown) => thrown as APIError,
        );
      assert.equal(refused?.status, 400);
      assert.match(refused.message, message);
    });

  it("reads what a tool said, and is asked by OpenAI's client for Python", async () => {
    const done = await runPython<Record<string, unknown>>(interpreter, "local_model.py", environment);
    assert.deepEqual(
      { ...done, streamed: undefined },
      { streamed: undefined, told: true, tokens: true, pieces: true, forced: "by a grammar" },
    );
    assert.match(String(done.streamed), /[a-z]/i);
  });

  it("is on the record with the tokens that it took", async () => {
    const { usage } = await openai.chat.completions.create({
      ...{ model: "local", messages: asking("Hi."), max_tokens: 12, client_request_id: "on-record" },
    });
    const { warehouses } = await call<{ warehouses: { id: string }[] }>(admin, "GET", "/api/2.0/sql/warehouses");
    const rows = await runSql(
      admin,
      warehouses[0]!.id,
      "SELECT input_token_count, output_token_count FROM system.serving.endpoint_usage WHERE client_request_id = 'on-record'",
    );
    assert.deepEqual(rows, [[String(usage!.prompt_tokens), String(usage!.completion_tokens)]]);
    assert.ok(usage!.prompt_tokens > 8 && usage!.completion_tokens > 0);
  });
});
