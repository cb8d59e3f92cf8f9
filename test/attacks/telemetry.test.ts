import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type Behaviour, saying } from "../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld, KEY } from "../gateway/world.ts";
import { type Collector, startCollector } from "../telemetry/collector.ts";

/** A secret and personal data, in every place that a caller or a provider can fill. */
const CANARY = "canary-7f3a91d0c2";
const PERSON = "jane.doe@example.com";
const CARD = "4111 1111 1111 1111";
const SAID = `${CANARY} ${PERSON} ${CARD}`;

/** Nothing of these may leave: what was said, who asked, by which token, and what a provider is asked with. */
const never = (world: GatewayWorld): readonly string[] => [
  CANARY,
  PERSON,
  CARD,
  KEY,
  "ben@board.org",
  world.token("ben"),
  world.token("ada"),
  "127.0.0.1",
];

const trace = (digit: string) => `00-${digit.repeat(32)}-b7ad6b7169203331-01`;

describe("telemetry, under attack", () => {
  let collector: Collector;
  let world: GatewayWorld;
  const otel: Record<string, string> = { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", OTEL_BSP_SCHEDULE_DELAY: "100" };
  before(async () => {
    collector = await startCollector();
    Object.assign(otel, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRIC_EXPORT_INTERVAL: "300" });
    Object.assign(process.env, otel);
    world = await gatewayWorld("", { otel });
    world.first.behaviour = saying(`The answer is ${SAID}.`);
    await world.serve("alone");
    await world.serve("guarded", { ai_gateway: { guardrails: { input: { pii: { behavior: "BLOCK" } } } } });
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
    for (const name of Object.keys(otel)) delete process.env[name];
  });

  const send = (method: string, path: string, body: object | null, as: "ada" | "ben", headers: object = {}) =>
    fetch(`${world.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${world.token(as)}`,
        "content-type": "application/json",
        traceparent: trace("a"),
        tracestate: `vendor=${CANARY}`,
        "user-agent": SAID,
        baggage: `user=${PERSON}`,
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    }).then(async (answer) => ({ status: answer.status, text: await answer.text() }));
  const invoke = (name: string, more: object = {}) =>
    send(
      "POST",
      `/serving-endpoints/${name}/invocations`,
      { messages: [{ role: "user", content: SAID }], ...more },
      "ben",
    );
  const wordy: Behaviour = (_received, response) =>
    void response
      .writeHead(500, { "content-type": "application/json" })
      .end(JSON.stringify({ error: { message: `Bad key ${KEY}: ${SAID}`, type: SAID, code: CANARY } }));

  /** What has left: every byte that the collector got, and the page for Prometheus. */
  async function left(): Promise<string> {
    await send("GET", "/api/2.0/serving-endpoints", null, "ada", { traceparent: trace("f") });
    await collector.span((one) => one.traceId === "f".repeat(32));
    const before = collector.posted.length;
    while (!collector.posted.slice(before).some(({ path }) => path === "/v1/metrics"))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { text } = await send("GET", "/metrics", null, "ada");
    return [...collector.posted.map(({ bytes }) => bytes.toString()), text].join("\n");
  }

  it("tells no word of a question, an answer, a statement, a name that is nobody's, a header or a person", async () => {
    const attempts: readonly (readonly [what: string, status: number, sent: Promise<{ readonly status: number }>])[] = [
      ["a question and its answer", 200, invoke("alone")],
      ["a stream", 200, invoke("alone", { stream: true, user: PERSON, client_request_id: CANARY })],
      ["labels of a request", 200, invoke("alone", { usage_context: { who: PERSON } })],
      ["a question that a guardrail blocks", 400, invoke("guarded")],
      ["an endpoint that is not there", 404, invoke(CANARY)],
      [
        "a model that is not there",
        404,
        send("POST", "/serving-endpoints/chat/completions", { model: SAID, messages: [] }, "ben"),
      ],
      ["a path that nothing is served at", 404, send("GET", `/${CANARY}/${encodeURIComponent(PERSON)}`, null, "ben")],
      ["a parameter", 404, send("GET", `/api/2.0/serving-endpoints/x?q=${CANARY}`, null, "ben")],
      ["a securable that is not there", 404, send("GET", `/api/2.1/unity-catalog/tables/${CANARY}.x.y`, null, "ada")],
      [
        "a user by name",
        200,
        send("POST", "/api/2.0/preview/scim/v2/Users", { userName: PERSON, displayName: CANARY }, "ada"),
      ],
      ["a method of MCP's", 200, send("POST", "/api/2.0/mcp/sql", { jsonrpc: "2.0", id: 1, method: CANARY }, "ada")],
      [
        "a tool that is not there",
        200,
        send(
          "POST",
          "/api/2.0/mcp/sql",
          { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: CANARY } },
          "ada",
        ),
      ],
    ];
    for (const [what, status, sent] of attempts) {
      const answer = await sent;
      // SCIM says 201 to what it made.
      assert.equal(Math.floor(answer.status / 100), Math.floor(status / 100), `${what}: ${answer.status}`);
    }
    const { body } = await world.send("GET", "/api/2.0/sql/warehouses", null);
    const { id: warehouse_id } = (body.warehouses as readonly JsonObject[])[0]!;
    for (const statement of [
      `SELECT '${SAID}' AS \`${CANARY}\``,
      `SELECT * FROM ${CANARY.replaceAll("-", "_")}.s.t WHERE x = '${PERSON}'`,
      `SELEC ${CANARY}`,
    ])
      await send("POST", "/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" }, "ada");
    world.first.behaviour = wordy;
    assert.equal((await invoke("alone")).status, 502);
    const said = await left();
    for (const spans of [
      "chat upstream-0",
      "POST /serving-endpoints/{name}/invocations",
      '"SELECT"',
      "gen_ai_client_operation",
    ])
      assert.ok(said.includes(spans), `something was looked at: ${spans}`);
    for (const word of [...never(world), CANARY.replaceAll("-", "_"), encodeURIComponent(PERSON)])
      assert.ok(
        !said.includes(word),
        `${word} has left: ${said.slice(Math.max(0, said.indexOf(word) - 300), said.indexOf(word) + 100)}`,
      );
  });

  it("makes no more series than its bound, whatever is asked for", async () => {
    const { text: before } = await send("GET", "/metrics", null, "ada");
    for (let i = 0; i < 50; i += 1) {
      await send("GET", `/nowhere/${CANARY}-${i}`, null, "ben", { traceparent: trace("a") });
      await invoke(`${CANARY}-${i}`);
    }
    const { text: after } = await send("GET", "/metrics", null, "ada");
    const lines = (text: string): number => text.split("\n").length;
    assert.ok(lines(after) - lines(before) < 60, `${lines(before)} to ${lines(after)} lines`);
  });
});
