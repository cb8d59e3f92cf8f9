import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { emptyResource } from "@opentelemetry/resources";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { minuteMetrics } from "./minute-metrics.ts";
import type { Minute } from "./minutes.ts";
import { type Measured, producerOf } from "./producer.ts";

/** What a unit adds to a name, which the serializer leaves out. Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility". */
const suffixes: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/** All measures in Prometheus' text format, version 0.0.4. */
export async function prometheusText(measured: Measured): Promise<string> {
  const { resourceMetrics } = await producerOf(measured).collect();
  return textOf(withUnits(resourceMetrics));
}

/** One endpoint's last minute, in the same format. */
export function endpointText(endpoint: string, minute: Minute): string {
  const metrics = minuteMetrics(endpoint, minute);
  return textOf({ resource: emptyResource(), scopeMetrics: [{ scope: { name: "lakeward" }, metrics: [...metrics] }] });
}

const textOf = (metrics: ResourceMetrics): string =>
  new PrometheusSerializer("", false, undefined, true, true).serialize(metrics);

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
