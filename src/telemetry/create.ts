import type { Clock } from "#base/clock.ts";
import { assertPermit, type Observer, type Permit } from "#kernel/mod.ts";
import { Measures } from "./measures.ts";
import type { ReadingSources } from "./readings.ts";

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly sources: ReadingSources;
}

export interface Telemetry {
  readonly observer: Observer;
  /** All measures in Prometheus' text format. */
  metrics(permit: Permit<"metrics.read">): Promise<string>;
}

/** Counts what is done. What formats need is loaded when somebody asks for one. */
export function createTelemetry({ clock, sources }: TelemetryOptions): Telemetry {
  const measures = new Measures();
  const started_ms = clock.now_ms();
  const now_ms = (): number => clock.now_ms();
  return {
    observer: {
      decided: (record) => measures.decided(record),
      request: () => {
        const from_ms = now_ms();
        return (end) => measures.requested(end, now_ms() - from_ms);
      },
      passage: ({ door }) => {
        const from_ms = now_ms();
        return (end) => measures.passed(door, end, now_ms() - from_ms);
      },
      samples: () => false,
    },
    metrics: async (permit) => {
      assertPermit(permit, "metrics.read");
      const { prometheusText } = await import("./prometheus.ts");
      return prometheusText({ instruments: measures.instruments, sources, started_ms, now_ms });
    },
  };
}
