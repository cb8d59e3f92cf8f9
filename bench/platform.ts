/**
 * Lakeward for the MCP figure, a process of its own: booted in the directory that its first argument names, with one function in
 * it. Sends its parent where to call and what.
 */
import { readFile } from "node:fs/promises";
import { silentLog } from "#base/log.ts";
import { boot } from "../src/boot.ts";

const platform = await boot({
  data_dir: process.argv[2]!,
  port: 0,
  tls_port: 0,
  log: silentLog,
  progress: () => {},
});
const token = (await readFile(platform.admin_token_path, "utf8")).trim();
const warehouse_id = platform.services.sql.warehouses.own;

async function run(statement: string): Promise<string> {
  const response = await fetch(`http://localhost:${platform.port}/api/2.0/sql/statements`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ statement, warehouse_id, wait_timeout: "50s" }),
  });
  const answer = (await response.json()) as { statement_id: string; status: { state: string } };
  if (answer.status.state !== "SUCCEEDED") throw new Error(`${statement}: ${JSON.stringify(answer)}`);
  return answer.statement_id;
}

await run("CREATE CATALOG bench");
await run("CREATE SCHEMA bench.ops");
await run("CREATE FUNCTION bench.ops.twice(n INT) RETURNS INT RETURN n * 2");
const statement_id = await run("SELECT 1 AS one");
process.send?.({ port: platform.port, token, statement_id });
process.on("disconnect", () => void platform.close().then(() => process.exit(0)));
