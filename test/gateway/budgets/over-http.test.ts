import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { breaking, embedding, failing, saying, USAGE } from "../provider.ts";
import { type GatewayWorld, gatewayWorld, type Person, type Told } from "../world.ts";

const GATEWAY = "BUDGET_RESOURCE_TYPE_UNITY_AI_GATEWAY";
const PER_USER = "ALERT_CONFIGURATION_SCOPE_TYPE_PER_USER";
const block = { action_configurations: [{ action_type: "BLOCK_USAGE" }] };
const messages = [{ role: "user", content: "How deep?" }];
/** What upstream-0 costs by the operator's word: a dollar for each token that it reads or says, so that amounts are plain. */
const prices = `models:
  prices:
    - { provider: openai, model: upstream-0, input: 100000, output: 100000 }
    - { provider: lakeward, model: lakeward-offline, input: 1000, output: 1000 }
`;
const CENTS_OF_A_TOKEN = 10;
const COST = (USAGE.total_tokens * CENTS_OF_A_TOKEN) / 100;

const alert = (quantity_threshold: string, more: object = {}) => ({
  time_period: "MONTH",
  trigger_type: "CUMULATIVE_SPENDING_EXCEEDED",
  quantity_type: "LIST_PRICE_DOLLARS_USD",
  quantity_threshold,
  ...more,
});

