import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { saying } from "../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld } from "../gateway/world.ts";
import { serveMirror } from "./mirror.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

describe("the trace of a request", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    world.first.behaviour = saying("Four fathoms.");
    await world.serve("alone");
    await world.serve("vectors", { task: "llm/v1/embeddings" });
    await serveMirror(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const messages = [{ role: "user", content: "How deep is the harbour?" }];
  const ask = async (name: string, body: object, headers: Readonly<Record<string, string>>) => {
    const answer = await fetch(`${world.origin}/serving-endpoints/${name}/invocations`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token("ben")}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
    const { traceparent, tracestate } = world.first.received.at(-1)!.headers;
    const [, trace_id, span_id, flags] = TRACEPARENT.exec(String(traceparent)) ?? [];
    return { trace_id, span_id, flags, tracestate };
  };

  it("is the caller's at the provider, under a span of this server's, with what others put on it", async () => {
    const told = await ask(
      "alone",
      { messages },
      { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: "congo=t61, a=1" },
    );
    assert.deepEqual([told.trace_id, told.flags, told.tracestate], [TRACE, "01", "congo=t61,a=1"]);
    assert.notEqual(told.span_id, SPAN);
  });

  it("is one from the caller by the agent and its call to the provider, and on record at each hop", async () => {
    const trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const wishes = [{ as: "user", path: "/serving-endpoints/alone/invocations", body: { messages } }];
    const told = await ask(
      "mirror",
      { input: JSON.stringify({ wishes }) },
      {
        traceparent: `00-${trace_id}-${SPAN}-01`,
        tracestate: "congo=t61",
      },
    );
    assert.deepEqual([told.trace_id, told.flags, told.tracestate], [trace_id, "01", "congo=t61"]);
    const rows = await world.rows(
      `SELECT decision.securables[0].name FROM system.access.audit
       WHERE decision.trace_id = '${trace_id}' AND decision.action = 'endpoint.query' ORDER BY 1`,
    );
    assert.deepEqual(rows, [["alone"], ["mirror"]]);
  });

  it("is not sampled when the caller says so, and nobody records it", async () => {
    assert.equal((await ask("alone", { messages }, { traceparent: `00-${TRACE}-${SPAN}-00` })).flags, "00");
  });

  it("is a new one without a traceparent or with a malformed one, whose tracestate goes no further", async () => {
    const seen = new Set<string | undefined>([TRACE]);
    for (const headers of [
      {},
      { tracestate: "a=1" },
      { traceparent: `00-${TRACE}-${SPAN}-01-more`, tracestate: "a=1" },
      { traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-01`, tracestate: "a=1" },
      { traceparent: `00-${TRACE}-${"0".repeat(16)}-01`, tracestate: "a=1" },
    ]) {
      const told = await ask("alone", { messages }, headers as Record<string, string>);
      assert.ok(!seen.has(told.trace_id), JSON.stringify(headers));
      seen.add(told.trace_id);
      assert.equal(told.tracestate, undefined);
    }
  });

  it("goes on without a tracestate that is malformed", async () => {
    const told = await ask("alone", { messages }, { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: "a=1,B=2" });
    assert.deepEqual([told.trace_id, told.tracestate], [TRACE, undefined]);
  });

  it("goes to embedding models too", async () => {
    world.first.behaviour = (_received, response) =>
      void response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          object: "list",
          model: "upstream-0",
          data: [{ object: "embedding", index: 0, embedding: [0.5, 0.5] }],
          usage: { prompt_tokens: 1, total_tokens: 1 },
        }),
      );
    const told = await ask("vectors", { input: "harbour" }, { traceparent: `00-${TRACE}-${SPAN}-01` });
    assert.equal(told.trace_id, TRACE);
  });
});
