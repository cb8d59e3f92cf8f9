import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { embedding, failing, saying } from "./provider.ts";
import {
  destination,
  MODELS,
  messages,
  openai,
  PROVIDERS,
  type ServicesWorld,
  servicesWorld,
} from "./services-world.ts";
import { KEY, type Told } from "./world.ts";

const contentOf = ({ body }: Told): unknown =>
  ((body.choices as JsonObject[])[0]!.message as JsonObject | undefined)?.content;

describe("model services and their providers", () => {
  let world: ServicesWorld;
  before(async () => {
    world = await servicesWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it("a provider service is shown without its credential, to whoever may know of it, and hidden from all others", async () => {
    const shown = await world.send("GET", `${PROVIDERS}/main.ai.first`, null);
    assert.equal(shown.status, 200, shown.text);
    assert.doesNotMatch(shown.text, new RegExp(KEY));
    assert.doesNotMatch(shown.text, /sealed/);
    assert.deepEqual((shown.body.config as JsonObject).openai, {
      direct: { base_url: world.first.base_url, api_key: {} },
    });
    assert.deepEqual(
      [shown.body.name, shown.body.effective_owner],
      ["model-provider-services/main.ai.first", "admin@lakeward.local"],
    );
    const hidden = await world.send("GET", `${PROVIDERS}/main.ai.first`, null, "ben");
    const missing = await world.send("GET", `${PROVIDERS}/main.ai.other`, null, "ben");
    assert.deepEqual([hidden.status, missing.status], [404, 404]);
    const same = ({ text }: Told): string =>
      text.replaceAll(/"request_id":"[^"]*"/g, "").replaceAll(/first|other/g, "x");
    assert.equal(same(hidden), same(missing));
  });

  it("a model service is asked by its three levels in each of the gateway's protocols, streams included", async () => {
    const service = await world.serviceOf("chat", { destinations: [destination("one", "main.ai.first")] });
    world.first.behaviour = saying("first");
    const answer = await world.ask(service);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([contentOf(answer), answer.headers.get("served-model-name")], ["first", "one"]);
    const [received] = world.first.received.slice(-1);
    assert.deepEqual([received!.body.model, received!.headers.authorization], ["upstream", `Bearer ${KEY}`]);
    const asked: readonly (readonly [string, object])[] = [
      ["/ai-gateway/openai/v1/responses", { model: service, input: "hello" }],
      ["/ai-gateway/anthropic/v1/messages", { model: service, max_tokens: 9, messages }],
      [`/ai-gateway/gemini/v1beta/models/${service}:generateContent`, { contents: [{ parts: [{ text: "hello" }] }] }],
      ["/ai-gateway/mlflow/v1/chat/completions", { model: service.toUpperCase(), messages }],
      ["/ai-gateway/mlflow/v1/chat/completions", { model: service, messages, stream: true }],
    ];
    for (const [path, body] of asked) {
      const told = await world.send("POST", path, body, "ben");
      assert.equal(told.status, 200, `${path} ${told.text}`);
      assert.match(told.text, /first/);
    }
  });

  it("whoever may not execute it does not learn that it is there; it stands at no other path", async () => {
    const service = await world.serviceOf("secluded", { destinations: [destination("one", "main.ai.first")] });
    const before = world.first.received.length;
    const asked = await world.ask(service, "dan");
    assert.deepEqual([asked.status, (await world.ask("main.ai.nowhere", "dan")).status], [404, 404]);
    await world.grant("model_service", service, "READ_METADATA", ["dan"]);
    await world.grant("catalog", "main", "USE_CATALOG", ["dan"]);
    await world.grant("schema", "main.ai", "USE_SCHEMA", ["dan"]);
    const known = await world.ask(service, "dan");
    assert.equal(known.status, 403, known.text);
    assert.match(known.text, /EXECUTE on MODEL_SERVICE/);
    assert.doesNotMatch(known.text, /CAN_QUERY/);
    assert.equal((await world.send("GET", `${MODELS}/${service}`, null, "dan")).status, 200);
    for (const path of ["/serving-endpoints/chat/completions", "/serving-endpoints/responses"])
      assert.equal((await world.send("POST", path, { model: service, messages, input: "x" }, "ben")).status, 404);
    assert.equal(world.first.received.length, before, "no provider was asked");
  });

  it("USE SCHEMA is needed besides EXECUTE", async () => {
    const service = await world.serviceOf("behind", { destinations: [destination("one", "main.ai.first")] });
    await world.grant("schema", "main.ai", "USE_SCHEMA", ["cleo"], "remove");
    assert.equal((await world.ask(service, "cleo")).status, 403);
    await world.grant("schema", "main.ai", "USE_SCHEMA", ["cleo"]);
    assert.equal((await world.ask(service, "cleo")).status, 200);
  });

  it("shares traffic by percentages and falls back on what is listed for that, and on nothing else", async () => {
    const service = await world.serviceOf("routed", {
      destinations: [
        destination("always", "main.ai.first", { traffic_percentage: 100 }),
        destination("never", "main.ai.second", { traffic_percentage: 0 }),
      ],
    });
    world.first.behaviour = failing(503);
    world.second.behaviour = saying("second");
    assert.equal((await world.ask(service)).status, 502);
    const path = `${MODELS}/${service}`;
    const fallback = { destinations: [destination("spare", "main.ai.second")] };
    const changed = await world.change(path, "config.routing.fallback.destinations", {
      config: { routing: { fallback } },
    });
    const { routing } = world.must(changed).config as { routing: { destinations: object[]; fallback: object } };
    assert.equal(routing.destinations.length, 2, "what is not named in the mask stays");
    const answer = await world.ask(service);
    assert.deepEqual([contentOf(answer), answer.headers.get("served-model-name")], ["second", "spare"]);
    world.first.behaviour = saying("first");
  });

  it("keeps rate limits by service, user and group, and tells them in its own words", async () => {
    const rate_limits = [
      { key: "RATE_LIMIT_KEY_USER_DEFAULT", renewal_period: "RATE_LIMIT_RENEWAL_PERIOD_HOUR", requests: 1 },
      {
        key: "RATE_LIMIT_KEY_USER",
        principal: "cleo@board.org",
        renewal_period: "RATE_LIMIT_RENEWAL_PERIOD_MINUTE",
        requests: 0,
      },
    ];
    const routing = { destinations: [destination("one", "main.ai.first")] };
    const service = await world.serviceOf("limited", routing, { rate_limits });
    assert.equal((await world.ask(service)).status, 200);
    const refused = await world.ask(service);
    assert.equal(refused.status, 429);
    assert.ok(refused.headers.get("retry-after"));
    assert.equal((await world.ask(service, "cleo")).status, 429, "nothing, for whom it names");
    const shown = world.must(await world.send("GET", `${MODELS}/${service}`, null));
    assert.deepEqual((shown.config as JsonObject).rate_limits, rate_limits);
    const list = world.must(await world.send("GET", `${MODELS}?parent=schemas/main.ai`, null));
    const basic = (list.model_services as JsonObject[]).find((one) => one.name === "model-services/main.ai.limited")!;
    assert.doesNotMatch(JSON.stringify(basic), /cleo|destinations/);
  });

  it("guards what goes in and what comes out, on streams too, and a client that does not know guardrails takes none away", async () => {
    const guardrails = { input: { invalid_keywords: ["Kraken"] }, output: { invalid_keywords: ["Leviathan"] } };
    const routing = { destinations: [destination("one", "main.ai.first")] };
    const service = await world.serviceOf("guarded", routing, { guardrails });
    const replaced = await world.change(`${MODELS}/${service}`, "config", { config: { routing } });
    assert.deepEqual((world.must(replaced).config as JsonObject).guardrails, guardrails);
    const blocked = await world.ask(service, "ben", { messages: [{ role: "user", content: "a kraken" }] });
    assert.equal(blocked.status, 400, blocked.text);
    world.first.behaviour = saying("behold Leviathan, rising");
    for (const stream of [false, true]) {
      const told = await world.ask(service, "ben", { stream });
      assert.doesNotMatch(told.text, /Leviathan/);
    }
    const away = await world.change(`${MODELS}/${service}`, "config.guardrails", { config: {} });
    assert.equal((world.must(away).config as JsonObject).guardrails, undefined);
    assert.match((await world.ask(service)).text, /Leviathan/);
    world.first.behaviour = saying("first");
  });

  it("keeps exchanges in its inference table, and usage by its own name", async () => {
    const routing = { destinations: [destination("one", "main.ai.first")] };
    const service = await world.serviceOf("logged", routing, { inference_table: { parent: "schemas/main.ai" } });
    const shown = world.must(await world.send("GET", `${MODELS}/${service}`, null));
    assert.deepEqual((shown.config as JsonObject).inference_table, {
      parent: "schemas/main.ai",
      table_name_prefix: "logged",
      table: "tables/main.ai.logged_payload",
    });
    assert.equal((await world.ask(service)).status, 200);
    assert.deepEqual(await world.rows("SELECT requester, status_code FROM main.ai.logged_payload"), [
      ["ben@board.org", "200"],
    ]);
    const used = await world.rows(
      "SELECT service_type, service_name, endpoint_name, destination_name, total_tokens FROM system.ai_gateway.usage WHERE service_name = 'main.ai.logged'",
    );
    assert.deepEqual(used, [["MODEL_SERVICE", "main.ai.logged", null, "one", "18"]]);
    await world.rows("DROP TABLE main.ai.logged_payload");
    const closed = await world.ask(service);
    assert.equal(closed.status, 400, closed.text);
    assert.match(closed.text, /keeps every exchange in a table that it cannot write to/);
  });

  it("asks this server's own models by the endpoints that serve them, and embedding models", async () => {
    await world.serve("plain");
    const own = {
      name: "own",
      destination_type: "DESTINATION_TYPE_PAY_PER_TOKEN_FOUNDATION_MODEL",
      pay_per_token_config: { model: "models/system.ai.plain" },
    };
    const service = await world.serviceOf("own", { destinations: [own] });
    assert.equal(contentOf(await world.ask(service)), "first");
    assert.equal(contentOf(await world.ask("system.ai.plain")), "first");
    await world.serve("ruled", { ai_gateway: { rate_limits: [{ calls: 1, renewal_period: "minute" }] } });
    const ruled = { ...own, pay_per_token_config: { model: "models/system.ai.ruled" } };
    const refused = await world.create("model", "around", { config: { routing: { destinations: [ruled] } } });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /has rules of its own/);
    await world.send("PUT", "/api/2.0/serving-endpoints/plain/ai-gateway", {
      rate_limits: [{ calls: 1, renewal_period: "minute" }],
    });
    assert.equal((await world.ask(service)).status, 400, "rules that come later are no more gone around");
    await world.serve("swapped");
    const swapped = { ...own, pay_per_token_config: { model: "models/system.ai.swapped" } };
    const other = await world.serviceOf("swapped", { destinations: [swapped] });
    assert.equal((await world.ask(other)).status, 200);
    const shown = world.must(await world.send("GET", "/api/2.0/serving-endpoints/swapped", null));
    const [{ external_model }] = (shown.config as { served_entities: [{ external_model: object }] }).served_entities;
    const openai_config = { openai_api_base: world.first.base_url, openai_api_key: "{{secrets/providers/openai}}" };
    const dearer = { external_model: { ...external_model, name: "dearer", openai_config } };
    world.must(await world.send("PUT", "/api/2.0/serving-endpoints/swapped/config", { served_entities: [dearer] }));
    assert.equal((await world.ask(other)).status, 400, "another model than the one that is priced and on record");
    world.first.behaviour = embedding(3);
    const vectors = await world.serviceOf("vectors", {
      destinations: [destination("one", "main.ai.first", {}, "vectors")],
    });
    const made = await world.send("POST", "/ai-gateway/mlflow/v1/embeddings", { model: vectors, input: "abc" }, "ben");
    assert.deepEqual(((world.must(made).data as JsonObject[])[0] as JsonObject).embedding, [3, 3, 3]);
    world.first.behaviour = saying("first");
  });

  it("is changed only as it was read, where an etag says so, and its names are one space", async () => {
    const path = `${PROVIDERS}/main.ai.first`;
    const { etag } = world.must(await world.send("GET", path, null)) as { etag: string };
    world.must(await world.change(path, `comment&etag=${encodeURIComponent(etag)}`, { comment: "ours" }));
    const stale = await world.change(path, `comment&etag=${encodeURIComponent(etag)}`, { comment: "late" });
    assert.equal(stale.status, 409, stale.text);
    assert.equal((await world.send("DELETE", `${path}?etag=${encodeURIComponent(etag)}`, null)).status, 409);
    const taken = await world.create("model", "FIRST", {
      config: { routing: { destinations: [destination("one", "main.ai.first")] } },
    });
    assert.equal(taken.status, 409, taken.text);
  });

  it("a destination whose provider is deleted fails closed, also when another takes its name", async () => {
    world.must(await world.create("model_provider", "brief", { config: openai(world.first.base_url) }));
    const service = await world.serviceOf("orphan", { destinations: [destination("one", "main.ai.brief")] });
    assert.equal((await world.ask(service)).status, 200);
    world.must(await world.send("DELETE", `${PROVIDERS}/main.ai.brief`, null));
    const gone = await world.ask(service);
    assert.equal(gone.status, 400);
    assert.doesNotMatch(gone.text, /brief/);
    world.must(await world.create("model_provider", "brief", { config: openai(world.second.base_url) }));
    assert.equal((await world.ask(service)).status, 400);
  });

  it("goes with its schema", async () => {
    await world.rows("CREATE SCHEMA main.gone");
    const body = { config: { routing: { destinations: [destination("one", "main.ai.first")] } } };
    world.must(await world.send("POST", `${MODELS}?parent=schemas/main.gone&model_service_id=s`, body));
    await world.rows("DROP SCHEMA main.gone CASCADE");
    assert.equal((await world.send("GET", `${MODELS}/main.gone.s`, null)).status, 404);
  });
});
