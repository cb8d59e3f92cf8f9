import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { openSample, prepareSample, type Sample } from "../samples/aviation/mod.ts";
import { type BootOptions, boot, type Platform } from "./boot.ts";

const PORT = 8787;
const TLS_PORT = 8443;
const PORT_MAX = 65_535;
const OPENAI_URL = "https://api.openai.com/v1";
const OPENAI_MODEL = "gpt-4o-mini";

/** The flags. @throws TypeError naming one that is not known; Error for a port that is none. */
function readFlags() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: String(PORT) },
      "tls-port": { type: "string", default: String(TLS_PORT) },
      "data-dir": { type: "string", default: ".lakeward" },
      "public-url": { type: "string" },
      sample: { type: "boolean", default: true },
      once: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  if (values.once && !values.sample)
    throw new Error("--once asks the sample organisation's question: leave out --no-sample.");
  return { ...values, port: portOf(values.port, "--port"), tls_port: portOf(values["tls-port"], "--tls-port") };
}

function portOf(text: string, flag: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX)
    throw new Error(`${flag} takes a port number, not '${text}'.`);
  return port;
}

/** Set together or not at all: a server to ask instead of the built-in model. */
function openai(env: NodeJS.ProcessEnv): BootOptions["openai"] {
  const { OPENAI_API_KEY, OPENAI_BASE_URL } = env;
  if (!OPENAI_API_KEY && !OPENAI_BASE_URL) return undefined;
  return {
    base_url: OPENAI_BASE_URL ?? OPENAI_URL,
    ...(OPENAI_API_KEY && { api_key: OPENAI_API_KEY }),
    model: env.OPENAI_MODEL ?? OPENAI_MODEL,
  };
}

/** What of the environment programs are found by, and a graphics card's driver reads. */
const MODEL_ENVIRONMENT = ["PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "GGML_VK_VISIBLE_DEVICES"];

/** The GGUF file to serve. */
function localModel(env: NodeJS.ProcessEnv): BootOptions["local_model"] {
  if (!env.LAKEWARD_MODEL) return undefined;
  const seen = MODEL_ENVIRONMENT.map((name) => [name, env[name]] as const);
  const environment = Object.fromEntries(seen.filter((one): one is [string, string] => one[1] !== undefined));
  return { path: resolve(env.LAKEWARD_MODEL), environment };
}

/** Prints where everything is. */
function printReady({ services: { site }, ...platform }: Platform, started_ms: number): void {
  console.log(`Lakeward is ready after ${((Date.now() - started_ms) / 1000).toFixed(1)} s.`);
  console.log(`  workspace   ${site.public_url} (id ${site.workspace_id}), TLS on port ${platform.tls_port}`);
  console.log(`  CA          ${platform.ca_path}`);
  console.log(`  admin token ${platform.admin_token_path}`);
  console.log(`  profile     DATABRICKS_CONFIG_FILE=${platform.profile_path}`);
  if (platform.isSealedBesideData)
    console.log("  sealing key beside the data (LAKEWARD_MASTER_KEY, set before the first start, keeps it apart)");
}

/** Starts, shows the demonstration at the first start or when asked to, and serves on. @returns what ends it all. */
async function start(flags: ReturnType<typeof readFlags>): Promise<() => Promise<void>> {
  const started_ms = Date.now();
  const progress = (step: string): void => {
    if (stopping) throw new Error("The start was stopped.");
    console.log(`${step} ...`);
  };
  const data_dir = resolve(flags["data-dir"]);
  const model = openai(process.env);
  const local = localModel(process.env);
  if (flags.sample) await prepareSample(data_dir);
  const platform = await boot({
    data_dir,
    port: flags.port,
    tls_port: flags.tls_port,
    ...(flags["public-url"] && { public_url: flags["public-url"] }),
    ...(process.env.DATABASE_URL && { database_url: process.env.DATABASE_URL }),
    ...(process.env.REDIS_URL && { redis_url: process.env.REDIS_URL }),
    ...(process.env.LAKEWARD_MASTER_KEY && { master_key: process.env.LAKEWARD_MASTER_KEY }),
    ...(model && { openai: model }),
    otel: process.env,
    ...(local && { local_model: local }),
    log: pino({ name: "lakeward", level: "warn" }, pino.destination(2)),
    progress,
  });
  if (!flags.sample) {
    printReady(platform, started_ms);
    return platform.close;
  }
  try {
    const sample = await openSample(platform, data_dir, progress);
    printReady(platform, started_ms);
    console.log(`  logins      ${sample.logins_path} (the sample organisation's people)`);
    if ((sample.isFirst || flags.once) && !stopping) console.log(`\n${await demonstration(sample, flags.once)}`);
    return async () => {
      await sample.idp.stop();
      await platform.close();
    };
  } catch (cause) {
    await platform.close();
    throw cause;
  }
}

/** Both answers as text. With `--once` they are what the start is for; else a failure is told, and the server serves on. */
async function demonstration(sample: Sample, once: boolean): Promise<string> {
  try {
    return await sample.demonstrate();
  } catch (cause) {
    if (once || stopping) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    return `The sample question was not answered: ${why}\nThe workspace serves all the same.`;
  }
}

// Whoever reads the output may leave; the server goes on.
process.stdout.on("error", () => {});

/** The signals that end a server in order. A terminal and npm each send theirs: the second one is no order to hurry. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The system's codes for a directory that this user cannot write. */
const NOT_WRITABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR"]);

/** A shell's status of what ended before it did its work: 128 + SIGINT. */
const INTERRUPTED = 130;

let stopping = false;
const asked = Promise.withResolvers<void>();
for (const signal of ENDING)
  process.on(signal, () => {
    stopping = true;
    asked.resolve();
  });
try {
  const flags = readFlags();
  const close = await start(flags);
  if (!flags.once) await asked.promise;
  await close();
  process.exit(flags.once && stopping ? INTERRUPTED : 0);
} catch (cause) {
  // Ctrl-C reaches what was being started too, whose end is no news then.
  if (stopping) process.exit(INTERRUPTED);
  const { message, code } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : { message: String(cause) };
  console.error(
    code && NOT_WRITABLE.has(code) ? `${message}. Name a directory that can be written by --data-dir.` : message,
  );
  process.exit(1);
}
