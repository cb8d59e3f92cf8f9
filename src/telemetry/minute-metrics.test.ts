import assert from "node:assert/strict";
import { test } from "node:test";
import { Minutes } from "./minutes.ts";
import { endpointText } from "./prometheus.ts";

test("an endpoint's last minute is told by Databricks' names, as gauges and a histogram", () => {
  const minutes = new Minutes();
  for (const status_code of [200, 200, 404, 500]) minutes.record('e"1', { status_code }, 20, 0);
  const lines = endpointText('e"1', minutes.last('e"1', 60_000)).split("\n");
  for (const line of [
    "# TYPE request_count_total gauge",
    'request_count_total{endpoint_name="e\\"1"} 4',
    'request_4xx_count_total{endpoint_name="e\\"1"} 1',
    'request_5xx_count_total{endpoint_name="e\\"1"} 1',
    "# TYPE request_latency_ms histogram",
    'request_latency_ms_count{endpoint_name="e\\"1"} 4',
    'request_latency_ms_sum{endpoint_name="e\\"1"} 80',
    'request_latency_ms_bucket{endpoint_name="e\\"1",le="10"} 0',
    'request_latency_ms_bucket{endpoint_name="e\\"1",le="25"} 4',
    'request_latency_ms_bucket{endpoint_name="e\\"1",le="+Inf"} 4',
  ])
    assert.ok(lines.includes(line), `${line}\nis not among\n${lines.join("\n")}`);
});
