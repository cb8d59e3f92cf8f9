import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { saying } from "../../gateway/provider.ts";
import { destination, MODELS, messages, type ServicesWorld, servicesWorld } from "../../gateway/services-world.ts";
import { KEY, type Told } from "../../gateway/world.ts";

const said = (result: string, reason = ""): string =>
  `to_variant_object(named_struct('result', '${result}'${reason === "" ? "" : `, 'reason', ${reason}`}))`;

/** What each policy refuses; all else is let through. */
const policies: Readonly<Record<string, string>> = {
  monsters: `CASE WHEN contains(lower(event:data::string), 'kraken') THEN ${said("DENY", "'No sea monsters.'")} ELSE ${said("ALLOW")} END`,
  quiet: `CASE WHEN event:type::string = 'response' AND contains(lower(event:data::string), 'leviathan')
    THEN ${said("DENY", "event:context.message::string")} ELSE ${said("ALLOW")} END`,
  broken: `CASE WHEN event:data.no_such_field::string = 'x' THEN ${said("ALLOW")} ELSE ${said("ALLOW")} END`,
  asks: `CASE WHEN event:type::string = 'request' THEN ${said("ASK")} ELSE ${said("ALLOW")} END`,
  members: `CASE WHEN current_user() = 'cleo@board.org' AND event:context.actor.run_as::string = 'cleo@board.org'
    THEN ${said("ALLOW")} ELSE ${said("DENY", "'canary-of-the-policy'")} END`,
};

