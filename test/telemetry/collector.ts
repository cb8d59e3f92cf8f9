import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

type Value = {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly Value[] };
};
interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** A span as OTLP's JSON has it. Source: opentelemetry-proto, `trace/v1/trace.proto`. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly traceState?: string;
}

/** One POST to the collector. */
export interface Posted {
  readonly path: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

/** A collector that speaks OTLP over HTTP. */
export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly posted: Posted[];
  /** Status that it answers with. */
  status: number;
  /** All spans that came as JSON. */
  spans(): readonly CollectedSpan[];
  /** Waits until a span like this has come. @throws AssertionError naming what came instead. */
  span(like: (span: CollectedSpan) => boolean): Promise<CollectedSpan>;
}

const WAIT_MS_MAX = 20_000;

export async function startCollector(): Promise<Collector> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      posted.push({
        path: request.url!,
        type: String(request.headers["content-type"]),
        headers: request.headers,
        bytes,
      });
      response.writeHead(collector.status, { "content-type": String(request.headers["content-type"]) }).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const spans: Collector["spans"] = () =>
    posted
      .filter(({ path, type }) => path === "/v1/traces" && type === "application/json")
      .flatMap(({ bytes }) => (JSON.parse(bytes.toString()) as Traces).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap((one) => one.spans);
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    status: 200,
    spans,
    span: async (like) => {
      for (const until = Date.now() + WAIT_MS_MAX; Date.now() < until; await sleep(50)) {
        const found = spans().find(like);
        if (found) return found;
      }
      return assert.fail(`not among: ${spans().map((one) => one.name)}`);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return collector;
}

interface Traces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[] }[];
}

export function attributesOf({ attributes }: CollectedSpan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain({ stringValue, intValue, doubleValue, arrayValue }: Value): unknown {
  if (arrayValue) return arrayValue.values.map(plain);
  return stringValue ?? doubleValue ?? Number(intValue);
}
