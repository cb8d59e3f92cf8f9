import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { failing, saying, USAGE } from "../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld } from "../gateway/world.ts";
import { samplesOf, totalOf } from "./scrape.ts";

describe("/metrics", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("alone", { ai_gateway: { rate_limits: [{ calls: 6, renewal_period: "minute" }] } });
    await world.serve("guarded", { ai_gateway: { guardrails: { input: { pii: { behavior: "BLOCK" } } } } });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (name: string, content = "How deep is the harbour?", more: object = {}) =>
    world.send(
      "POST",
      `/serving-endpoints/${name}/invocations`,
      { messages: [{ role: "user", content }], ...more },
      "ben",
    );
  const scraped = async () => {
    const { status, text } = await world.send("GET", "/metrics", null);
    assert.equal(status, 200, text);
    return samplesOf(text);
  };

  it("counts a question by the conventions for generative AI: time, tokens, first token", async () => {
    world.first.behaviour = saying("Four fathoms.");
    await ask("alone");
    await ask("alone", "And the pier?", { stream: true });
    const samples = await scraped();
    const labels = {
      gen_ai_operation_name: "chat",
      gen_ai_provider_name: "openai",
      gen_ai_request_model: "upstream-0",
      lakeward_endpoint_name: "alone",
    };
    assert.equal(totalOf(samples, "gen_ai_client_operation_duration_seconds_count", labels), 2);
    assert.ok(totalOf(samples, "gen_ai_client_operation_duration_seconds_sum", labels) > 0);
    assert.equal(totalOf(samples, "gen_ai_server_time_to_first_token_seconds_count", labels), 2);
    for (const [type, tokens] of [
      ["input", USAGE.prompt_tokens],
      ["output", USAGE.completion_tokens],
    ] as const)
      assert.equal(
        totalOf(samples, "gen_ai_client_token_usage_sum", { ...labels, gen_ai_token_type: type }),
        2 * tokens,
        type,
      );
  });

  it("counts what providers fail at, with the breaker's state", async () => {
    world.first.behaviour = failing(503);
    await ask("alone");
    const samples = await scraped();
    const of = { lakeward_endpoint_name: "alone" };
    assert.equal(totalOf(samples, "lakeward_provider_failures_total", { ...of, http_response_status_code: "503" }), 1);
    assert.deepEqual(
      samples
        .filter(({ name }) => name === "lakeward_circuit_open")
        .map(({ labels, value }) => [labels.lakeward_entity_name, value]),
      [["model-0", 0]],
    );
    const failed = { ...of, error_type: "BAD_GATEWAY" };
    assert.equal(totalOf(samples, "gen_ai_client_operation_duration_seconds_count", failed), 1);
    for (let i = 0; i < 4; i += 1) await ask("guarded");
    for (let i = 0; i < 2; i += 1) await ask("guarded");
    assert.equal(totalOf(await scraped(), "lakeward_circuit_open"), 1);
  });

  it("counts what limits turn away and guardrails block", async () => {
    world.first.behaviour = saying("Four fathoms.");
    for (let i = 0; i < 6; i += 1) await ask("alone");
    await ask("guarded", "Write to jane.doe@example.com, please.");
    const samples = await scraped();
    assert.ok(totalOf(samples, "lakeward_limit_rejections_total", { lakeward_endpoint_name: "alone" }) >= 1);
    const blocked = {
      lakeward_guardrail_name: "pii",
      lakeward_guardrail_action: "block",
      lakeward_guardrail_phase: "input",
    };
    assert.equal(
      totalOf(samples, "lakeward_guardrail_findings_total", { ...blocked, lakeward_endpoint_name: "guarded" }),
      1,
    );
  });

  it("counts statements by their kind, requests by their route, and decisions", async () => {
    await world.rows("SELECT 1");
    await world.send("GET", "/api/2.0/serving-endpoints/hidden-from-dan", null, "dan");
    await world.send("GET", "/nowhere/jane.doe@example.com", null);
    const samples = await scraped();
    const statements = { db_operation_name: "SELECT", db_system_name: "lakeward" };
    assert.ok(totalOf(samples, "db_client_operation_duration_seconds_count", statements) >= 1);
    const route = "/api/2.0/serving-endpoints/{name}";
    assert.equal(
      totalOf(samples, "http_server_request_duration_seconds_count", {
        http_route: route,
        http_request_method: "GET",
        http_response_status_code: "404",
        error_type: "RESOURCE_DOES_NOT_EXIST",
      }),
      1,
    );
    assert.equal(
      totalOf(samples, "http_server_request_duration_seconds_count", { error_type: "ENDPOINT_NOT_FOUND" }),
      1,
    );
    const denied = { lakeward_action: "endpoint.read_metadata", lakeward_door: "http", lakeward_effect: "deny" };
    assert.equal(totalOf(samples, "lakeward_decisions_total", denied), 1);
  });

  it("shows the engines and the journal", async () => {
    const samples = await scraped();
    assert.ok(totalOf(samples, "lakeward_engine_processes") >= 1);
    for (const name of ["lakeward_engine_waiting", "lakeward_journal_unshipped", "lakeward_journal_pending_rows_bytes"])
      assert.ok(
        samples.some((one) => one.name === name),
        name,
      );
    assert.ok(totalOf(samples, "process_memory_usage_bytes") > 1e6);
    assert.ok(totalOf(samples, "process_cpu_time_seconds_total") > 0);
  });

  it("is for administrators, by a token that may be for it alone", async () => {
    for (const person of ["ben", "cleo", "dan"] as const)
      assert.equal((await world.send("GET", "/metrics", null, person)).status, 403, person);
    assert.equal((await fetch(`${world.origin}/metrics`)).status, 401);
    const { body } = await world.send("POST", "/api/2.0/token/create", { scopes: ["lakeward.metrics:read"] });
    const headers = { authorization: `Bearer ${body.token_value}` };
    assert.equal((await fetch(`${world.origin}/metrics`, { headers })).status, 200);
    assert.equal((await fetch(`${world.origin}/api/2.0/serving-endpoints`, { headers })).status, 403);
  });
});
