import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import type { Method } from "../../../src/api/endpoint.ts";
import { saying } from "../../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld } from "../../gateway/world.ts";

const MARK = join(tmpdir(), `lakeward-attack-${process.pid}`);
const messages = [{ role: "user", content: "hello" }];

describe("attacks on the gateway that would have it run something, or take a stranger for an administrator", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("relay");
  });
  after(() => world[Symbol.asyncDispose]());

  // CVE-2026-42271 and CVE-2026-30623: endpoints that try out an MCP server started the command that the request named.
  it("no request names a command: what other gateways start MCP servers by is not there, or refused by its field", async () => {
    const stdio = { transport: "stdio", command: "touch", args: [MARK], env: { PATH: "/usr/bin:/bin" } };
    for (const path of [
      "/mcp-rest/test/connection",
      "/mcp-rest/test/tools/list",
      "/v1/mcp/server",
      "/api/mcp/client",
      "/api/2.0/mcp/external/x",
    ]) {
      const { status } = await world.send("POST", path, { server_name: "x", ...stdio });
      assert.ok(status === 404 || status === 405, `${path}: ${status}`);
    }
    const rpc = { jsonrpc: "2.0", id: 1, method: "initialize" };
    const clientInfo = { name: "x", version: "1" };
    for (const params of [stdio, { protocolVersion: "2025-06-18", capabilities: {}, clientInfo, ...stdio }])
      await world.send("POST", "/api/2.0/mcp/sql", { ...rpc, params });
    const entity = { entity_name: "lakeward-offline" };
    for (const served of [
      { ...entity, ...stdio },
      { ...entity, environment_vars: { NODE_OPTIONS: `--require ${MARK}` } },
      { external_model: { name: "m", provider: "custom", task: "llm/v1/chat", ...stdio } },
      { external_model: { name: "m", provider: "custom", task: "llm/v1/chat", custom_provider_config: stdio } },
    ]) {
      const body = { name: "started", config: { served_entities: [served] } };
      const { status, text } = await world.send("POST", "/api/2.0/serving-endpoints", body);
      assert.ok(status === 400 || status === 501, text);
    }
    const asked = { messages, tools: [{ type: "mcp", ...stdio }] };
    assert.equal((await world.send("POST", "/serving-endpoints/relay/invocations", asked, "ben")).status, 400);
    assert.ok(!existsSync(MARK));
  });

  // CVE-2026-40217: a guardrail could be code, which ran in the gateway's own process.
  it("a guardrail is a setting, never code: what is no setting is refused, and a keyword is compared as text", async () => {
    const code = `require("node:fs").writeFileSync(${JSON.stringify(MARK)}, "")`;
    for (const guard of [
      { custom_code: code },
      { type: "custom_code", code },
      { callable: "os.system" },
      { pii: { behavior: code } },
      { pii: { behavior: "MASK", recognizer: code } },
      { invalid_keywords: [{ regex: ".*" }] },
      { safety: code },
    ]) {
      const body = { guardrails: { input: guard } };
      const { status, text } = await world.send("PUT", "/api/2.0/serving-endpoints/relay/ai-gateway", body);
      assert.equal(status, 400, text);
    }
    const keywords = ["(a+)+$", `\${${code}}`, "{{constructor.constructor('return 1')()}}", "__proto__"];
    await world.serve("worded", { ai_gateway: { guardrails: { input: { invalid_keywords: keywords } } } });
    world.first.behaviour = saying("well");
    const started_ms = performance.now();
    const asked = { messages: [{ role: "user", content: `${"a".repeat(50_000)}!` }] };
    assert.equal((await world.send("POST", "/serving-endpoints/worded/invocations", asked, "ben")).status, 200);
    assert.ok(performance.now() - started_ms < 5_000, "no expression is tried");
    assert.ok(!existsSync(MARK));
  });

  // CVE-2026-48710: what a route needs was decided by a text that the Host header had a part in.
  it("who may do what is decided by the route that was matched: no Host, no header and no spelling of a path opens one", async () => {
    const send = async (method: string, path: string, headers: Record<string, string>) => {
      const asked = request({ host: "127.0.0.1", port: new URL(world.origin).port, method, path, headers });
      const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
        asked.on("error", reject);
        asked.on("response", (response) => {
          void textOf(response).then((said) => resolve({ status: response.statusCode!, text: said }));
        });
      });
      asked.end(method === "GET" ? undefined : "{}");
      return answered;
    };
    const public_path = "/.well-known/databricks-config";
    const [list, relay] = ["/api/2.0/token-management/tokens", "/api/2.0/serving-endpoints/relay"];
    for (const headers of [
      { host: `localhost${public_path}?` },
      { host: `localhost/..${public_path}` },
      { host: "evil.example" },
      { "x-forwarded-host": "localhost", "x-forwarded-prefix": public_path },
      { "x-original-url": public_path, "x-rewrite-url": public_path },
      { "x-http-method-override": "GET" },
    ])
      for (const authorization of [undefined, `Bearer ${world.token("dan")}`])
        for (const [method, path] of [
          ["GET", list],
          ["DELETE", relay],
          ["GET", `${public_path}/..${list}`],
          ["GET", `${public_path}/%2e%2e${list}`],
          ["GET", `/${list}`],
          ["GET", `${list};${public_path}`],
          ["GET", `http://localhost${public_path}/../../..${list}`],
        ] as const) {
          const { status, text } = await send(method, path, {
            ...headers,
            ...(authorization !== undefined && { authorization }),
          } as Record<string, string>);
          assert.ok(status >= 400 && status < 500, `${method} ${path} ${JSON.stringify(headers)}: ${status} ${text}`);
        }
    assert.equal((await world.send("GET", relay, null)).status, 200, "it is still there");
  });

  // CVE-2026-35029: the configuration of the gateway could be written without a role.
  it("whoever may only query an endpoint changes nothing of it, nor of who may", async () => {
    const named = "/api/2.0/serving-endpoints/relay";
    const before = await world.send("GET", named, null);
    const to = { openai_api_base: world.second.base_url, openai_api_key_plaintext: "x" };
    const external_model = { name: "m", provider: "openai", task: "llm/v1/chat", openai_config: to };
    const acl = { access_control_list: [{ user_name: "ben@board.org", permission_level: "CAN_MANAGE" }] };
    const changes: readonly (readonly [Method, string, object])[] = [
      ["PUT", `${named}/config`, { served_entities: [{ external_model }] }],
      ["PUT", `${named}/ai-gateway`, { guardrails: {} }],
      ["PUT", `${named}/rate-limits`, { rate_limits: [] }],
      ["PATCH", `${named}/tags`, { add_tags: [{ key: "mine" }] }],
      ["PATCH", "/api/2.0/permissions/serving-endpoints/relay", acl],
      ["DELETE", named, {}],
    ];
    for (const [method, path, body] of changes)
      assert.equal((await world.send(method, path, body, "ben")).status, 403, `${method} ${path}`);
    for (const path of ["/config/update", "/config", "/api/config", "/admin"])
      assert.equal((await world.send("POST", path, { environment_variables: {} }, "ben")).status, 404, path);
    assert.deepEqual((await world.send("GET", named, null)).body, before.body);
  });
});
