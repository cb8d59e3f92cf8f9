import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type Actor, Doorway, modelProviderService, schema, type What, workspace } from "#kernel/mod.ts";
import { saying } from "../../gateway/provider.ts";
import {
  destination,
  MODELS,
  messages,
  openai,
  PROVIDERS,
  type ServicesWorld,
  servicesWorld,
} from "../../gateway/services-world.ts";
import { KEY } from "../../gateway/world.ts";

const denied = /does not exist, or on which you lack EXECUTE/;

describe("attacks on model services and their providers", () => {
  let world: ServicesWorld;
  before(async () => {
    world = await servicesWorld();
    await world.rows("CREATE SCHEMA main.lab");
    for (const privilege of ["USE_SCHEMA", "CREATE_SERVICE", "CREATE_TABLE"])
      await world.grant("schema", "main.lab", privilege, ["ben"]);
  });
  after(() => world[Symbol.asyncDispose]());

  const select = async (text: string): Promise<readonly object[]> => {
    const client = new pg.Client({ connectionString: world.database_url });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows;
  };
  const inLab = (id: string, body: object) =>
    world.send("POST", `${MODELS}?parent=schemas/main.lab&model_service_id=${id}`, body, "ben");

  it("nobody stands a service of their own on a provider that they may not execute; hidden and missing are refused alike", async () => {
    const routed = (provider: string) => ({ config: { routing: { destinations: [destination("one", provider)] } } });
    const [hidden, missing] = [
      await inLab("thief", routed("main.ai.first")),
      await inLab("thief", routed("main.ai.none")),
    ];
    assert.deepEqual([hidden.status, missing.status], [400, 400]);
    assert.match(hidden.text, denied);
    assert.equal(hidden.body.message, missing.body.message);
  });

  it("nobody stands a service on an endpoint that they may not ask or manage", async () => {
    await world.serve("costly");
    await world.send("PATCH", "/api/2.0/permissions/serving-endpoints/costly", {
      access_control_list: [{ user_name: "ben@board.org", permission_level: "CAN_VIEW" }],
    });
    for (const [type, config] of [
      ["PAY_PER_TOKEN", { pay_per_token_config: { model: "models/system.ai.costly" } }],
      [
        "PROVISIONED_THROUGHPUT",
        { provisioned_throughput_config: { model_serving_endpoint: "serving-endpoints/costly" } },
      ],
    ] as const) {
      const one = { name: "one", destination_type: `DESTINATION_TYPE_${type}_FOUNDATION_MODEL`, ...config };
      assert.equal((await inLab("thief", { config: { routing: { destinations: [one] } } })).status, 400);
    }
  });

  it("an owner who loses the right to a provider loses it for all who ask the service", async () => {
    await world.grant("model_provider_service", "main.ai.second", "EXECUTE", ["ben"]);
    const body = { config: { routing: { destinations: [destination("one", "main.ai.second")] } } };
    world.must(await inLab("lent", body));
    await world.grant("model_service", "main.lab.lent", "EXECUTE", ["cleo"]);
    await world.grant("schema", "main.lab", "USE_SCHEMA", ["cleo"]);
    world.second.behaviour = saying("second");
    assert.equal((await world.ask("main.lab.lent", "cleo")).status, 200, "cleo has no right on the provider herself");
    await world.grant("model_provider_service", "main.ai.second", "EXECUTE", ["ben"], "remove");
    const before = world.second.received.length;
    const told = await world.ask("main.lab.lent", "cleo");
    assert.equal(told.status, 400);
    assert.doesNotMatch(told.text, /main\.ai\.second/);
    assert.equal(world.second.received.length, before);
  });

  it("whoever manages a provider service cannot have its key sent to an address of their own", async () => {
    world.must(await world.create("model_provider", "bound", { config: openai(world.first.base_url) }));
    await world.grant("model_provider_service", "main.ai.bound", "MANAGE", ["ben"]);
    const path = `${PROVIDERS}/main.ai.bound`;
    const before = world.second.received.length;
    for (const [mask, direct] of [
      ["config.provider", { base_url: world.second.base_url, api_key: {} }],
      ["config.provider", { base_url: world.second.base_url }],
      ["config", { base_url: world.second.base_url, api_key: {} }],
      ["config.provider", { base_url: world.first.base_url, organization: "org-evil", api_key: {} }],
    ] as const) {
      const config = { ...openai(""), openai: { direct } };
      const told = await world.change(path, mask, { config }, "ben");
      assert.equal(told.status, 400, told.text);
    }
    for (const more of [{ api_key: {} }, {}]) {
      const same = { openai: { direct: { base_url: world.first.base_url, ...more } } };
      world.must(await world.change(path, "config.provider", { config: same }, "ben"));
    }
    const service = await world.serviceOf("bound-chat", { destinations: [destination("one", "main.ai.bound")] });
    assert.equal((await world.ask(service)).status, 200, "the key is still there");
    assert.equal(world.second.received.length, before);
  });

  it("a key that is stored needs CREATE CONNECTION besides CREATE SERVICE, and is in no answer, record or row", async () => {
    const body = { config: openai(world.first.base_url) };
    const path = `${PROVIDERS}?parent=schemas/main.lab&model_provider_service_id=mine`;
    const refused = await world.send("POST", path, body, "ben");
    assert.equal(refused.status, 403, refused.text);
    assert.match(refused.text, /CREATE_CONNECTION/);
    await world.grant("schema", "main.lab", "CREATE_CONNECTION", ["ben"]);
    const made = await world.send("POST", path, body, "ben");
    assert.equal(made.status, 200, made.text);
    const seen = [
      made.text,
      refused.text,
      (await world.send("GET", `${PROVIDERS}?parent=schemas/main.lab`, null)).text,
    ];
    const rows = await world.rows("SELECT * FROM system.access.audit");
    assert.doesNotMatch(JSON.stringify([...seen, rows]), new RegExp(KEY));
    const kept = await select("SELECT config::text FROM services UNION ALL SELECT record::text FROM audit_record");
    assert.doesNotMatch(JSON.stringify(kept), new RegExp(KEY));
  });

  it("an agent that may make services in one schema stands none on a provider that it did not declare, whoever it acts for", async () => {
    const { identity, gate, agents } = world.platform.services;
    const who = await identity.authenticate(`Bearer ${world.token("ada")}`);
    const folder = fileURLToPath(new URL("../../agents/fixtures/echo", import.meta.url));
    const code = { folder, entry: "agent.ts", dependencies: [] };
    const request = { request_id: crypto.randomUUID(), trace_id: "0".repeat(32), source_ip: "", user_agent: "" };
    const statusOf = async (name: string, resources: readonly What[]): Promise<number> => {
      const scopes = ["unity-catalog"] as const;
      await using permit = await gate.enter(who, "endpoint.create", workspace, new Doorway("http", request));
      await agents.endpoints.create(permit, { kind: "agent", name, description: "acts", code, scopes, resources });
      await permit.settle({ status: "ok" });
      const actor: Actor = { kind: "agent", name, scopes, resources };
      const { token } = await identity.mintOnBehalfOf({ who, actor, scopes });
      const response = await fetch(`${world.origin}${MODELS}?parent=schemas/main.lab&model_service_id=of_${name}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ config: { routing: { destinations: [destination("one", "main.ai.first")] } } }),
      });
      return response.status;
    };
    assert.equal(await statusOf("narrow", [schema("main.lab")]), 400);
    assert.equal(await statusOf("wide", [schema("main.lab"), modelProviderService("main.ai.first")]), 200);
  });

  it("a request takes nothing of a service's configuration with it", async () => {
    const service = await world.serviceOf("plain", { destinations: [destination("one", "main.ai.first")] });
    for (const more of [
      { api_base: world.second.base_url },
      { config: {} },
      { guardrails: {} },
      { destinations: [] },
    ]) {
      const told = await world.ask(service, "ben", more);
      assert.equal(told.status, 400, told.text);
    }
  });

  it("a stolen row does not open in another service: a key is sealed for its service and field", async () => {
    for (const id of ["robbed", "robber"])
      world.must(await world.create("model_provider", id, { config: openai(world.second.base_url) }));
    await select(`UPDATE services SET config = jsonb_set(config, '{credentials}', (SELECT s.config -> 'credentials'
      FROM services s JOIN securables o ON o.id = s.id WHERE o.full_name = 'main.ai.robbed'))
      WHERE id = (SELECT id FROM securables WHERE full_name = 'main.ai.robber')`);
    const service = await world.serviceOf("heist", { destinations: [destination("one", "main.ai.robber")] });
    const before = world.second.received.length;
    const told = await world.ask(service);
    assert.equal(told.status, 500, told.text);
    assert.equal(world.second.received.length, before);
  });

  it("what cannot be done is refused by name, and no field is taken that is not known", async () => {
    const { first } = world;
    const target = { model: "m", native_api_types: ["openai/v1/chat/completions"] };
    const refused: readonly (readonly [object, number, RegExp])[] = [
      [openai(first.base_url, { forward_headers: true }), 501, /'config\.forward_headers' is not available/],
      [openai(first.base_url, { forward_unmanaged_paths: true }), 501, /forward_unmanaged_paths/],
      [openai(first.base_url, { rate_limits: [] }), 501, /'config\.rate_limits'/],
      [openai(first.base_url, { mirror: true }), 400, /'config\.mirror' is not known/],
      [openai("http://user:pw@host/"), 400, /base_url' must be an https/],
      [openai(first.base_url, { targets: [{ ...target, endpoint_route: "x" }] }), 400, /for custom providers alone/],
      [openai(first.base_url, { targets: [] }), 400, /must list at least one model/],
      [
        openai(first.base_url, { openai: { direct: { api_key: { secret_reference: { name: "secrets/a.b.c" } } } } }),
        501,
        /secret_reference/,
      ],
      [openai(first.base_url, { openai: { direct: { api_key: "sk-in-the-wrong-place" } } }), 400, /must be an object/],
      [{ provider_type: "EXTERNAL_MODEL_PROVIDER_TYPE_GEMINI_ENTERPRISE" }, 501, /not available/],
      [
        {
          provider_type: "EXTERNAL_MODEL_PROVIDER_TYPE_CUSTOM",
          custom: { direct: { base_url: "https://host.example/v1", api_key: { plaintext: KEY } } },
          targets: [{ ...target, endpoint_route: "../admin" }],
        },
        400,
        /relative path without/,
      ],
    ];
    for (const [config, status, says] of refused) {
      const told = await world.create("model_provider", "refused", { config });
      assert.equal(told.status, status, told.text);
      assert.match(told.text, says);
      assert.doesNotMatch(told.text, /sk-/);
    }
  });

  it("a scope for serving opens no configuration, and one for Unity Catalog asks no model", async () => {
    const service = await world.serviceOf("scoped", { destinations: [destination("one", "main.ai.first")] });
    const { identity } = world.platform.services;
    const { id } = (await identity.users.find("ben@board.org"))!;
    const tokenFor = async (scope: "model-serving" | "unity-catalog") =>
      (await identity.tokens.create(id, { scopes: [scope] })).token;
    const send = async (method: string, path: string, token: string, body?: object) =>
      (
        await fetch(`${world.origin}${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          ...(body && { body: JSON.stringify(body) }),
        })
      ).status;
    const [serving, catalog] = [await tokenFor("model-serving"), await tokenFor("unity-catalog")];
    const asking = { model: service, messages };
    assert.equal(await send("POST", "/ai-gateway/mlflow/v1/chat/completions", serving, asking), 200);
    assert.equal(await send("GET", `${MODELS}/${service}`, serving), 403);
    assert.equal(await send("POST", "/ai-gateway/mlflow/v1/chat/completions", catalog, asking), 403);
    assert.equal(await send("GET", `${MODELS}/${service}`, catalog), 200);
  });
});
