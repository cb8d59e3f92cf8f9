import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import { type Log, silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { CONFIGURATION_FILE } from "../../src/configuration.ts";
import { freshDatabase } from "../world/database.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
  readonly text: string;
}

/** A booted platform, spoken to over HTTP. */
export interface RestWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly origin: string;
  readonly account_id: string;
  readonly warehouse_id: string;
  /** The first administrator's personal access token. */
  readonly admin: string;
  call(token: string | null, method: string, path: string, body?: object, headers?: object): Promise<Answer>;
  /** A request to the token endpoint. */
  form(fields: Readonly<Record<string, string>>, headers?: object): Promise<Answer>;
  /** Rows of a statement that the administrator runs. @throws Error when it fails. */
  sql(statement: string): Promise<readonly (readonly unknown[])[]>;
}

/** `configuration` is the text of the operator's lakeward.yaml. */
export async function restWorld(configuration = "", log: Log = silentLog): Promise<RestWorld> {
  const database = await freshDatabase();
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-identity-"));
  await writeFile(join(data_dir, CONFIGURATION_FILE), configuration);
  const platform = await boot({
    data_dir,
    port: 0,
    tls_port: 0,
    database_url: database.url,
    log,
    progress: () => {},
  });
  const origin = `http://localhost:${platform.port}`;
  const admin = (await readFile(platform.admin_token_path, "utf8")).trim();
  const send = async (method: string, path: string, headers: object, body?: string): Promise<Answer> => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, body: isJsonObject(parsed) ? parsed : {} };
  };
  const call: RestWorld["call"] = (token, method, path, body, headers = {}) =>
    send(
      method,
      path,
      { ...headers, ...(token !== null && { authorization: `Bearer ${token}` }) },
      body && JSON.stringify(body),
    );
  const { body: listed } = await call(admin, "GET", "/api/2.0/sql/warehouses");
  const warehouse_id = (listed.warehouses as unknown as readonly { id: string }[])[0]!.id;
  return {
    platform,
    origin,
    warehouse_id,
    admin,
    account_id: platform.services.site.account_id,
    call,
    form: (fields, headers = {}) =>
      send(
        "POST",
        "/oidc/v1/token",
        { ...headers, "content-type": "application/x-www-form-urlencoded" },
        String(new URLSearchParams(fields)),
      ),
    sql: async (statement) => {
      const { body, text } = await call(admin, "POST", "/api/2.0/sql/statements", {
        statement,
        warehouse_id,
        wait_timeout: "50s",
      });
      const { status, result } = body as unknown as {
        status?: { state: string };
        result?: { data_array?: readonly (readonly unknown[])[] };
      };
      if (status?.state !== "SUCCEEDED") throw new Error(text);
      return result?.data_array ?? [];
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await rm(data_dir, { recursive: true, force: true });
      await database[Symbol.asyncDispose]();
    },
  };
}
