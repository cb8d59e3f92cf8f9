import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";
import { type Environment, run } from "./program.ts";

const root = resolve(import.meta.dirname, "../..");
const READY = /^Lakeward is ready/;

/** The server as `npm start` runs it, with the sample organisation loaded. */
export interface BoardServer extends AsyncDisposable {
  /** Its https URL, which is its public one. */
  readonly host: string;
  /** Its other URL. */
  readonly plain_host: string;
  readonly data_dir: string;
  readonly pid: number;
  /** What a program needs to find the server and trust its authority; nothing that says who it is. */
  readonly environment: Environment;
  readonly admin_token: string;
  /** The identity provider's token for a person, by the command that people use. */
  login(email: string): Promise<string>;
  /** All that the server has printed. */
  said(): string;
  /** Resolves when it has printed a line that matches. */
  says(line: RegExp): Promise<void>;
}

export interface BoardServerOptions {
  readonly environment?: Environment;
  /** Called with the data directory before the first start. */
  readonly configure?: (data_dir: string) => Promise<void>;
}

/** Starts a server of its own data directory; resolves when it serves. @throws Error with its output when it does not. */
export async function startBoardServer(options: BoardServerOptions = {}): Promise<BoardServer> {
  const data_dir = await mkdtemp(join(tmpdir(), "lakeward-board-"));
  await options.configure?.(data_dir);
  const [port, tls_port] = [await freePort(), await freePort()];
  const host = `https://localhost:${tls_port}`;
  const flags = ["--data-dir", data_dir, "--port", String(port), "--tls-port", String(tls_port), "--public-url", host];
  const server = spawn(process.execPath, [join(root, "src/main.ts"), ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: data_dir, ...options.environment },
  });
  const said: string[] = [];
  const lines = createInterface(server.stdout);
  lines.on("line", (line) => said.push(`${line}\n`));
  server.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const says = (wanted: RegExp): Promise<void> =>
    new Promise((heard, failed) => {
      const hear = (): void => {
        if (said.some((line) => wanted.test(line))) heard();
      };
      lines.on("line", hear);
      server.once("exit", () => failed(new Error(`The server ended.\n${said.join("")}`)));
      hear();
    });
  await says(READY);
  return {
    host,
    plain_host: `http://localhost:${port}`,
    data_dir,
    pid: server.pid!,
    environment: { ...trusting(join(data_dir, "tls/ca.pem"), data_dir), DATABRICKS_HOST: host },
    admin_token: (await readFile(join(data_dir, "admin-token"), "utf8")).trim(),
    login: async (email) => {
      const args = [join(root, "samples/aviation/login.ts"), email, "--data-dir", data_dir];
      const { status, stdout, stderr } = await run(process.execPath, args, { HOME: data_dir });
      assert.equal(status, 0, stderr);
      return stdout.trim();
    },
    said: () => said.join(""),
    says,
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

/** An environment that trusts one authority and, by its home, knows no profile of the person who runs the tests. */
export function trusting(ca_path: string, home: string): Environment {
  return { HOME: home, REQUESTS_CA_BUNDLE: ca_path, SSL_CERT_FILE: ca_path, CURL_CA_BUNDLE: ca_path };
}
