import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { saying, USAGE } from "./provider.ts";
import { type GatewayWorld, gatewayWorld } from "./world.ts";

const messages = [{ role: "user", content: "How deep is the harbour?" }] as const;

describe("system.ai_gateway.usage", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("unpriced");
    const external_model = {
      name: "gpt-4o",
      provider: "openai",
      task: "llm/v1/chat",
      openai_config: { openai_api_base: world.first.base_url, openai_api_key: "{{secrets/providers/openai}}" },
    };
    const config = { served_entities: [{ name: "big", external_model }] };
    await world.send("POST", "/api/2.0/serving-endpoints", { name: "priced", config });
  });
  after(() => world[Symbol.asyncDispose]());

  it("tells who asked which model by what, what it took, and what that costs by the list of prices", async () => {
    world.first.behaviour = saying("Four fathoms.");
    const path = "/serving-endpoints/priced/invocations";
    const answer = await world.send("POST", path, { messages, usage_context: { team: "docks" } });
    assert.equal(answer.status, 200, answer.text);
    const [row] = await world.rows(
      "SELECT endpoint_name, destination_type, destination_name, destination_model, requester, requester_type, api_type, request_tags['team'], input_tokens, output_tokens, total_tokens, status_code, response_content_type, routing_information.attempts[0].destination, service_name, cost.usd, cost.prices_from FROM system.ai_gateway.usage WHERE endpoint_name = 'priced'",
    );
    const { prompt_tokens, completion_tokens, total_tokens } = USAGE;
    assert.deepEqual(row?.slice(0, 15), [
      ...["priced", "openai", "big", "gpt-4o", "admin@lakeward.local", "USER", "chat", "docks"],
      ...[String(prompt_tokens), String(completion_tokens), String(total_tokens), "200"],
      ...["application/json", "big", null],
    ]);
    assert.equal(Number(row?.[15]), (prompt_tokens * 2.5 + completion_tokens * 10) / 1e6);
    assert.match(row?.[16] ?? "", /^\d{4}-\d{2}-\d{2}$/);
  });

  it("has no cost for a model whose price is not known, and no row for what is no question", async () => {
    await world.send("POST", "/serving-endpoints/unpriced/invocations", { messages }, "ben");
    const refused = { messages, n: 0 };
    assert.equal((await world.send("POST", "/serving-endpoints/unpriced/invocations", refused, "ben")).status, 400);
    assert.deepEqual(
      await world.rows(
        "SELECT requester, cost.usd IS NULL, cost.prices_from IS NULL FROM system.ai_gateway.usage WHERE endpoint_name = 'unpriced'",
      ),
      [["ben@board.org", "true", "false"]],
    );
  });
});
