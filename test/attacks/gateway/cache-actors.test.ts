import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { silentLog } from "#base/log.ts";
import { endpoint } from "#kernel/mod.ts";
import { type MethodsWorld, methodsWorld, type Program, type Wish } from "../../agents/methods-world.ts";
import { type Provider, saying, startProvider } from "../../gateway/provider.ts";

const path = "/serving-endpoints/kept/invocations";
const body = { messages: [{ role: "user", content: "How deep is it?" }] };

describe("answers that are given again to a caller, and those who act for the caller", () => {
  let world: MethodsWorld;
  let provider: Provider;
  let caller: Program;
  before(async () => {
    provider = await startProvider(saying("Four fathoms."));
    const entry = `{ host: 127.0.0.1, port: ${provider.port}, purpose: model }`;
    world = await methodsWorld(silentLog, `egress:\n  allow:\n    - ${entry}\n`);
    caller = await world.program("caller");
    const openai_config = { openai_api_base: provider.base_url, openai_api_key_plaintext: "sk-of-the-provider" };
    const external_model = { name: "m", provider: "openai", task: "llm/v1/chat", openai_config };
    const ai_gateway = { response_cache_config: { enabled: true } };
    const config = { served_entities: [{ external_model }] };
    await ok("POST", "/api/2.0/serving-endpoints", { name: "kept", config, ai_gateway });
    await ok("PATCH", "/api/2.0/permissions/serving-endpoints/kept", {
      access_control_list: [{ group_name: "account users", permission_level: "CAN_QUERY" }],
    });
    for (const name of ["guide", "pilot"]) {
      const resources = (["on_behalf_of", "automatic_passthrough"] as const).map((method) => ({
        ...endpoint("kept"),
        method,
      }));
      await world.agent(name, { resources });
    }
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  const ok = async (method: string, at: string, sent: object): Promise<void> => {
    const { status, text } = await world.rest.call(world.rest.admin, method, at, sent);
    if (status !== 200) throw new Error(text);
  };
  const contentOf = (answer: JsonObject): unknown => {
    const [choice] = answer.choices as readonly JsonObject[];
    return isJsonObject(choice?.message) ? choice.message.content : undefined;
  };
  /** What the caller hears when the provider would say `words`. */
  const direct = async (words: string): Promise<unknown> => {
    provider.behaviour = saying(words);
    return contentOf((await world.rest.call(caller.token, "POST", path, body)).body);
  };
  const through = async (agent: string, as: Wish["as"], words: string): Promise<unknown> => {
    provider.behaviour = saying(words);
    const [answer] = await world.through(caller.token, agent, [{ as, path, body }]);
    assert.equal(answer?.status, 200, JSON.stringify(answer?.body));
    return contentOf(answer.body);
  };

  it("are each one's own: the caller's, each agent's for the caller, and each agent's for itself", async () => {
    const own = async (words: string, ask: (words: string) => Promise<unknown>): Promise<void> =>
      assert.equal(await ask(words), words);
    const ways = [
      ["the caller", direct],
      ["guide for the caller", (words: string) => through("guide", "user", words)],
      ["pilot for the caller", (words: string) => through("pilot", "user", words)],
      ["guide for itself", (words: string) => through("guide", "agent", words)],
      ["pilot for itself", (words: string) => through("pilot", "agent", words)],
    ] as const;
    for (const [words, ask] of ways) await own(words, ask);
    // All of them are found again, so that nothing but who asked told them apart.
    for (const [words, ask] of ways) assert.equal(await ask("somebody else's"), words);
  });

  it("are not an agent's own: what it answers depends on who asks", async () => {
    const cache = { response_cache_config: { enabled: true } };
    const { status, body: told } = await world.rest.call(
      world.rest.admin,
      "PUT",
      "/api/2.0/serving-endpoints/guide/ai-gateway",
      cache,
    );
    assert.equal(status, 400);
    assert.match(String(told.message), /serves an agent has no 'response_cache_config'/);
  });
});
