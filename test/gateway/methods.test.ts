import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { endpoint, type Method } from "#kernel/mod.ts";
import { type MethodsWorld, mcpWhoami, methodsWorld, type Program, WHOAMI } from "../agents/methods-world.ts";
import { type Provider, saying, startProvider } from "./provider.ts";

const messages = [{ role: "user", content: "How deep is it?" }];

/** What is on record of the hop on which the identity matters. */
interface Hop {
  readonly action: "function.execute" | "endpoint.query" | "secret.get";
  readonly of: string;
  /** Whose identity: who asks, or the agent's own principal. */
  readonly as: "caller" | "agent";
}

/** Makes an endpoint of this kind that reaches what it needs by this method, and asks it as the caller with this trace. */
type Way = (ways: Ways, headers: object) => Promise<{ readonly own?: string }>;

interface Cell {
  readonly kind: "agent" | "custom model" | "foundation model" | "external model";
  readonly method: Method;
  readonly way: Way;
  /** How it is on record; or the reason for which it is refused when it is configured. */
  readonly hop?: Hop;
  readonly refused?: RegExp;
}

const acting = (method: Method) => (method === "automatic_passthrough" ? "agent" : "user");

const agentWith =
  (method: "on_behalf_of" | "automatic_passthrough"): Way =>
  ({ agent }, headers) =>
    agent({ resources: [{ ...WHOAMI, method }] }, { wishes: [mcpWhoami(acting(method))] }, headers);
const modelBy =
  (method: Method): Way =>
  ({ agent }, headers) => {
    const wish = { as: acting(method), path: "/serving-endpoints/offline/invocations", body: { messages } } as const;
    return agent({ resources: [{ ...endpoint("offline"), method }] }, { wishes: [wish] }, headers);
  };
const agentWithSecret =
  (method: Method): Way =>
  ({ agent }, headers) => {
    const external = [{ host: "api.weather.example", variables: ["KEY"], method }];
    const environment = { KEY: "{{secrets/vault/key}}" };
    return agent({ resources: [], environment, external }, { variable: "KEY" }, headers);
  };
const customModel: Way = ({ serve }, headers) => serve({ entity_name: "lake.s.tides", entity_version: "1" }, headers);
const providerWithout: Way = ({ serve, base_url }, headers) =>
  serve(externalModel({ openai_api_base: base_url }), headers);
const externalModel = (openai_config: object) => ({
  external_model: { name: "m", provider: "openai", task: "llm/v1/chat", openai_config },
});

/** Models of one's own are not served here, by any method. */
const NO_CUSTOM = /names 'lake\.s\.tides', which is not configured here/;
const NEEDS_KEY = /'.*openai_api_key' is needed/;

