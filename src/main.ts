import { parseArgs } from "node:util";
import { pino } from "pino";
import { type BootOptions, boot } from "./boot.ts";

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
    },
  });
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

const started_ms = Date.now();
try {
  const values = readFlags();
  const model = openai(process.env);
  const platform = await boot({
    data_dir: values["data-dir"],
    port: values.port,
    tls_port: values.tls_port,
    ...(values["public-url"] && { public_url: values["public-url"] }),
    ...(process.env.DATABASE_URL && { database_url: process.env.DATABASE_URL }),
    ...(process.env.LAKEWARD_MASTER_KEY && { master_key: process.env.LAKEWARD_MASTER_KEY }),
    ...(model && { openai: model }),
    log: pino({ name: "lakeward", level: "warn" }, pino.destination(2)),
    progress: (step) => console.log(`${step} ...`),
  });
  const { site } = platform.services;
  console.log(`Lakeward is ready after ${((Date.now() - started_ms) / 1000).toFixed(1)} s.`);
  console.log(`  workspace   ${site.public_url} (id ${site.workspace_id}), TLS on port ${platform.tls_port}`);
  console.log(`  CA          ${platform.ca_path}`);
  console.log(`  admin token ${platform.admin_token_path}`);
  console.log(`  profile     DATABRICKS_CONFIG_FILE=${platform.profile_path}`);
  const stop = (): void => {
    void platform.close().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exit(1);
}