describe("attacks on service policies", () => {
  let world: ServicesWorld;
  before(async () => {
    world = await servicesWorld();
    for (const [name, body] of Object.entries(policies))
      await world.rows(`CREATE FUNCTION main.ai.${name}(event VARIANT) RETURNS VARIANT RETURN ${body}`);
    const routing = { destinations: [destination("one", "main.ai.first")] };
    for (const name of Object.keys(policies))
      await world.serviceOf(`by_${name}`, routing, {
        inference_table: { parent: "schemas/main.ai" },
        service_policies: [{ function: `functions/main.ai.${name}` }],
      });
  });
  after(() => world[Symbol.asyncDispose]());

  const policyOf = ({ body }: Told): JsonObject | undefined => body.databricks_service_policy as JsonObject | undefined;
  const asking = (content: string): object => ({ messages: [{ role: "user", content }] });

  it("a policy refuses a question in whichever protocol and spelling it comes, and no model is asked", async () => {
    const service = "main.ai.by_monsters";
    world.first.behaviour = saying("first");
    assert.equal(policyOf(await world.ask(service)), undefined);
    const before = world.first.received.length;
    const told = await world.ask(service, "ben", asking("a Kraken"));
    assert.equal(told.status, 200, told.text);
    assert.deepEqual(policyOf(told), {
      name: "monsters",
      action: "deny",
      phase: "pre_call",
      reason: "No sea monsters.",
    });
    const [choice] = told.body.choices as JsonObject[];
    assert.equal(choice!.finish_reason, "content_filter");
    assert.deepEqual(
      (choice!.message as JsonObject).content,
      "This request was blocked by the 'monsters' service policy.",
    );
    const text = "a kraken";
    const bodies: readonly (readonly [string, object | string])[] = [
      ["/ai-gateway/openai/v1/responses", { model: service, input: text }],
      ["/ai-gateway/openai/v1/responses", { model: service, instructions: text, input: "x" }],
      ["/ai-gateway/anthropic/v1/messages", { model: service, max_tokens: 9, system: text, messages }],
      [
        "/ai-gateway/anthropic/v1/messages",
        { model: service, max_tokens: 9, messages: [{ role: "user", content: [{ type: "text", text }] }] },
      ],
      [
        `/ai-gateway/gemini/v1beta/models/${service}:generateContent`,
        { contents: [{ parts: [{ text: "a kra" }, { text: "KRAKEN" }] }] },
      ],
      [
        "/ai-gateway/mlflow/v1/chat/completions",
        `{"model":"${service}","messages":[{"role":"user","content":"a \\u006braken"}]}`,
      ],
      [
        "/ai-gateway/mlflow/v1/chat/completions",
        {
          model: service,
          messages: [
            ...messages,
            { role: "assistant", content: "so" },
            { role: "user", content: "x" },
            { role: "system", content: text },
          ],
        },
      ],
      [
        "/ai-gateway/mlflow/v1/chat/completions",
        {
          model: service,
          messages,
          tools: [
            {
              type: "function",
              function: { name: "f", description: text, parameters: { type: "object", properties: {} } },
            },
          ],
        },
      ],
    ];
    for (const [path, body] of bodies) {
      const response = await fetch(`${world.origin}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${world.token("ben")}`, "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      assert.match(
        await response.text(),
        /blocked by the 'monsters' service policy/,
        `${path} ${JSON.stringify(body)}`,
      );
    }
    assert.equal(world.first.received.length, before);
  });

  it("a policy refuses an answer, whole and on streams, and not a piece of it is let out before, nor by the reason", async () => {
    world.first.behaviour = saying("from the deep rises Leviathan, at last");
    for (const stream of [false, true]) {
      const told = await world.ask("main.ai.by_quiet", "ben", { stream });
      assert.equal(told.status, 200);
      assert.match(told.text, /This response was blocked by the 'quiet' service policy/);
      assert.doesNotMatch(told.text, /deep|Leviathan,/);
      if (!stream) assert.equal(policyOf(told)!.phase, "post_call");
    }
    const many = await world.ask("main.ai.by_quiet", "ben", { n: 2 });
    assert.doesNotMatch(many.text, /deep/);
    world.first.behaviour = saying("calm");
    const calm = await world.ask("main.ai.by_quiet", "ben", { stream: true });
    assert.match(calm.text, /calm/);
  });

  it("a policy that throws refuses, without a word of why", async () => {
    const before = world.first.received.length;
    const told = await world.ask("main.ai.by_broken");
    assert.equal(policyOf(told)!.action, "deny");
    assert.doesNotMatch(told.text, /no_such_field|not there/);
    assert.equal(world.first.received.length, before);
  });

  it("ASK lets nothing through, since nobody can consent here", async () => {
    assert.equal(policyOf(await world.ask("main.ai.by_asks"))!.action, "ask");
  });

  it("a policy looks at who asks, not at its owner or the service's", async () => {
    assert.equal(policyOf(await world.ask("main.ai.by_members", "cleo")), undefined);
    assert.equal(policyOf(await world.ask("main.ai.by_members", "ben"))!.action, "deny");
    assert.equal(policyOf(await world.ask("main.ai.by_members", "ben", { user: "cleo@board.org" }))!.action, "deny");
  });

  it("whoever may ask the service reads nothing of its policies, and the text of one is hidden from them", async () => {
    const told = await world.ask("main.ai.by_members", "ben");
    assert.doesNotMatch(told.text, /current_user|CASE|cleo/);
    const shown = await world.send("GET", "/api/2.1/unity-catalog/functions/main.ai.members", null, "ben");
    assert.equal(shown.status, 404);
  });

  it("a denied exchange is on record and in the inference table, with nothing of what it was about in the record", async () => {
    const rows = await world.rows(
      "SELECT status_code, contains(response, 'blocked by') FROM main.ai.by_monsters_payload WHERE contains(request, 'a Kraken')",
    );
    assert.deepEqual(rows, [["200", "true"]]);
    const usage = await world.rows("SELECT * FROM system.serving.endpoint_usage WHERE status_code = 200");
    assert.match(JSON.stringify(usage), /service_policy monsters/);
    assert.doesNotMatch(JSON.stringify(usage), new RegExp(`a Kraken|${KEY}`));
  });

  it("nobody attaches what they may not execute, what is no policy, or what a policy cannot hold", async () => {
    await world.rows("CREATE FUNCTION main.ai.plain(x INT) RETURNS INT RETURN x");
    const attach = (name: string) => ({ config: { service_policies: [{ function: `functions/${name}` }] } });
    const path = `${MODELS}/main.ai.by_asks`;
    await world.grant("model_service", "main.ai.by_asks", "MANAGE", ["cleo"]);
    const mask = "config.service_policies";
    const hidden = await world.change(path, mask, attach("main.ai.monsters"), "cleo");
    const missing = await world.change(path, mask, attach("main.ai.nothing"), "cleo");
    assert.deepEqual([hidden.status, missing.status], [400, 400]);
    assert.equal(hidden.body.message, missing.body.message);
    assert.match((await world.change(path, mask, attach("main.ai.plain"))).text, /is no service policy/);
    for (const body of [
      `CASE WHEN EXISTS (SELECT 1 FROM main.ai.t) THEN ${said("DENY")} ELSE ${said("ALLOW")} END`,
      "ai_query('x', 'y')",
    ])
      await assert.rejects(
        world.rows(`CREATE FUNCTION main.ai.bad(event VARIANT) RETURNS VARIANT RETURN ${body}`),
        /in a service policy/,
      );
  });

  it("a policy that is gone, replaced by another, or no more the owner's to run, ends every question", async () => {
    const routing = { destinations: [destination("one", "main.ai.first")] };
    const create = `CREATE FUNCTION main.ai.brief(event VARIANT) RETURNS VARIANT RETURN ${said("ALLOW")}`;
    await world.rows(create);
    const service = await world.serviceOf("fleeting", routing, {
      service_policies: [{ function: "functions/main.ai.brief" }],
    });
    assert.equal(policyOf(await world.ask(service)), undefined);
    await world.rows(create.replace("CREATE", "CREATE OR REPLACE").replace("ALLOW", "DENY"));
    assert.equal(policyOf(await world.ask(service))!.action, "deny", "its new text counts at once");
    await world.rows("DROP FUNCTION main.ai.brief");
    const before = world.first.received.length;
    const gone = await world.ask(service);
    assert.equal(gone.status, 400);
    assert.doesNotMatch(gone.text, /brief/);
    await world.rows(create);
    assert.equal((await world.ask(service)).status, 400, "another function of the same name is not it");
    assert.equal(world.first.received.length, before);
  });

  it("a client that does not know policies takes none away, and none is called from SQL", async () => {
    const routing = { destinations: [destination("one", "main.ai.first")] };
    const path = `${MODELS}/main.ai.by_asks`;
    world.must(await world.change(path, "config", { config: { routing } }));
    assert.equal(policyOf(await world.ask("main.ai.by_asks"))!.action, "ask");
    await assert.rejects(world.rows("SELECT main.ai.asks(parse_json('{}'))"));
    world.must(await world.change(path, "config.service_policies", { config: {} }));
    assert.equal(policyOf(await world.ask("main.ai.by_asks")), undefined);
  });
});
