import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { type Log, silentLog } from "#base/log.ts";
import { logIn } from "../../samples/aviation/identity-provider.ts";
import { administrator, warehouseOf } from "../../samples/aviation/load.ts";
import { openSample, prepareSample } from "../../samples/aviation/mod.ts";
import { exchange, type Row, runSql, type Workspace } from "../../samples/aviation/workspace.ts";
import { type BootOptions, boot, type Platform } from "../../src/boot.ts";

export interface BoardOptions {
  readonly openai?: NonNullable<BootOptions["openai"]>;
  readonly log?: Log;
  /** Called with the data directory before the server reads its configuration. */
  readonly configure?: (data_dir: string) => Promise<void>;
}

/** The sample organisation in a workspace of its own, seen through the official OpenAI client. */
export interface Board extends AsyncDisposable {
  readonly platform: Platform;
  readonly admin: Workspace;
  /** The workspace's token of a person who logged in at the identity provider. */
  tokenOf(email: string): Promise<string>;
  client(token: string): OpenAI;
  /** Runs a statement as the administrator. */
  sql(statement: string, parameters?: Readonly<Record<string, string>>): Promise<readonly Row[]>;
}

export async function openBoard({ openai, log = silentLog, configure }: BoardOptions = {}): Promise<Board> {
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-openai-"));
  const quiet = (): void => {};
  await prepareSample(data_dir);
  await configure?.(data_dir);
  const platform = await boot({ data_dir, port: 0, tls_port: 0, log, progress: quiet, ...(openai && { openai }) });
  // What is left open would keep the test's process from ending.
  const sample = await openSample(platform, data_dir, quiet).catch(async (cause: unknown) => {
    await platform.close();
    throw cause;
  });
  const admin = await administrator(platform);
  const warehouse_id = await warehouseOf(admin);
  const ca = await readFile(platform.ca_path, "utf8");
  const traceparent = "";
  return {
    platform,
    admin,
    tokenOf: async (email) => {
      const { access_token } = await logIn(data_dir, ca, email);
      return exchange(admin.url, access_token, traceparent);
    },
    // A retry would hide an error that the test is about.
    client: (token) => new OpenAI({ baseURL: `${admin.url}/serving-endpoints`, apiKey: token, maxRetries: 0 }),
    sql: (statement, parameters) => runSql(admin, warehouse_id, statement, parameters),
    [Symbol.asyncDispose]: async () => {
      await sample.idp.stop();
      await platform.close();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}
