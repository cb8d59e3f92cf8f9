import { ValueType } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricDescriptor,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import { gaugeRows, type ReadingSources } from "./readings.ts";
import type { Instrument, Series } from "./series.ts";

/** What is exported, wherever to. */
export interface Measured {
  readonly instruments: readonly Instrument[];
  readonly sources: ReadingSources;
  readonly started_ms: number;
  readonly now_ms: () => number;
}

/** The label of the series that stands for all beyond the bound. Source: OpenTelemetry metrics SDK, "Cardinality limits". */
const BEYOND = { "otel.metric.overflow": true };

const SCOPE = { name: "lakeward" };

/** Our numbers in OpenTelemetry's own shapes, from which all formats are made. */
export function producerOf(measured: Measured): MetricProducer {
  return {
    collect: async () => {
      const { instruments, started_ms, now_ms } = measured;
      const span = { startTime: timeOf(started_ms), endTime: timeOf(now_ms()) };
      const counted = instruments.map((one) => metricOf(one, span)).filter((one) => one.dataPoints.length > 0);
      const metrics = [...counted, ...gaugesOf(measured.sources, span)];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: SCOPE, metrics }] }, errors: [] };
    },
  };
}

interface TimeSpan {
  readonly startTime: [number, number];
  readonly endTime: [number, number];
}

/** Seconds and nanoseconds. */
const timeOf = (ms: number): [number, number] => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1_000_000)];

const shared = ({ name, unit, description }: Omit<MetricDescriptor, "valueType">) => ({
  descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
});

function metricOf({ row, series }: Instrument, span: TimeSpan): MetricData {
  const attributes = ({ labels }: Series) =>
    labels === null
      ? BEYOND
      : Object.fromEntries(row.labels.map((name, i) => [name, labels[i] ?? ""]).filter(([, value]) => value !== ""));
  if (!row.boundaries) {
    const dataPoints = series.map((one) => ({ ...span, attributes: attributes(one), value: one.sum }));
    return { ...shared(row), dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  }
  const boundaries = [...row.boundaries];
  const dataPoints = series.map((one) => ({
    ...span,
    attributes: attributes(one),
    value: { buckets: { boundaries, counts: [...one.buckets] }, sum: one.sum, count: one.count },
  }));
  return { ...shared(row), dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

function gaugesOf(sources: ReadingSources, span: TimeSpan): readonly MetricData[] {
  return gaugeRows.map((row): MetricData => {
    const dataPoints = row.read(sources).map(({ value, labels }) => ({ ...span, attributes: { ...labels }, value }));
    return row.isSum
      ? { ...shared(row), dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
      : { ...shared(row), dataPointType: DataPointType.GAUGE, dataPoints };
  });
}
