import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { saying } from "../provider.ts";
import { destination, MODELS, type ServicesWorld, servicesWorld } from "../services-world.ts";

const PROCEED = JSON.stringify({ decision: "proceed" });
const REJECT = JSON.stringify({ decision: "reject" });
const custom = (endpoint_name: string) => ({ custom: [{ endpoint_name, on_failure: "PROCEED" }] });

describe("a guardrail of a model service that asks an endpoint", () => {
  let world: ServicesWorld;
  before(async () => {
    world = await servicesWorld();
    await world.serve("decider", { providers: [world.second] });
    world.must(await world.send("PUT", "/api/2.0/permissions/serving-endpoints/decider", { access_control_list: [] }));
    const asking = { guardrails: { input: { safety: true } } };
    await world.serve("asks", { providers: [world.second], ai_gateway: asking });
  });
  beforeEach(() => {
    world.first.behaviour = saying("Four fathoms.");
    world.second.behaviour = saying(PROCEED);
  });
  after(() => world[Symbol.asyncDispose]());

  const routing = { destinations: [destination("one", "main.ai.first")] };

  for (const phase of ["input", "output"])
    it(`decides on its ${phase} by the right of the service's owner, though whoever asks may not ask it`, async () => {
      const guardrails = { [phase]: custom("decider") };
      const service = await world.serviceOf(`guarded_${phase}`, routing, { guardrails });
      const before = world.second.received.length;
      const asked = await world.ask(service);
      assert.equal(asked.status, 200, asked.text);
      assert.equal(world.second.received.length, before + 1, "nobody was asked to decide");
      world.second.behaviour = saying(REJECT);
      const rejected = await world.ask(service);
      assert.equal(rejected.status, 400, rejected.text);
      assert.match(rejected.text, /custom_guardrail/);
    });

  it("is set by whoever may query the endpoint, which asks no endpoints itself", async () => {
    const service = await world.serviceOf("plain", routing);
    for (const [endpoint, why] of [
      ["nowhere", /does not exist or that you may not query/],
      ["asks", /questions could go round/],
    ] as const) {
      const config = { routing, guardrails: { input: custom(endpoint) } };
      const told = [
        await world.create("model", "refused", { config }),
        await world.change(`${MODELS}/${service}`, "config.guardrails", { config: { guardrails: config.guardrails } }),
      ];
      for (const { status, text } of told) {
        assert.equal(status, 400, text);
        assert.match(text, why);
      }
    }
  });

  it("does not take an endpoint from somebody who may not query it by their service", async () => {
    const service = await world.serviceOf("lent", routing);
    await world.grant("model_service", service, "MANAGE", ["ben"]);
    const config = { guardrails: { input: custom("decider") } };
    const told = await world.change(`${MODELS}/${service}`, "config.guardrails", { config }, "ben");
    assert.equal(told.status, 400, told.text);
    assert.match(told.text, /does not exist or that you may not query/);
  });
});
