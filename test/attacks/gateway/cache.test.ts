import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { breaking, failing, saying } from "../../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld, type Person, type Told } from "../../gateway/world.ts";

const cached = { response_cache_config: { enabled: true } };
const SSN = "536-90-4399";
let question = 0;

describe("answers that are given again", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("kept", { ai_gateway: cached });
  });
  after(() => world[Symbol.asyncDispose]());

  /** A question that nobody asked before. */
  let messages: readonly object[] = [];
  beforeEach(() => {
    question += 1;
    messages = [{ role: "user", content: `How deep is harbour ${question}?` }];
  });

  const ask = (more: object = {}, as: Person = "ben", endpoint = "kept"): Promise<Told> =>
    world.send("POST", `/serving-endpoints/${endpoint}/invocations`, { messages, ...more }, as);
  const contentOf = ({ body }: Told): unknown => {
    const [choice] = body.choices as readonly JsonObject[];
    return isJsonObject(choice?.message) ? choice.message.content : undefined;
  };
  /** What is said now, by the provider or by the cache. */
  const answered = async (words: string, ...asked: Parameters<typeof ask>): Promise<unknown> => {
    world.first.behaviour = saying(words);
    const told = await ask(...asked);
    assert.equal(told.status, 200, told.text);
    return contentOf(told);
  };
  const govern = async (endpoint: string, ai_gateway: object): Promise<void> => {
    const { status, text } = await world.send("PUT", `/api/2.0/serving-endpoints/${endpoint}/ai-gateway`, ai_gateway);
    assert.equal(status, 200, text);
  };
  const asWith = async (token: string, words: string): Promise<unknown> => {
    world.first.behaviour = saying(words);
    const response = await fetch(`${world.origin}/serving-endpoints/kept/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ messages }),
    });
    const body = (await response.json()) as JsonObject;
    return contentOf({ status: response.status, headers: response.headers, text: "", body });
  };

  it("are given to whoever was answered before, which shows that the attacks below could succeed", async () => {
    assert.equal(await answered("first"), "first");
    assert.equal(await answered("second"), "first");
  });

  it("are nobody else's: another user is answered anew", async () => {
    assert.equal(await answered("for ben"), "for ben");
    assert.equal(await answered("for cleo", {}, "cleo"), "for cleo");
    assert.equal(await answered("for ada", {}, "ada"), "for ada");
    assert.equal(await answered("again", {}, "cleo"), "for cleo");
    assert.equal((await ask({}, "dan")).status, 404, "who may not ask hears nothing");
  });

  it("are not given to a token of the same person that opens less", async () => {
    const { identity } = world.platform.services;
    const ben = (await identity.users.find("ben@board.org"))!;
    const wide = (await identity.tokens.create(ben.id, { scopes: ["all-apis"] })).token;
    const narrow = (await identity.tokens.create(ben.id, { scopes: ["model-serving"] })).token;
    assert.equal(await asWith(wide, "with all scopes"), "with all scopes");
    assert.equal(await asWith(narrow, "with one scope"), "with one scope");
    assert.equal(await asWith(wide, "again"), "with all scopes", "nothing else had changed");
    assert.equal(await asWith(narrow, "again"), "with one scope");
  });

  it("are not given once any grant has changed, nor once it is changed back", async () => {
    assert.equal(await answered("before"), "before");
    const change = (permission_level: string) =>
      world.send("PATCH", "/api/2.0/permissions/serving-endpoints/kept", {
        access_control_list: [{ user_name: "dan@board.org", permission_level }],
      });
    await change("CAN_QUERY");
    assert.equal(await answered("after"), "after");
    assert.equal((await ask({}, "dan")).status, 200);
    await world.send("PUT", "/api/2.0/permissions/serving-endpoints/kept", {
      access_control_list: ["ben", "cleo"].map((one) => ({
        user_name: `${one}@board.org`,
        permission_level: "CAN_QUERY",
      })),
    });
    assert.equal(await answered("changed back"), "changed back");
    assert.equal((await ask({}, "dan")).status, 404, "what dan was answered before is not dan's any more");
  });

  it("are not given by a configuration that is another: guardrails, models, or the cache itself", async () => {
    await world.serve("changing", { ai_gateway: cached });
    const say = (words: string) => answered(words, {}, "ben", "changing");
    assert.equal(await say(`one of ${SSN}`), `one of ${SSN}`);
    const pii = { pii: { behavior: "BLOCK" } };
    await govern("changing", { ...cached, guardrails: { output: pii } });
    world.first.behaviour = saying(`one of ${SSN}`);
    const refused = await ask({}, "ben", "changing");
    assert.equal(refused.status, 400);
    assert.doesNotMatch(refused.text, /4399/);
    await govern("changing", cached);
    assert.equal(await say("two"), "two");
    const shown = await world.send("GET", "/api/2.0/serving-endpoints/changing", null);
    const { served_entities, traffic_config } = shown.body.config as JsonObject;
    const [entity] = served_entities as readonly JsonObject[];
    const model = { ...(entity!.external_model as JsonObject), name: "another" };
    const config = { served_entities: [{ name: entity!.name, external_model: model }], traffic_config };
    const changed = await world.send("PUT", "/api/2.0/serving-endpoints/changing/config", config);
    assert.equal(changed.status, 200, changed.text);
    assert.equal(await say("three"), "three");
    assert.equal(world.first.received.at(-1)?.body.model, "another");
    await govern("changing", { response_cache_config: { enabled: false } });
    assert.equal(await say("four"), "four");
    assert.equal(await say("five"), "five");
  });

  it("are not given for a body that differs in a byte, a setting, or the way of asking", async () => {
    assert.equal(await answered("the same"), "the same");
    const [message] = messages as readonly [{ readonly role: string; readonly content: string }];
    for (const more of [
      { messages: [{ ...message, content: `${message.content} ` }] },
      { messages: [{ ...message, content: message.content.toUpperCase() }] },
      { messages: [{ ...message, role: "system" }, ...messages] },
      { temperature: 0 },
      { temperature: 0.1 },
      { top_p: 0.5 },
      { seed: 1 },
      { max_tokens: 99 },
      { stop: ["x"] },
      { n: 1 },
      { response_format: { type: "json_object" } },
      { tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }] },
      { stream: false },
    ]) {
      const words = `not the same: ${JSON.stringify(more)}`;
      assert.equal(await answered(words, more), words);
    }
    const byAnotherPath = await world.send(
      "POST",
      "/ai-gateway/openai/v1/responses",
      { model: "kept", input: [...messages] },
      "ben",
    );
    assert.doesNotMatch(byAnotherPath.text, /"the same"/);
    assert.equal(await answered("no"), "the same");
  });

  it("are not those of another endpoint that serves the same model", async () => {
    await world.serve("twin", { ai_gateway: cached });
    assert.equal(await answered("of the first"), "of the first");
    assert.equal(await answered("of the twin", {}, "ben", "twin"), "of the twin");
    await world.send("DELETE", "/api/2.0/serving-endpoints/twin", null);
    await world.serve("twin", { ai_gateway: cached });
    assert.equal(await answered("of the new one", {}, "ben", "twin"), "of the new one");
  });

  it("are none that failed, broke off, were cut or did not end", async () => {
    const cut =
      (finish_reason: string): typeof breaking =>
      ({ body }, response) => {
        const message = { role: "assistant", content: "half", refusal: null };
        const choices = [{ index: 0, message, logprobs: null, finish_reason }];
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ id: "c1", object: "chat.completion", created: 1, model: body.model, choices }));
      };
    for (const stream of [false, true])
      for (const [says, behaviour] of [
        ["failed", failing(500)],
        ["was refused", failing(429)],
        ["broke off", breaking],
        ["was cut at its length", cut("length")],
        ["was filtered", cut("content_filter")],
      ] as const) {
        if (stream && says.startsWith("was ")) continue;
        messages = [{ role: "user", content: `${says} ${stream} ${question}` }];
        world.first.behaviour = behaviour;
        await ask({ stream });
        world.first.behaviour = saying("whole");
        assert.match((await ask({ stream })).text, /whole/, says);
      }
  });

  it("are none that a guardrail blocked, and masked again what it masks", async () => {
    await world.serve("blocking", {
      ai_gateway: { ...cached, guardrails: { output: { pii: { behavior: "BLOCK" } } } },
    });
    for (const stream of [false, true]) {
      world.first.behaviour = saying(`It is SSN ${SSN} indeed.`);
      await ask({ stream }, "ben", "blocking");
      world.first.behaviour = saying("harmless");
      assert.match((await ask({ stream }, "ben", "blocking")).text, /harmless/);
    }
    await world.serve("masking", { ai_gateway: { ...cached, guardrails: { output: { pii: { behavior: "MASK" } } } } });
    for (const stream of [false, true]) {
      world.first.behaviour = saying(`It is SSN ${SSN} indeed.`);
      const told = [await ask({ stream }, "ben", "masking"), await ask({ stream }, "ben", "masking")];
      assert.equal(told[1]?.headers.get("cache-status"), "lakeward; hit");
      for (const { text } of told) {
        assert.match(text, /<US_SSN>/);
        assert.doesNotMatch(text, /4399/);
      }
    }
  });

  it("are no way past what goes in: a question that a guardrail refuses, or a limit, is refused though its answer is kept", async () => {
    const rate_limits = [{ calls: 2, renewal_period: "hour" }];
    await world.serve("limited", { ai_gateway: { ...cached, rate_limits } });
    assert.equal(await answered("one", {}, "ben", "limited"), "one");
    assert.equal(await answered("two", {}, "ben", "limited"), "one");
    assert.equal((await ask({}, "ben", "limited")).status, 429);
  });

  it("are none of a model that stood in for another", async () => {
    const providers = [world.first, world.second];
    await world.serve("standing-in", { providers, ai_gateway: { ...cached, fallback_config: { enabled: true } } });
    world.first.behaviour = failing(503);
    world.second.behaviour = saying("from the second");
    assert.equal(contentOf(await ask({}, "ben", "standing-in")), "from the second");
    assert.equal(await answered("from the first", {}, "ben", "standing-in"), "from the first");
  });

  it("are not kept of a stream that its caller left", async () => {
    world.first.behaviour = ({ body }, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const choices = [{ index: 0, delta: { content: "half " }, finish_reason: null }];
      response.write(`data: ${JSON.stringify({ id: "c", object: "x", created: 1, model: body.model, choices })}\n\n`);
    };
    const leaving = new AbortController();
    const response = await fetch(`${world.origin}/serving-endpoints/kept/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token("ben")}`, "content-type": "application/json" },
      body: JSON.stringify({ messages, stream: true }),
      signal: leaving.signal,
    });
    await response.body!.getReader().read();
    leaving.abort();
    world.first.behaviour = saying("whole");
    assert.match((await ask({ stream: true })).text, /whole/);
  });

  it("are given only where the owner asked for it, by nothing that a question says", async () => {
    await world.serve("plain");
    assert.equal(await answered("one", {}, "ben", "plain"), "one");
    assert.equal(await answered("two", {}, "ben", "plain"), "two");
    for (const more of [{ cache: true }, { response_cache_config: { enabled: true } }, { use_cache: true }])
      assert.equal((await ask(more, "ben", "plain")).status, 400);
    for (const [config, says] of [
      [{ enabled: "yes" }, /'ai_gateway\.response_cache_config\.enabled' must be true or false/],
      [{}, /response_cache_config\.enabled' must be/],
      [{ enabled: true, shared: true }, /response_cache_config\.shared' is not known/],
      [{ enabled: true, max_age_seconds: 0 }, /max_age_seconds' must be a whole number from 1 to 86400/],
      [{ enabled: true, max_age_seconds: 86_401 }, /max_age_seconds' must be/],
      [true, /response_cache_config' must be an object/],
    ] as const) {
      const { status, body } = await world.send("PUT", "/api/2.0/serving-endpoints/plain/ai-gateway", {
        response_cache_config: config,
      });
      assert.equal(status, 400);
      assert.match(String(body.message), says);
    }
  });
});
