/**
 * Lakeward for the gateway's figures, a process of its own, with two endpoints before the provider whose port ends its argument: `plain`
 * with limits, usage and payloads kept, `masked` with personal data masked both ways besides.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLog } from "#base/log.ts";
import { boot } from "../../src/boot.ts";
import { tellUsage } from "./told.ts";

const data_dir = process.argv[2]!;
const upstream = data_dir.split("-").at(-1)!;
await mkdir(data_dir, { recursive: true, mode: 0o700 });
await writeFile(
  join(data_dir, "lakeward.yaml"),
  `egress:\n  allow:\n    - { host: 127.0.0.1, port: ${upstream}, purpose: model }\n`,
);
const platform = await boot({ data_dir, port: 0, tls_port: 0, log: silentLog, progress: () => {} });
const token = (await readFile(platform.admin_token_path, "utf8")).trim();

async function must(path: string, body: object): Promise<unknown> {
  const response = await fetch(`http://localhost:${platform.port}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const warehouse_id = platform.services.sql.warehouses.own;
for (const statement of ["CREATE CATALOG bench", "CREATE SCHEMA bench.logs"])
  await must("/api/2.0/sql/statements", { statement, warehouse_id, wait_timeout: "50s" });

const CALLS_NEVER_REACHED = 1_000_000_000;
const kept = (name: string) => ({
  usage_tracking_config: { enabled: true },
  rate_limits: [
    { calls: CALLS_NEVER_REACHED, key: "endpoint", renewal_period: "minute" },
    { calls: CALLS_NEVER_REACHED, key: "user", renewal_period: "minute" },
  ],
  inference_table_config: { enabled: true, catalog_name: "bench", schema_name: "logs", table_name_prefix: name },
});
const masking = { pii: { behavior: "MASK" } };
const endpoints = {
  plain: kept("plain"),
  masked: { ...kept("masked"), guardrails: { input: masking, output: masking } },
};
for (const [name, ai_gateway] of Object.entries(endpoints))
  await must("/api/2.0/serving-endpoints", {
    name,
    config: {
      served_entities: [
        {
          name: "fixed",
          external_model: {
            name: "fixed",
            provider: "openai",
            task: "llm/v1/chat",
            openai_config: {
              openai_api_base: `http://127.0.0.1:${upstream}/v1`,
              openai_api_key_plaintext: "sk-of-the-bench",
            },
          },
        },
      ],
    },
    ai_gateway,
  });
process.send?.({ port: platform.port, token });
tellUsage(() => void platform.close().then(() => process.exit(0)));
