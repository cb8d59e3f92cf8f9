import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { type Measured, producerOf } from "./producer.ts";

/** What a unit adds to a name, which the serializer leaves out. Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility". */
const suffixes: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/** All measures in Prometheus' text format, version 0.0.4. */
export async function prometheusText(measured: Measured): Promise<string> {
  const { resourceMetrics } = await producerOf(measured).collect();
  return new PrometheusSerializer("", false, undefined, true, true).serialize(withUnits(resourceMetrics));
}

function withUnits({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((one) => {
        const { name, unit } = one.descriptor;
        return { ...one, descriptor: { ...one.descriptor, name: name + (suffixes[unit] ?? "") } };
      }),
    })),
  };
}
