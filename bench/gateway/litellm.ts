/** LiteLLM's proxy for the gateway's figures: started here, before the provider whose port ends the argument. Tells its processor time. */
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { provideLitellm } from "../../tools/python.ts";
import { freePort, listening } from "./port.ts";
import { tellUsage, type Usage } from "./told.ts";

const own = process.argv[2]!;
const upstream = own.split("-").at(-1)!;
const python = await provideLitellm(() => {});
if ("missing" in python) throw new Error(`LiteLLM cannot be run: ${python.missing}.`);
const config = `${own}.yaml`;
await writeFile(
  config,
  `model_list:
  - model_name: fixed
    litellm_params: { model: openai/fixed, api_base: "http://127.0.0.1:${upstream}/v1", api_key: sk-of-the-bench }
litellm_settings: { set_verbose: false, num_retries: 0 }
`,
);
const port = await freePort();
const proxy = spawn(
  join(dirname(python.interpreter), "litellm"),
  ["--config", config, "--port", String(port), "--host", "127.0.0.1", "--num_workers", "1", "--telemetry", "False"],
  {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      LITELLM_MODE: "PRODUCTION",
      LITELLM_LOG: "ERROR",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      // Without a key it asks for none, and would otherwise not start.
      LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: "true",
    },
  },
);

/** Linux counts a process's time in so many ticks a second, on every machine that Node runs on. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** proc(5): behind the name in brackets stand the state, and as 12th and 13th after it user and system time; 22nd the pages. */
async function used(): Promise<Usage> {
  const stat = await readFile(`/proc/${proxy.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
  return { processor_ms: (user! + system!) * TICK_MS, resident_bytes: pages! * PAGE_BYTES };
}

const end = (): void => {
  proxy.once("exit", () => process.exit(0));
  proxy.kill("SIGKILL");
};
proxy.once("exit", (code) => process.exit(code ?? 1));
await listening(port);
process.send?.({ port });
tellUsage(end, used);
