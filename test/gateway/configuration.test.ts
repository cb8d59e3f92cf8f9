import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { saying } from "./provider.ts";
import { type GatewayWorld, gatewayWorld, KEY, type Told } from "./world.ts";

const messages = [{ role: "user", content: "hello" }];

describe("a serving endpoint by REST", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  const external = (more: object = {}, config: object = {}) => ({
    external_model: {
      name: "upstream-0",
      provider: "openai",
      task: "llm/v1/chat",
      openai_config: {
        openai_api_base: world.first.base_url,
        openai_api_key: "{{secrets/providers/openai}}",
        ...config,
      },
    },
    ...more,
  });
  const create = (name: string, served_entities: readonly object[], more: object = {}): Promise<Told> =>
    world.send("POST", "/api/2.0/serving-endpoints", { name, config: { served_entities, ...more } });
  const entityOf = ({ body }: Told): JsonObject => ((body.config as JsonObject).served_entities as JsonObject[])[0]!;

  it("is made, shown without what is secret, answered by, changed and deleted", async () => {
    const made = await create("life", [external()]);
    assert.equal(made.status, 200, made.text);
    const shown = await world.send("GET", "/api/2.0/serving-endpoints/life", null);
    assert.equal(entityOf(shown).name, "upstream-0");
    assert.deepEqual((entityOf(shown).external_model as JsonObject).openai_config, {
      openai_api_base: world.first.base_url,
      openai_api_key: "{{secrets/providers/openai}}",
    });
    world.first.behaviour = saying("alive");
    assert.equal((await world.send("POST", "/serving-endpoints/life/invocations", { messages })).status, 200);
    const changed = await world.send("PUT", "/api/2.0/serving-endpoints/life/config", {
      served_entities: [external({ name: "other" })],
    });
    assert.deepEqual([(changed.body.config as JsonObject).config_version, entityOf(changed).name], [2, "other"]);
    assert.equal((await world.send("DELETE", "/api/2.0/serving-endpoints/life", null)).status, 200);
    assert.equal((await world.send("POST", "/serving-endpoints/life/invocations", { messages })).status, 404);
    const rows = await world.rows(
      "SELECT endpoint_config_version, served_entity_name, endpoint_delete_time IS NOT NULL FROM system.serving.served_entities WHERE endpoint_name = 'life' ORDER BY 1",
    );
    assert.deepEqual(rows, [
      ["1", "upstream-0", "true"],
      ["2", "other", "true"],
    ]);
  });

  it("is made and listed at the path with a slash too, as MLflow's client asks, and by the same rules", async () => {
    const path = "/api/2.0/serving-endpoints/";
    const body = { name: "slashed", config: { served_entities: [external()] } };
    assert.equal((await world.send("POST", path, body, "ben")).status, 403);
    assert.equal((await world.send("POST", path, body)).status, 200);
    const namesOf = ({ body: told }: Told): unknown[] => (told.endpoints as JsonObject[]).map(({ name }) => name);
    assert.ok(namesOf(await world.send("GET", path, null)).includes("slashed"));
    assert.deepEqual(namesOf(await world.send("GET", path, null, "dan")), []);
    assert.equal((await fetch(`${world.origin}${path}`)).status, 401);
  });

  it("keeps a credential that was given in plain text where nobody can read it", async () => {
    const config = { openai_api_key: undefined, openai_api_key_plaintext: KEY };
    const made = await create("plain", [external({}, config)]);
    assert.equal(made.status, 200, made.text);
    for (const path of ["", "/plain"]) {
      const shown = await world.send("GET", `/api/2.0/serving-endpoints${path}`, null);
      assert.doesNotMatch(shown.text, new RegExp(KEY));
      assert.doesNotMatch(shown.text, /sealed/);
    }
    world.first.behaviour = saying("alive");
    assert.equal((await world.send("POST", "/serving-endpoints/plain/invocations", { messages })).status, 200);
    assert.equal(world.first.received.at(-1)?.headers.authorization, `Bearer ${KEY}`);
  });

  it("asks with no secret that its owner may not read", async () => {
    await world.send("POST", "/api/2.0/secrets/scopes/create", { scope: "gone" });
    await world.send("POST", "/api/2.0/secrets/put", { scope: "gone", key: "k", string_value: "x" });
    await create("withheld", [external({}, { openai_api_key: "{{secrets/gone/k}}" })]);
    await world.send("POST", "/api/2.0/secrets/scopes/delete", { scope: "gone" });
    const before = world.first.received.length;
    const answer = await world.send("POST", "/serving-endpoints/withheld/invocations", { messages });
    assert.equal(answer.body.error_code, "INVALID_STATE");
    assert.match(String(answer.body.message), /the secret for 'openai_config.openai_api_key' does not exist, or/);
    assert.equal(world.first.received.length, before);
  });

  it("refuses what it would not keep, by the field's name", async () => {
    const entity = external();
    for (const [because, body, says] of [
      ["an unknown field", { served_entities: [{ ...entity, gpu: "H100" }] }, /'config\.served_entities\[0\]\.gpu'/],
      ["no entity", { served_entities: [] }, /must hold 1 to 10/],
      ["two of one name", { served_entities: [entity, entity] }, /two entities of one name/],
      ["a model that nobody has", { served_entities: [{ entity_name: "main.default.none" }] }, /not configured here/],
      [
        "units of capacity",
        { served_entities: [{ entity_name: "lakeward-offline", provisioned_model_units: 50 }] },
        /not available.*Set 'max_provisioned_throughput'/,
      ],
      [
        "shares of 90",
        {
          served_entities: [entity],
          traffic_config: { routes: [{ served_entity_name: "upstream-0", traffic_percentage: 90 }] },
        },
        /these are 90/,
      ],
      [
        "a share for nobody",
        {
          served_entities: [entity],
          traffic_config: { routes: [{ served_entity_name: "x", traffic_percentage: 100 }] },
        },
        /none of: upstream-0/,
      ],
      [
        "another field of the provider's",
        { served_entities: [external({}, { api_base: "https://evil.example" })] },
        /api_base/,
      ],
    ] as const) {
      const { status, body: told, text } = await create("refused", body.served_entities, body);
      assert.ok(status === 400 || status === 501, `${because}: ${status} ${text}`);
      assert.match(String(told.message), says, because);
    }
    assert.equal((await world.send("GET", "/api/2.0/serving-endpoints/refused", null)).status, 404);
  });

  it("keeps its ai_gateway as it was given, and takes it as a whole", async () => {
    await create("governed", [external()]);
    const path = "/api/2.0/serving-endpoints/governed";
    const ai_gateway = {
      rate_limits: [{ calls: 5, key: "user", renewal_period: "minute" }],
      fallback_config: { enabled: true },
      usage_tracking_config: { enabled: true },
    };
    assert.deepEqual((await world.send("PUT", `${path}/ai-gateway`, ai_gateway)).body, ai_gateway);
    assert.deepEqual((await world.send("GET", path, null)).body.ai_gateway, ai_gateway);
    await world.send("PUT", `${path}/ai-gateway`, { rate_limits: [] });
    assert.deepEqual((await world.send("GET", path, null)).body.ai_gateway, { rate_limits: [] });
    const refused = await world.send("PUT", `${path}/ai-gateway`, { guard_rails: {} });
    assert.match(String(refused.body.message), /'ai_gateway\.guard_rails' is not known/);
    for (const [tables, says] of [
      [{ enabled: true }, /'catalog_name' and 'schema_name'/],
      [{ enabled: true, catalog_name: "c", schema_name: "s.t" }, /schema_name' must be one part of a name/],
      [
        { enabled: true, catalog_name: "c", schema_name: "s" },
        /Schema 'c\.s' does not exist, or you may not know of it/,
      ],
    ] as const)
      assert.match((await world.send("PUT", `${path}/ai-gateway`, { inference_table_config: tables })).text, says);
  });

  it("has tags, which are added and deleted", async () => {
    await create("tagged", [external()]);
    const path = "/api/2.0/serving-endpoints/tagged";
    const add_tags = [{ key: "team", value: "docks" }, { key: "trial" }];
    assert.deepEqual((await world.send("PATCH", `${path}/tags`, { add_tags })).body.tags, add_tags);
    const after = await world.send("PATCH", `${path}/tags`, { delete_tags: ["trial"] });
    assert.deepEqual(after.body.tags, [add_tags[0]]);
    assert.deepEqual((await world.send("GET", path, null)).body.tags, [add_tags[0]]);
  });

  it("is changed by those who manage it, and by nobody else", async () => {
    await world.serve("guarded");
    const path = "/api/2.0/serving-endpoints/guarded";
    for (const [method, of, body] of [
      ["PUT", `${path}/config`, { served_entities: [external()] }],
      ["PUT", `${path}/ai-gateway`, {}],
      ["PUT", `${path}/rate-limits`, { rate_limits: [] }],
      ["PATCH", `${path}/tags`, { add_tags: [] }],
      ["DELETE", path, null],
    ] as const) {
      assert.equal((await world.send(method, of, body, "ben")).status, 403, `${method} ${of}`);
      assert.equal((await world.send(method, of, body, "dan")).status, 404, `${method} ${of}`);
    }
    assert.equal((await world.send("POST", "/api/2.0/serving-endpoints", { name: "bens" }, "ben")).status, 403);
  });
});