describe("a budget that blocks", () => {
  let world: GatewayWorld;
  let path = "";
  before(async () => {
    world = await gatewayWorld(prices);
    path = `/api/2.1/accounts/${world.platform.services.site.account_id}/budgets`;
    world.first.behaviour = saying("Four fathoms.");
  });
  after(() => world[Symbol.asyncDispose]());

  /** An endpoint that is labelled with its own name, and a budget for what is labelled so. */
  const budgeted = async (
    team: string,
    alerts: readonly object[],
    options: Parameters<GatewayWorld["serve"]>[1] = {},
  ) => {
    await world.serve(team, options);
    await world.send("PATCH", `/api/2.0/serving-endpoints/${team}/tags`, { add_tags: [{ key: "team", value: team }] });
    const filter = { tags: [{ key: "team", value: { operator: "IN", values: [team] } }] };
    const budget = { display_name: `of ${team}`, resource_type: GATEWAY, filter, alert_configurations: alerts };
    const made = await world.send("POST", path, { budget });
    assert.equal(made.status, 200, made.text);
    return String((made.body.budget as JsonObject).budget_configuration_id);
  };
  const ask = (endpoint: string, more: object = {}, as: Person = "ben"): Promise<Told> =>
    world.send("POST", `/serving-endpoints/${endpoint}/invocations`, { messages, max_tokens: 2, ...more }, as);

  it("lets nothing through once it is spent, to any provider, by any protocol, and says which it is and when it begins anew", async () => {
    const id = await budgeted("docks", [alert("3", block)]);
    for (let i = 0; i < 2; i += 1) assert.equal((await ask("docks")).status, 200);
    const asked = world.first.received.length;
    for (const [at, body, shape] of [
      ["/serving-endpoints/docks/invocations", { messages }, "error_code"],
      ["/serving-endpoints/docks/invocations", { messages, stream: true }, "error_code"],
      ["/serving-endpoints/chat/completions", { model: "docks", messages }, "error"],
      ["/ai-gateway/openai/v1/responses", { model: "docks", input: "How deep?" }, "error"],
      ["/ai-gateway/anthropic/v1/messages", { model: "docks", max_tokens: 2, messages }, "error"],
      [
        "/ai-gateway/gemini/v1beta/models/docks:generateContent",
        { contents: [{ role: "user", parts: [{ text: "How deep?" }] }] },
        "error",
      ],
    ] as const) {
      const told = await world.send("POST", at, body, "ben");
      assert.equal(told.status, 403, `${at} ${told.text}`);
      assert.ok(shape in told.body);
      const now = new Date();
      const renews = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
      assert.ok(told.text.includes(id) && told.text.includes(renews), told.text);
      assert.match(told.text, /of docks.*has reached its limit of \$3 in this month/);
    }
    assert.equal(world.first.received.length, asked, "the provider heard nothing of it");
    const rows = await world.rows(
      "SELECT status_code, sum(cost.usd) FROM system.ai_gateway.usage WHERE endpoint_name = 'docks' GROUP BY 1 ORDER BY 1",
    );
    assert.deepEqual(rows, [
      ["200", String(2 * COST)],
      ["403", null],
    ]);
  });

  it("is raised by who administers, and counts with what was spent of it", async () => {
    const id = await budgeted("raised", [alert("2", block)]);
    const one = `${path}/${id}`;
    assert.equal((await ask("raised")).status, 200);
    assert.equal((await ask("raised", { max_tokens: 9 })).status, 403);
    const { body } = await world.send("GET", one, null);
    const budget = body.budget as JsonObject;
    const [own] = budget.alert_configurations as JsonObject[];
    const changed = await world.send("PUT", one, {
      budget: { ...budget, alert_configurations: [{ ...own, quantity_threshold: "20" }] },
    });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await ask("raised", { max_tokens: 9 })).status, 200);
    assert.equal((await world.send("DELETE", one, null)).status, 200);
    assert.equal((await world.send("GET", one, null)).status, 404);
    assert.equal((await ask("raised", { max_tokens: 1_000 })).status, 200);
  });

  it("for each user is each one's own, another amount for who is named, and tells nobody what others spent", async () => {
    const { identity } = world.platform.services;
    const cleo = (await identity.users.find("cleo@board.org"))!;
    const principal_overrides = [{ principal_id: Number(cleo.id), override_threshold: "4" }];
    const id = await budgeted("each", [
      alert("2", { ...block, scope_type: PER_USER, principal_overrides }),
      alert("40", block),
    ]);
    assert.equal((await ask("each", {}, "ben")).status, 200);
    assert.match(
      (await ask("each", { max_tokens: 9 }, "ben")).text,
      /less left of its limit of \$2 for you in this month/,
    );
    for (let i = 0; i < 2; i += 1) assert.equal((await ask("each", {}, "cleo")).status, 200);
    assert.equal((await ask("each", { max_tokens: 9 }, "cleo")).status, 403);
    const at = `/api/2.1/accounts/${world.platform.services.site.account_id}/budget-spend-statuses/${id}`;
    const { body } = await world.send("GET", at, null, "cleo");
    assert.deepEqual(body.alert_spend_statuses, [
      {
        scope_type: PER_USER,
        time_period: "MONTH",
        spend: String(2 * COST),
        threshold: "4",
        percent_consumed: String((2 * COST * 100) / 4),
      },
      {
        scope_type: "ALERT_CONFIGURATION_SCOPE_TYPE_SHARED",
        time_period: "MONTH",
        percent_consumed: String((3 * COST * 100) / 40),
      },
    ]);
    for (const [method, there] of [
      ["GET", path],
      ["GET", `${path}/${id}`],
      ["DELETE", `${path}/${id}`],
    ] as const)
      assert.equal((await world.send(method, there, null, "cleo")).status, 403);
  });

  it("counts what a stream took, what broke off, and nothing of what failed or was given again", async () => {
    const ai_gateway = { response_cache_config: { enabled: true } };
    await budgeted("streams", [alert("1000", block), alert("999")], { ai_gateway });
    const spent = async (): Promise<number> => {
      const { body } = await world.send("GET", path.replace("budgets", "budget-spend-statuses"), null);
      const statuses = body.budget_spend_statuses as JsonObject[];
      const { budgets } = (await world.send("GET", path, null)).body as { budgets: JsonObject[] };
      const id = budgets.find((one) => one.display_name === "of streams")!.budget_configuration_id;
      const own = statuses.find(({ name }) => String(name).endsWith(String(id)))!;
      const percent = Number((own.alert_spend_statuses as JsonObject[])[0]!.percent_consumed);
      return Math.round(percent * 100) / 10;
    };
    assert.equal((await ask("streams", { stream: true })).status, 200);
    assert.equal(await spent(), COST);
    await ask("streams", { stream: true });
    assert.equal(await spent(), COST, "what is given again costs nothing");
    world.first.behaviour = failing(500);
    await ask("streams", { seed: 1 });
    assert.equal(await spent(), COST, "what failed costs nothing");
    world.first.behaviour = breaking;
    await ask("streams", { stream: true, seed: 2 });
    assert.ok((await spent()) > COST, "what broke off costs what was said until then");
    world.first.behaviour = saying("Four fathoms.");
  });

  it("covers texts to embed", async () => {
    world.second.behaviour = embedding(2);
    // The second provider's model is called upstream-0 too, since it is the first of its endpoint.
    await budgeted("vectors", [alert("2", block)], { providers: [world.second], task: "llm/v1/embeddings" });
    const embed = () => world.send("POST", "/serving-endpoints/vectors/invocations", { input: "harbour" }, "ben");
    assert.equal((await embed()).status, 200);
    assert.equal((await embed()).status, 200);
    assert.equal((await embed()).status, 403);
  });

  it("covers models of this server, and what SQL and MCP tools ask of them", async () => {
    const config = { served_entities: [{ entity_name: "lakeward-offline" }] };
    const tags = [{ key: "team", value: "embedded" }];
    const made = await world.send("POST", "/api/2.0/serving-endpoints", { name: "embedded", config, tags });
    assert.equal(made.status, 200, made.text);
    const filter = { tags: [{ key: "team", value: { operator: "IN", values: ["embedded"] } }] };
    const alert_configurations = [alert("0.5", block)];
    const budget = { display_name: "of embedded", resource_type: GATEWAY, filter, alert_configurations };
    await world.send("POST", path, { budget });
    const question = "SELECT ai_query('embedded', 'What is a harbour? ' || CAST(rand() AS STRING)) AS said";
    const mcp = async (): Promise<string> => {
      const params = { name: "execute_sql", arguments: { query: question } };
      const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
      const response = await fetch(`${world.origin}/api/2.0/mcp/sql`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${world.token("ada")}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: JSON.stringify(body),
      });
      return response.text();
    };
    let said = "";
    for (let i = 0; i < 30 && !said.includes("of embedded"); i += 1) said = await mcp();
    assert.match(said, /of embedded.*(has reached|has less left of) its limit of \$0\.5/);
    await assert.rejects(world.rows(question), /of embedded.*its limit of \$0\.5/);
    const [[spent]] = (await world.rows(
      "SELECT sum(cost.usd) FROM system.ai_gateway.usage WHERE endpoint_name = 'embedded'",
    )) as [[string]];
    assert.ok(Number(spent) > 0 && Number(spent) <= 0.5 + 1, spent);
  });

  it("is not got round by a service that asks the endpoint's model", async () => {
    await world.serve("quay");
    await world.rows("CREATE CATALOG main");
    await world.rows("CREATE SCHEMA main.ai");
    const create = (id: string, endpoint: string): Promise<Told> => {
      const own = {
        name: "own",
        destination_type: "DESTINATION_TYPE_PAY_PER_TOKEN_FOUNDATION_MODEL",
        pay_per_token_config: { model: `models/system.ai.${endpoint}` },
      };
      const at = `/api/2.1/unity-catalog/model-services?parent=schemas/main.ai&model_service_id=${id}`;
      return world.send("POST", at, { config: { routing: { destinations: [own] } } });
    };
    const asked = (): Promise<Told> =>
      world.send("POST", "/ai-gateway/mlflow/v1/chat/completions", { model: "main.ai.before", messages });
    assert.equal((await create("before", "quay")).status, 200);
    assert.equal((await asked()).status, 200);
    await budgeted("pier", [alert("1", block)]);
    const around = await create("around", "pier");
    assert.equal(around.status, 400, around.text);
    assert.match(around.text, /has tags that a budget is for/);
    await world.send("PATCH", "/api/2.0/serving-endpoints/quay/tags", { add_tags: [{ key: "team", value: "pier" }] });
    const later = await asked();
    assert.equal(later.status, 400, later.text);
    assert.match(later.text, /cannot ask one of its destinations/);
  });

  it("is not got round by what a question says of itself", async () => {
    await budgeted("firm", [alert("1", block)]);
    const others: readonly (readonly [object, Record<string, string>])[] = [
      [{ usage_context: { team: "other" } }, {}],
      [{}, { "databricks-ai-gateway-request-tags": JSON.stringify({ team: "other" }) }],
      [{ client_request_id: "x" }, { "x-budget": "other" }],
    ];
    for (const [more, headers] of others) {
      const response = await fetch(`${world.origin}/serving-endpoints/firm/invocations`, {
        method: "POST",
        headers: { authorization: `Bearer ${world.token("ben")}`, "content-type": "application/json", ...headers },
        body: JSON.stringify({ messages, max_tokens: 100, ...more }),
      });
      assert.equal(response.status, 403, await response.text());
    }
    for (const field of ["budget", "budget_id", "cost"])
      assert.equal((await ask("firm", { [field]: "other" })).status, 400, field);
  });

  it("lets through no model whose price nobody said, and what it is said of is another budget's not", async () => {
    const team = "unpriced";
    const external_model = {
      name: "nobody-knows",
      provider: "openai",
      task: "llm/v1/chat",
      openai_config: { openai_api_base: world.first.base_url, openai_api_key: "{{secrets/providers/openai}}" },
    };
    const tags = [{ key: "team", value: team }];
    const config = { served_entities: [{ name: "m", external_model }] };
    await world.send("POST", "/api/2.0/serving-endpoints", { name: team, config, tags });
    assert.equal((await ask(team, {}, "ada")).status, 200, "no budget is for it yet");
    const filter = { tags: [{ key: "team", value: { operator: "IN", values: [team] } }] };
    const budget = { display_name: "of it", resource_type: GATEWAY, filter, alert_configurations: [alert("1", block)] };
    await world.send("POST", path, { budget });
    const told = await ask(team, {}, "ada");
    assert.equal(told.status, 403);
    assert.match(told.text, /'openai nobody-knows' costs is not known/);
  });

  it("tells of each threshold once, on the record of the question that came to it", async () => {
    await budgeted("told", [alert("1.5"), alert("3")]);
    for (let i = 0; i < 4; i += 1) assert.equal((await ask("told", { client_request_id: `told-${i}` })).status, 200);
    const rows = await world.rows(
      `SELECT client_request_id, governance.budget_alerts[0].budget, governance.budget_alerts[0].threshold, governance.budget_alerts[0].scope
         FROM system.serving.endpoint_usage WHERE size(governance.budget_alerts) > 0 AND client_request_id LIKE 'told-%' ORDER BY 1`,
    );
    assert.deepEqual(rows, [
      ["told-0", "of told", "1.5", "shared"],
      ["told-1", "of told", "3", "shared"],
    ]);
  });
});
