import { ValueType } from "@opentelemetry/api";
import { AggregationTemporality, DataPointType, type MetricData } from "@opentelemetry/sdk-metrics";
import { LATENCY_MS, type Minute } from "./minutes.ts";

type Count = "requests" | "refused" | "failed";

/** Databricks' names. They are gauges, of one minute, for all that their names say. */
const counts: readonly (readonly [name: string, description: string, count: Count])[] = [
  ["request_count_total", "Requests in the last minute.", "requests"],
  ["request_4xx_count_total", "Requests of the last minute that were answered with 4xx.", "refused"],
  ["request_5xx_count_total", "Requests of the last minute that were answered with 5xx.", "failed"],
];

/**
 * What an endpoint did in a minute, by the names that Databricks exports. How busy the machines of a model are is not known here.
 * Source: Databricks docs "Track and export serving endpoint health metrics".
 */
export function minuteMetrics(endpoint: string, minute: Minute): readonly MetricData[] {
  const point = {
    startTime: [minute.at * 60, 0] as [number, number],
    endTime: [(minute.at + 1) * 60, 0] as [number, number],
    attributes: { endpoint_name: endpoint },
  };
  const shared = (name: string, description: string) => ({
    descriptor: { name, description, unit: "", valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  });
  const gauges = counts.map(
    ([name, description, count]): MetricData => ({
      ...shared(name, description),
      dataPointType: DataPointType.GAUGE,
      dataPoints: [{ ...point, value: minute[count] }],
    }),
  );
  const { latency_ms: sum, requests: count, buckets: counted } = minute;
  const buckets = { boundaries: [...LATENCY_MS], counts: [...counted] };
  return [
    ...gauges,
    {
      ...shared("request_latency_ms", "How long the requests of the last minute took, in milliseconds."),
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ ...point, value: { buckets, sum, count } }],
    },
  ];
}
