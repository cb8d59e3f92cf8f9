import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import { assertPermit, type Observer, type Permit, type RequestInfo } from "#kernel/mod.ts";
import { SAMPLED } from "#wire/trace-context.ts";
import { readExportSettings } from "./environment.ts";
import type { Export } from "./export.ts";
import { Measures } from "./measures.ts";
import { Minutes } from "./minutes.ts";
import type { ReadingSources } from "./readings.ts";
import { isSampled } from "./sampling.ts";
import { decisionSpan, passageSpan, requestSpan, type Span } from "./spans.ts";

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly sources: ReadingSources;
  /** `OTEL_*`, which say what is exported and where to. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Telemetry {
  readonly observer: Observer;
  /** All measures in Prometheus' text format. */
  metrics(permit: Permit<"metrics.read">): Promise<string>;
  /** What the permit's endpoint did in the last whole minute, likewise. */
  endpointMetrics(permit: Permit<"endpoint.read_metadata">): Promise<string>;
  /** Begins to export, if the environment says where to; until then, and without that, nothing of it is loaded. */
  start(): Promise<void>;
  /** Sends what is left, as far as the collector takes it within seconds. */
  close(): Promise<void>;
}

/** Counts what is done. What formats need is loaded when somebody asks for one. @throws Error naming a wrong variable. */
export function createTelemetry({ clock, log, sources, environment }: TelemetryOptions): Telemetry {
  const settings = readExportSettings(environment);
  const measures = new Measures();
  const minutes = new Minutes();
  const now_ms = (): number => clock.now_ms();
  const measured = { instruments: measures.instruments, sources, started_ms: now_ms(), now_ms };
  let exporting: Export | undefined;
  const tell = (request: RequestInfo, spanOf: () => Span | undefined): void => {
    if (!exporting?.span || ((request.context?.flags ?? 0) & SAMPLED) === 0) return;
    const span = spanOf();
    if (span) exporting.span(span);
  };
  return {
    observer: {
      decided: (record, doorway) => {
        measures.decided(record);
        const usage = record.outcome?.usage;
        if (usage) minutes.record(record.what[0]!.name, usage, record.duration_ms, now_ms());
        tell(doorway.request, () => decisionSpan(record, doorway));
      },
      request: () => {
        const from_ms = now_ms();
        return (end) => {
          const to_ms = now_ms();
          measures.requested(end, to_ms - from_ms);
          if (end.request) tell(end.request, () => requestSpan(end, from_ms, to_ms));
        };
      },
      passage: (doorway) => {
        const from_ms = now_ms();
        return (end) => {
          const to_ms = now_ms();
          measures.passed(doorway.door, end, to_ms - from_ms);
          tell(doorway.request, () => passageSpan(doorway, end, from_ms, to_ms));
        };
      },
      samples: (trace_id, flags) =>
        settings.traces ? isSampled(settings.traces.sampler, trace_id, flags) : ((flags ?? 0) & SAMPLED) !== 0,
    },
    metrics: async (permit) => {
      assertPermit(permit, "metrics.read");
      const { prometheusText } = await import("./prometheus.ts");
      return prometheusText(measured);
    },
    endpointMetrics: async (permit) => {
      assertPermit(permit, "endpoint.read_metadata");
      const { endpointText } = await import("./prometheus.ts");
      return endpointText(permit.what.name, minutes.last(permit.what.name, now_ms()));
    },
    start: async () => {
      if (!settings.traces && !settings.metrics) return;
      const { startExport } = await import("./export.ts");
      exporting = startExport(settings, measured, log);
    },
    close: async () => await exporting?.close(),
  };
}
