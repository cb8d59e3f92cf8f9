import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { breaking, failing, saying } from "../../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld, KEY } from "../../gateway/world.ts";

const messages = [{ role: "user", content: "hello" }];

/**
 * The published failures of other gateways, each tried here. Sources: CVE-2026-42208, CVE-2024-6587, CVE-2025-66405, CVE-2026-47101,
 * CVE-2026-35029, CVE-2026-35030, GHSA-h7x2-h6g9-p789, and the issue threads of LiteLLM, Portkey and Bifrost.
 */
describe("attacks on the gateway", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    await world.serve("relay");
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (more: object = {}, headers: Record<string, string> = {}, path = "relay") =>
    fetch(`${world.origin}/serving-endpoints/${path}/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token("ben")}`, ...headers },
      body: JSON.stringify({ messages, ...more }),
    });

  const entity = (base: string, config: object = { openai_api_key: "{{secrets/providers/openai}}" }) => ({
    external_model: {
      name: "m",
      provider: "openai",
      task: "llm/v1/chat",
      openai_config: { openai_api_base: base, ...config },
    },
  });

  it("a caller's own address for the provider is taken from no field and no header", async () => {
    for (const field of ["api_base", "base_url", "api_key", "extra_body", "metadata_url", "custom_host", "provider"]) {
      const answer = await ask({ [field]: world.second.base_url });
      assert.equal(answer.status, 400, field);
    }
    const before = world.second.received.length;
    const headers = {
      "x-portkey-custom-host": world.second.base_url,
      "x-forwarded-host": "evil.example",
      "x-api-base": "x",
    };
    assert.equal((await ask({}, headers)).status, 200);
    assert.equal(world.second.received.length, before);
  });

  it("a header in place of a token is no way in, whatever it holds", async () => {
    for (const value of [
      "' OR 1=1 --",
      "sk-bf-x",
      "Bearer ",
      "Bearer null",
      `Bearer ${world.token("ben").slice(0, 20)}`,
    ]) {
      const answer = await ask({}, { authorization: value });
      assert.equal(answer.status, 401, value);
    }
  });

  it("a provider that redirects gets the key alone, and whom it redirects to gets nothing", async () => {
    const heard: string[] = [];
    const evil = createServer((request, response) => {
      heard.push(String(request.headers.authorization));
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(evil, "listening");
    const location = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/v1/chat/completions`;
    for (const status of [301, 307, 308]) {
      world.first.behaviour = failing(status, { location });
      assert.equal((await ask()).status, 502);
    }
    evil.close();
    assert.deepEqual(heard, []);
  });

  it("an address inside, or dressed up, is not called", async () => {
    const before = world.first.received.length + world.second.received.length;
    for (const base of [
      "http://169.254.169.254/latest",
      "http://127.0.0.1:1/v1",
      "http://[::ffff:7f00:1]:1/v1",
      "http://localhost:1/v1",
      "https://user:pw@example.com/v1",
      `${world.second.base_url}#`,
      `${world.second.base_url}?x=`,
      "file:///etc/passwd",
      "gopher://127.0.0.1",
    ]) {
      const name = `inside-${Buffer.from(base).toString("hex").slice(-20)}`;
      const made = await world.send("POST", "/api/2.0/serving-endpoints", {
        name,
        config: { served_entities: [entity(base)] },
      });
      if (made.status === 400) continue;
      const answer = await world.send("POST", `/serving-endpoints/${name}/invocations`, { messages });
      assert.ok(answer.status === 403 || answer.status === 502, `${base}: ${answer.status} ${answer.text}`);
      assert.doesNotMatch(answer.text, /root:|ami-id/);
    }
    assert.equal(world.first.received.length + world.second.received.length, before);
  });

  it("who manages another's endpoint has the owner's secrets sent nowhere", async () => {
    await world.serve("lent");
    const grant = { access_control_list: [{ user_name: "ben@board.org", permission_level: "CAN_MANAGE" }] };
    assert.equal((await world.send("PATCH", "/api/2.0/permissions/serving-endpoints/lent", grant)).status, 200);
    const stolen = { served_entities: [entity(world.second.base_url)] };
    const before = world.second.received.length;
    for (const key of ["{{secrets/providers/openai}}", "{{secrets/providers/none}}", "{{secrets/nowhere/openai}}"]) {
      const config = { served_entities: [entity(world.second.base_url, { openai_api_key: key })] };
      const answer = await world.send("PUT", "/api/2.0/serving-endpoints/lent/config", config, "ben");
      assert.equal(answer.status, 400, answer.text);
      assert.match(String(answer.body.message), /does not exist or that you may not read/);
    }
    await world.send("POST", "/serving-endpoints/lent/invocations", { messages }, "ben");
    assert.equal(world.second.received.length, before);
    await world.send("POST", "/api/2.0/secrets/acls/put", {
      scope: "providers",
      principal: "ben@board.org",
      permission: "READ",
    });
    assert.equal((await world.send("PUT", "/api/2.0/serving-endpoints/lent/config", stolen, "ben")).status, 200);
  });

  it("a credential that was sealed for one endpoint is in no other's configuration", async () => {
    const plain = { openai_api_key_plaintext: KEY };
    const body = { name: "sealed", config: { served_entities: [entity(world.first.base_url, plain)] } };
    assert.equal((await world.send("POST", "/api/2.0/serving-endpoints", body)).status, 200);
    const shown = await world.send("GET", "/api/2.0/serving-endpoints/sealed", null);
    const moved = { served_entities: (shown.body.config as { served_entities: object[] }).served_entities };
    const answer = await world.send("PUT", "/api/2.0/serving-endpoints/sealed/config", moved);
    assert.equal(answer.status, 400, "what is shown is no configuration that asks with another's key");
  });

  it("what a provider says when it fails, and what a key is, is in no answer and no table", async () => {
    for (const behaviour of [failing(500), failing(401), failing(400), breaking]) {
      world.first.behaviour = behaviour;
      for (const stream of [true, false]) assert.doesNotMatch(await (await ask({ stream })).text(), new RegExp(KEY));
    }
    world.first.behaviour = saying("well");
    for (const table of [
      "system.access.audit",
      "system.serving.endpoint_usage",
      "system.ai_gateway.usage",
      "system.serving.served_entities",
    ]) {
      const rows = JSON.stringify(await world.rows(`SELECT * FROM ${table}`));
      assert.ok(rows.length > 2);
      assert.doesNotMatch(rows, new RegExp(KEY), table);
    }
  });

  it("an answer is nobody else's: each question is asked of the provider anew", async () => {
    world.first.behaviour = saying("for one alone");
    const before = world.first.received.length;
    for (const as of ["ben", "cleo"] as const)
      await world.send("POST", "/serving-endpoints/relay/invocations", { messages }, as);
    assert.equal(world.first.received.length, before + 2);
  });
});
