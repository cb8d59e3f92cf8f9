import assert from "node:assert/strict";
import { test } from "node:test";
import { readExportSettings } from "./environment.ts";
import { isSampled } from "./sampling.ts";

const OTEL_EXPORTER_OTLP_ENDPOINT = "http://collector:4318";
const on = (more: Readonly<Record<string, string>> = {}) =>
  readExportSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, ...more });

test("nothing is exported until a variable says where to, nor when one says so", () => {
  for (const settings of [
    readExportSettings({}),
    readExportSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "" }),
    on({ OTEL_SDK_DISABLED: "true" }),
    on({ OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" }),
  ])
    assert.deepEqual([settings.traces, settings.metrics], [null, null]);
  const traces = readExportSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector/in" });
  assert.ok(traces.traces && !traces.metrics);
});

test("what is not told is as OpenTelemetry has it", () => {
  assert.deepEqual(on(), {
    traces: { protocol: "http/protobuf", sampler: { isParentBased: true, ratio: 1 }, delay_ms: 5_000 },
    metrics: { protocol: "http/protobuf", interval_ms: 60_000 },
    service_name: "lakeward",
  });
});

test("a value that cannot be had here is an error that names its variable", () => {
  for (const [name, value] of [
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_TRACES_EXPORTER", "zipkin"],
    ["OTEL_TRACES_SAMPLER", "constructor"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "soon"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"],
    ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true"],
  ] as const)
    assert.throws(() => on({ [name]: value }), new RegExp(name), name);
  assert.throws(() => on({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }), /SAMPLER_ARG/);
});

test("a sampler decides by the trace's id alone, or as the caller did", () => {
  const samplerOf = (name: string, ratio: string) =>
    on({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }).traces!.sampler;
  const quarter = samplerOf("traceidratio", "0.25");
  const ids = Array.from(
    { length: 256 },
    (_, i) => `${"0".repeat(18)}${i.toString(16).padStart(2, "0")}${"0".repeat(12)}`,
  );
  assert.equal(ids.filter((id) => isSampled(quarter, id, undefined)).length, 64);
  assert.equal(isSampled(quarter, ids[255]!, 1), false, "whatever the caller says");
  const byParent = samplerOf("parentbased_traceidratio", "0");
  assert.deepEqual([isSampled(byParent, ids[0]!, undefined), isSampled(byParent, ids[0]!, 1)], [false, true]);
  assert.equal(isSampled(samplerOf("always_on", ""), ids[255]!, 0), true);
});