/** Source: Databricks docs on authentication of agents, passthrough of Foundation Models, and external models; docs/decisions/0012. */
// biome-ignore format: a table is read in columns
const cells: readonly Cell[] = [
  { kind: "agent",            method: "automatic_passthrough", way: agentWith("automatic_passthrough"), hop: { action: "function.execute", of: WHOAMI.name, as: "agent" } },
  { kind: "agent",            method: "on_behalf_of",          way: agentWith("on_behalf_of"),          hop: { action: "function.execute", of: WHOAMI.name, as: "caller" } },
  { kind: "agent",            method: "manual",                way: agentWithSecret("manual"),          hop: { action: "secret.get", of: "vault", as: "agent" } },
  { kind: "custom model",     method: "automatic_passthrough", way: customModel,                        refused: NO_CUSTOM },
  { kind: "custom model",     method: "on_behalf_of",          way: customModel,                        refused: NO_CUSTOM },
  { kind: "custom model",     method: "manual",                way: customModel,                        refused: NO_CUSTOM },
  { kind: "foundation model", method: "automatic_passthrough", way: modelBy("automatic_passthrough"),   hop: { action: "endpoint.query", of: "offline", as: "agent" } },
  { kind: "foundation model", method: "on_behalf_of",          way: modelBy("on_behalf_of"),            hop: { action: "endpoint.query", of: "offline", as: "caller" } },
  { kind: "foundation model", method: "manual",                way: modelBy("manual"),                  refused: /is not reached by a stored credential/ },
  { kind: "foundation model", method: "manual",                way: ({ serve }, headers) => serve({ entity_name: "lakeward-offline", openai_config: {} }, headers), refused: /openai_config' is not known/ },
  { kind: "external model",   method: "automatic_passthrough", way: providerWithout,                    refused: NEEDS_KEY },
  { kind: "external model",   method: "automatic_passthrough", way: agentWithSecret("automatic_passthrough"), refused: /no token of the workspace's may be sent there/ },
  { kind: "external model",   method: "on_behalf_of",          way: providerWithout,                    refused: NEEDS_KEY },
  { kind: "external model",   method: "on_behalf_of",          way: agentWithSecret("on_behalf_of"),    refused: /no token of the workspace's may be sent there/ },
  { kind: "external model",   method: "manual",                way: ({ serve, base_url }, headers) => serve(externalModel({ openai_api_base: base_url, openai_api_key: "{{secrets/vault/key}}" }), headers), hop: { action: "secret.get", of: "vault", as: "caller" } },
];

interface Ways {
  readonly base_url: string;
  agent(
    declared: Parameters<MethodsWorld["agent"]>[1],
    input: object,
    headers: object,
  ): Promise<{ readonly own: string }>;
  serve(entity: object, headers: object): Promise<object>;
}

describe("endpoint kind x authentication method", () => {
  let world: MethodsWorld;
  let provider: Provider;
  let caller: Program;
  let made = 0;
  before(async () => {
    provider = await startProvider(saying("Four fathoms."));
    const entry = `{ host: 127.0.0.1, port: ${provider.port}, purpose: model }`;
    world = await methodsWorld(silentLog, `egress:\n  allow:\n    - ${entry}\n`);
    caller = await world.program("caller");
    const { rest } = world;
    await ok("POST", "/api/2.0/secrets/scopes/create", { scope: "vault" });
    await ok("POST", "/api/2.0/secrets/put", { scope: "vault", key: "key", string_value: "sk-of-the-provider" });
    await ok("POST", "/api/2.0/secrets/acls/put", { scope: "vault", principal: world.maker.name, permission: "READ" });
    const config = { served_entities: [{ entity_name: "lakeward-offline" }] };
    await ok("POST", "/api/2.0/serving-endpoints", { name: "offline", config });
    await everybody("offline");
    assert.equal((await rest.call(caller.token, "GET", "/api/2.0/serving-endpoints/offline")).status, 200);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  const ok = async (method: string, path: string, body: object): Promise<void> => {
    const { status, text } = await world.rest.call(world.rest.admin, method, path, body);
    if (status !== 200) throw new Error(text);
  };
  const everybody = (name: string): Promise<void> =>
    ok("PATCH", `/api/2.0/permissions/serving-endpoints/${name}`, {
      access_control_list: [{ group_name: "account users", permission_level: "CAN_QUERY" }],
    });
  const ask = async (name: string, body: object, headers: object): Promise<void> => {
    const path = `/serving-endpoints/${name}/invocations`;
    const { status, text } = await world.rest.call(caller.token, "POST", path, body, headers);
    assert.equal(status, 200, text);
  };
  const ways = (): Ways => ({
    base_url: provider.base_url,
    agent: async (declared, input, headers) => {
      const name = `agent-${++made}`;
      const own = await world.agent(name, declared);
      await ask(name, { input: JSON.stringify(input) }, headers);
      return { own };
    },
    serve: async (entity, headers) => {
      const name = `served-${++made}`;
      await ok("POST", "/api/2.0/serving-endpoints", { name, config: { served_entities: [entity] } });
      await everybody(name);
      await ask(name, { messages }, headers);
      return {};
    },
  });

  for (const [place, { kind, method, way, hop, refused }] of cells.entries())
    it(`${kind} by ${method}: ${hop ? `as the ${hop.as}` : `refused, ${refused}`}`, async () => {
      const trace_id = `${place + 1}`.padStart(32, "a");
      const headers = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` };
      if (!hop) return await assert.rejects(way(ways(), headers), refused!);
      const { own } = await way(ways(), headers);
      const rows = await world.rest.sql(
        `SELECT DISTINCT decision.identity.method, decision.subject, decision.effect FROM system.access.audit
         WHERE decision.action = '${hop.action}' AND decision.securables[0].name = '${hop.of}'
         AND decision.trace_id = '${trace_id}'`,
      );
      assert.deepEqual(rows, [[method, hop.as === "caller" ? caller.name : own, "permit"]]);
    });

  it("knows every kind by every method", () => {
    const told = new Set(cells.map(({ kind, method }) => `${kind} ${method}`));
    assert.equal(told.size, 4 * 3);
  });
});
