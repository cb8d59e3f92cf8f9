import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { breaking, failing, saying } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, KEY } from "./world.ts";

const messages = [{ role: "user", content: "How deep is the harbour?" }] as const;
const table = (table_name_prefix: string) => ({
  inference_table_config: { enabled: true, catalog_name: "lake", schema_name: "logs", table_name_prefix },
});

describe("an endpoint's inference table", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    for (const statement of ["CREATE CATALOG lake", "CREATE SCHEMA lake.logs"]) await world.rows(statement);
    await world.serve("plain", { ai_gateway: table("plain") });
    await world.serve("masking", {
      ai_gateway: {
        ...table("masking"),
        guardrails: { input: { pii: { behavior: "MASK" } }, output: { pii: { behavior: "MASK" } } },
      },
    });
    await world.serve("blocking", {
      ai_gateway: {
        ...table("blocking"),
        guardrails: {
          input: { pii: { behavior: "BLOCK" }, invalid_keywords: ["blue falcon"] },
          output: { pii: { behavior: "BLOCK" } },
        },
      },
    });
    const rate_limits = [{ calls: 1, key: "endpoint", renewal_period: "hour" }];
    const guardrails = { input: { pii: { behavior: "MASK" } } };
    await world.serve("limited", { ai_gateway: { ...table("limited"), rate_limits, guardrails } });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (endpoint: string, more: object = {}) =>
    world.send("POST", `/serving-endpoints/${endpoint}/invocations`, { messages, ...more }, "ben");
  const columns = "status_code, request, response, requester, served_entity_id, sampling_fraction, logging_error_codes";
  async function logged(prefix: string, id: string): Promise<readonly (string | null)[]> {
    const found = await world.rows(
      `SELECT ${columns} FROM lake.logs.${prefix}_payload WHERE client_request_id = '${id}'`,
    );
    assert.equal(found.length, 1, `one row for ${id}`);
    return found[0]!;
  }
  const parsed = (text: string | null | undefined): JsonObject => JSON.parse(text ?? "null");

  it("is made with the documented columns, for whoever configures the endpoint", async () => {
    const { body } = await world.send("GET", "/api/2.1/unity-catalog/tables/lake.logs.plain_payload", null);
    assert.equal(body.owner, "admin@lakeward.local");
    assert.deepEqual(
      (body.columns as JsonObject[]).map(({ name, type_text }) => `${name} ${type_text}`.toLowerCase()),
      [
        "databricks_request_id string",
        "request_date date",
        "client_request_id string",
        "request_time timestamp",
        "status_code int",
        "sampling_fraction double",
        "execution_duration_ms bigint",
        "request string",
        "response string",
        "logging_error_codes array<string>",
        "served_entity_id string",
        "requester string",
      ],
    );
  });

  it("holds question and answer as they were said, with who asked, once the answer is there", async () => {
    world.first.behaviour = saying("Four fathoms.");
    const answer = await ask("plain", { client_request_id: "whole" });
    assert.equal(answer.status, 200, answer.text);
    const [status, request, response, requester, entity, fraction, codes] = await logged("plain", "whole");
    assert.deepEqual([status, requester, fraction, codes], ["200", "ben@board.org", "1.0", "[]"]);
    assert.deepEqual(parsed(request), { messages });
    assert.deepEqual(parsed(response), answer.body);
    assert.match(entity ?? "", /^[0-9a-f]{32}$/);
    const [[id, sameDay, took]] = (await world.rows(
      "SELECT databricks_request_id, request_date = to_date(request_time), execution_duration_ms >= 0 FROM lake.logs.plain_payload",
    )) as [[string, string, string]];
    assert.deepEqual([id, sameDay, took], [answer.headers.get("x-request-id"), "true", "true"]);
    const usage = await world.rows(
      `SELECT count(*) FROM system.serving.endpoint_usage WHERE databricks_request_id = '${id}'`,
    );
    assert.deepEqual(usage, [["1"]]);
  });

  // biome-ignore format: a table is read in columns
  const asked: readonly (readonly [name: string, path: string, body: object, said: RegExp])[] = [
    ["chat",        "/serving-endpoints/chat/completions", { model: "plain", messages }, /"object":"chat.completion"/],
    ["completions", "/serving-endpoints/completions", { model: "plain", prompt: "How deep?" }, /"object":"text_completion"/],
    ["responses",   "/ai-gateway/openai/v1/responses", { model: "plain", input: "How deep?" }, /"object":"response"/],
    ["messages",    "/ai-gateway/anthropic/v1/messages", { model: "plain", messages, max_tokens: 99 }, /"type":"message"/],
    ["mlflow",      "/ai-gateway/mlflow/v1/chat/completions", { model: "plain", messages }, /"object":"chat.completion"/],
    ["gemini",      "/ai-gateway/gemini/v1beta/models/plain:generateContent", { contents: [{ role: "user", parts: [{ text: "How deep?" }] }] }, /"candidates"/],
  ];
  for (const [name, path, body, said] of asked)
    for (const isStreaming of [false, true])
      it(`holds ${isStreaming ? "the assembled answer of a stream" : "an answer"} in the protocol of ${name}`, async () => {
        world.first.behaviour = saying("Four fathoms, at low tide.");
        const client_request_id = `${name} ${isStreaming}`;
        const asStream = name === "gemini" ? path.replace(":generate", ":streamGenerate").concat("?alt=sse") : path;
        const more = isStreaming && name !== "gemini" ? { stream: true } : {};
        const sent = { ...body, ...more, client_request_id };
        const answer = await world.send("POST", isStreaming ? asStream : path, sent, "ben");
        assert.equal(answer.status, 200, answer.text);
        const [status, request, response] = await logged("plain", client_request_id);
        assert.equal(status, "200");
        const { model: _, ...kept } = { model: "", ...body, ...more };
        assert.deepEqual(parsed(request), kept);
        assert.match(response ?? "", said);
        assert.match(response ?? "", /Four fathoms, at low tide\./);
      });

  it("holds what failed and what broke off, with its status", async () => {
    world.first.behaviour = failing(400);
    assert.equal((await ask("plain", { client_request_id: "refused" })).status, 400);
    const [refused, , error] = await logged("plain", "refused");
    assert.equal(refused, "400");
    assert.doesNotMatch(error ?? "", new RegExp(KEY));
    world.first.behaviour = breaking;
    await ask("plain", { client_request_id: "broken", stream: true });
    const [broken, , partial] = await logged("plain", "broken");
    assert.equal(broken, "502");
    assert.match(partial ?? "", /The answer is/);
    assert.match(partial ?? "", /"error_code":"BAD_GATEWAY"/);
  });

  it("holds what was limited, as a guardrail would have left it, and what was blocked, without what it was blocked for", async () => {
    world.first.behaviour = saying("Fine.");
    const content = "Write to ada.lovelace@example.org, please.";
    await ask("limited", { client_request_id: "first" });
    const limited = { client_request_id: "second", messages: [{ role: "user", content }] };
    assert.equal((await ask("limited", limited)).status, 429);
    const [status, request, response] = await logged("limited", "second");
    assert.equal(status, "429");
    assert.match(request ?? "", /Write to <EMAIL_ADDRESS>, please/);
    assert.match(response ?? "", /REQUEST_LIMIT_EXCEEDED/);
    assert.equal((await ask("blocking", { ...limited, client_request_id: "blocked" })).status, 400);
    const [blocked, withheld, said] = await logged("blocking", "blocked");
    assert.equal(blocked, "400");
    assert.match(withheld ?? "", /<EMAIL_ADDRESS>/);
    assert.match(said ?? "", /input_guardrail_triggered/);
    const keyword = [{ role: "user", content: "Tell me of Blue  Falcon." }];
    assert.equal((await ask("blocking", { client_request_id: "keyword", messages: keyword })).status, 400);
    assert.match((await logged("blocking", "keyword"))[1] ?? "", /<INVALID_KEYWORDS>/);
    const all = await world.rows(
      "SELECT request, response FROM lake.logs.blocking_payload UNION ALL SELECT request, response FROM lake.logs.limited_payload",
    );
    assert.doesNotMatch(JSON.stringify(all), /lovelace|falcon/i);
  });

  it("holds what a guardrail let through, of streams as of whole answers", async () => {
    world.first.behaviour = saying("Ask grace.hopper@example.org about it.");
    const content = "Is it ada.lovelace@example.org?";
    for (const stream of [false, true]) {
      const client_request_id = `masked ${stream}`;
      const user = "ada.lovelace@example.org";
      const answer = await ask("masking", { client_request_id, stream, user, messages: [{ role: "user", content }] });
      assert.equal(answer.status, 200, answer.text);
      const [, request, response] = await logged("masking", client_request_id);
      assert.match(request ?? "", /Is it <EMAIL_ADDRESS>\?/);
      assert.match(response ?? "", /Ask <EMAIL_ADDRESS> about it/);
      assert.doesNotMatch(`${request}${response}`, /lovelace|hopper/);
    }
  });

  it("leaves out what is longer than a mebibyte, and says so", async () => {
    const MEBIBYTE = 1024 * 1024;
    // As much as is taken from a provider; the protocol puts more around it than the provider did.
    world.first.behaviour = saying("x".repeat(MEBIBYTE - 350));
    const long = { model: "plain", input: "y".repeat(MEBIBYTE), client_request_id: "long" };
    const answer = await world.send("POST", "/ai-gateway/openai/v1/responses", long, "ben");
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    const [status, request, response, , , , codes] = await logged("plain", "long");
    assert.deepEqual([status, request, response?.slice(0, 100)], ["200", null, undefined]);
    assert.deepEqual(JSON.parse(codes ?? ""), ["MAX_REQUEST_SIZE_EXCEEDED", "MAX_RESPONSE_SIZE_EXCEEDED"]);
  });

  it("is a table like any other: a row filter shows each person their own rows", async () => {
    world.first.behaviour = saying("For cleo.");
    await world.send("POST", "/serving-endpoints/plain/invocations", { messages, client_request_id: "cleo" }, "cleo");
    const asCleo = async () => {
      const warehouse_id = world.platform.services.sql.warehouses.own;
      const statement = "SELECT DISTINCT requester FROM lake.logs.plain_payload";
      const { body } = await world.send(
        "POST",
        "/api/2.0/sql/statements",
        { statement, warehouse_id, wait_timeout: "50s" },
        "cleo",
      );
      return body;
    };
    const warehouse = `/api/2.0/permissions/warehouses/${world.platform.services.sql.warehouses.own}`;
    const access_control_list = [{ group_name: "account users", permission_level: "CAN_USE" }];
    await world.send("PATCH", warehouse, { access_control_list });
    for (const statement of [
      "GRANT USE CATALOG ON CATALOG lake TO `account users`",
      "GRANT USE SCHEMA ON SCHEMA lake.logs TO `account users`",
    ])
      await world.rows(statement);
    assert.match(JSON.stringify(await asCleo()), /does not have SELECT|not exist/);
    for (const statement of [
      "GRANT SELECT ON TABLE lake.logs.plain_payload TO `account users`",
      "CREATE FUNCTION lake.logs.own(r STRING) RETURNS BOOLEAN RETURN r = current_user()",
      "ALTER TABLE lake.logs.plain_payload SET ROW FILTER lake.logs.own ON (requester)",
    ])
      await world.rows(statement);
    const { result } = await asCleo();
    assert.deepEqual((result as JsonObject).data_array, [["cleo@board.org"]]);
    await world.rows("ALTER TABLE lake.logs.plain_payload DROP ROW FILTER");
  });

  it("that is gone has the endpoint answer nothing, until it is turned off and on again", async () => {
    await world.serve("strict", { ai_gateway: table("strict") });
    await world.rows("DROP TABLE lake.logs.strict_payload");
    const asked_before = world.first.received.length;
    const answer = await ask("strict");
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, /keeps every exchange in a table that it cannot write to/);
    assert.equal(world.first.received.length, asked_before, "no model was asked");
    const govern = (body: object) => world.send("PUT", "/api/2.0/serving-endpoints/strict/ai-gateway", body);
    assert.match((await govern(table("other"))).text, /names another table than before/);
    assert.equal((await govern({ inference_table_config: { enabled: false } })).status, 200);
    assert.equal((await ask("strict")).status, 200);
    assert.equal((await govern(table("strict"))).status, 200);
    assert.equal((await ask("strict", { client_request_id: "again" })).status, 200);
    await logged("strict", "again");
    assert.equal((await govern({ inference_table_config: { enabled: false } })).status, 200);
    assert.equal((await govern(table("strict"))).status, 200, "its own table is taken again");
    await logged("strict", "again");
  });
});
