import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { OTLPMetricExporter as JsonMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { Log } from "#base/log.ts";
import type { ExportSettings } from "./environment.ts";
import { CLOSE_MS_MAX } from "./limits.ts";
import { type Measured, producerOf } from "./producer.ts";
import type { Span } from "./spans.ts";

/** What leaves for a collector. */
export interface Export {
  /** Null when no traces are exported. */
  readonly span: ((span: Span) => void) | null;
  /** Sends what is left, as far as the collector takes it within seconds. */
  close(): Promise<void>;
}

/** Starts to send to the collector that the environment names. It may be away: what cannot be sent is dropped, and the log says so. */
export function startExport(settings: ExportSettings, measured: Measured, log: Log): Export {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": settings.service_name }))
    .merge(detectResources({ detectors: [envDetector] }));
  const traces = settings.traces && tracesTo(settings.traces, log);
  const metrics = settings.metrics && metricsTo(settings.metrics, measured, resource, log);
  return {
    span: traces && ((span) => traces.onEnd(readable(span, resource))),
    close: async () => {
      const ended = Promise.allSettled([traces?.shutdown(), metrics?.shutdown()]);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref())]);
    },
  };
}

function tracesTo({ protocol, delay_ms }: NonNullable<ExportSettings["traces"]>, log: Log): BatchSpanProcessor {
  const exporter = protocol === "http/json" ? new JsonTraceExporter() : new OTLPTraceExporter();
  return new BatchSpanProcessor({ exporter: told(exporter, "traces", log), scheduledDelayMillis: delay_ms });
}

function metricsTo(
  { protocol, interval_ms }: NonNullable<ExportSettings["metrics"]>,
  measured: Measured,
  resource: Resource,
  log: Log,
): MeterProvider {
  const exporter: PushMetricExporter = protocol === "http/json" ? new JsonMetricExporter() : new OTLPMetricExporter();
  const reader = new PeriodicExportingMetricReader({
    exporter: told(exporter, "metrics", log),
    exportIntervalMillis: interval_ms,
    exportTimeoutMillis: Math.min(interval_ms, EXPORT_MS_MAX),
    metricProducers: [producerOf(measured)],
  });
  return new MeterProvider({ resource, readers: [reader] });
}

/** OpenTelemetry's own; no export may last longer than until the next. */
const EXPORT_MS_MAX = 30_000;

/** An exporter whose first failure after a success is in the log, by its kind alone: a collector's words may be anybody's. */
function told<E extends SpanExporter | PushMetricExporter>(exporter: E, signal: string, log: Log): E {
  const send = exporter.export.bind(exporter) as (
    data: never,
    done: (result: { code: number; error?: Error }) => void,
  ) => void;
  let hasFailed = false;
  exporter.export = ((data: never, done: (result: { code: number; error?: Error }) => void) =>
    send(data, (result) => {
      if (result.code !== 0 && !hasFailed)
        log.warn(
          { signal, reason: result.error?.name },
          "The collector does not take what is exported. What it does not take is dropped.",
        );
      hasFailed = result.code !== 0;
      done(result);
    })) as E["export"];
  return exporter;
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
const SCOPE = { name: "lakeward" };

function readable(span: Span, resource: Resource): ReadableSpan {
  const { trace_id: traceId, id, parent_id, isParentRemote, start_ms, end_ms, error_code } = span;
  const traceFlags = TraceFlags.SAMPLED;
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => ({ traceId, spanId: id, traceFlags }),
    ...(parent_id !== undefined && {
      parentSpanContext: { traceId, spanId: parent_id, traceFlags, isRemote: isParentRemote },
    }),
    startTime: timeOf(start_ms),
    endTime: timeOf(end_ms),
    duration: timeOf(end_ms - start_ms),
    status:
      error_code === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error_code },
    attributes: span.attributes as ReadableSpan["attributes"],
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
const timeOf = (ms: number): [number, number] => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1_000_000)];
