/** A signal that may be exported. */
type Signal = "TRACES" | "METRICS";

/** What is exported and how, by OpenTelemetry's standard variables. Where to, and with which headers, its exporters read themselves. */
export interface ExportSettings {
  /** Null where a signal is not exported. */
  readonly traces: { readonly protocol: Protocol; readonly sampler: Sampler; readonly delay_ms: number } | null;
  readonly metrics: { readonly protocol: Protocol; readonly interval_ms: number } | null;
  readonly service_name: string;
}

export type Protocol = "http/protobuf" | "http/json";

/** Which traces are recorded that nobody has decided on before, and whether a caller's decision stands. */
export interface Sampler {
  readonly isParentBased: boolean;
  /** Of traces, from 0 to 1. */
  readonly ratio: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PROTOCOLS: readonly Protocol[] = ["http/protobuf", "http/json"];
const SERVICE_NAME = "lakeward";
/** How long spans gather, and between two exports of metrics: OpenTelemetry's own. */
const DELAY_MS = 5_000;
const INTERVAL_MS = 60_000;

const samplers: Readonly<Record<string, (ratio: () => number) => Sampler>> = {
  always_on: () => ({ isParentBased: false, ratio: 1 }),
  always_off: () => ({ isParentBased: false, ratio: 0 }),
  traceidratio: (ratio) => ({ isParentBased: false, ratio: ratio() }),
  parentbased_always_on: () => ({ isParentBased: true, ratio: 1 }),
  parentbased_always_off: () => ({ isParentBased: true, ratio: 0 }),
  parentbased_traceidratio: (ratio) => ({ isParentBased: true, ratio: ratio() }),
};

/**
 * Reads the standard variables. Nothing is exported until one of them says where to. Source: OpenTelemetry specification,
 * "Environment Variable Specification" and "OTLP Exporter Configuration".
 * @throws Error naming the variable whose value cannot be had here.
 */
export function readExportSettings(env: Environment): ExportSettings {
  const isDisabled = env.OTEL_SDK_DISABLED?.toLowerCase() === "true";
  refuseContent(env);
  const isOn = (signal: Signal): boolean => !isDisabled && isExported(env, signal);
  return {
    traces: isOn("TRACES")
      ? {
          protocol: protocolOf(env, "TRACES"),
          sampler: samplerOf(env),
          delay_ms: timeOf(env, "OTEL_BSP_SCHEDULE_DELAY", DELAY_MS),
        }
      : null,
    metrics: isOn("METRICS")
      ? {
          protocol: protocolOf(env, "METRICS"),
          interval_ms: timeOf(env, "OTEL_METRIC_EXPORT_INTERVAL", INTERVAL_MS),
        }
      : null,
    service_name: env.OTEL_SERVICE_NAME || SERVICE_NAME,
  };
}

/** Messages go into inference tables, which are governed and guarded; a collector is neither. */
function refuseContent({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: wanted = "" }: Environment): void {
  if (!["", "false", "no_content"].includes(wanted.toLowerCase()))
    throw new Error(
      "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: no message's content is exported. Leave it out, and keep messages by an endpoint's inference table.",
    );
}

function isExported(env: Environment, signal: Signal): boolean {
  const exporter = env[`OTEL_${signal}_EXPORTER`] || "otlp";
  if (exporter === "none") return false;
  if (exporter !== "otlp") throw new Error(`OTEL_${signal}_EXPORTER is otlp or none, not '${exporter}'.`);
  return ["OTEL_EXPORTER_OTLP_ENDPOINT", `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`].some((name) => {
    const url = env[name];
    if (!url) return false;
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) throw new Error(`${name} is an http or https URL.`);
    return true;
  });
}

function protocolOf(env: Environment, signal: Signal): Protocol {
  const name = [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, "OTEL_EXPORTER_OTLP_PROTOCOL"].find((one) => env[one]);
  if (name === undefined) return "http/protobuf";
  const found = PROTOCOLS.find((one) => one === env[name]);
  if (!found) throw new Error(`${name} is one of ${PROTOCOLS.join(", ")}, not '${env[name]}'.`);
  return found;
}

function samplerOf(env: Environment): Sampler {
  const name = env.OTEL_TRACES_SAMPLER || "parentbased_always_on";
  const made = Object.hasOwn(samplers, name) ? samplers[name] : undefined;
  if (!made) throw new Error(`OTEL_TRACES_SAMPLER is one of ${Object.keys(samplers).join(", ")}, not '${name}'.`);
  return made(() => {
    const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || 1);
    if (!(ratio >= 0 && ratio <= 1)) throw new Error("OTEL_TRACES_SAMPLER_ARG is a number from 0 to 1.");
    return ratio;
  });
}

function timeOf(env: Environment, name: string, otherwise_ms: number): number {
  const time_ms = Number(env[name] || otherwise_ms);
  if (!Number.isInteger(time_ms) || time_ms < 1) throw new Error(`${name} is a whole number of milliseconds.`);
  return time_ms;
}
