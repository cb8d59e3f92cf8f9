import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { IdpClient } from "./provider.ts";

export interface IdpOptions {
  readonly data_dir: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Paths of the certificate, its key, and the accounts file. */
  readonly cert: string;
  readonly key: string;
  readonly users: string;
  readonly clients: readonly IdpClient[];
  /** The Lakeward account's id, to which access tokens are made out. */
  readonly audience: string;
  readonly token_s?: number;
}

/** A running identity provider. */
export interface Idp {
  readonly issuer: string;
  /** Replaces its signing key; resolves when the new one is in force. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/**
 * Starts the identity provider as a process with an empty environment; it ends with its parent, whose end closes its input.
 * @throws Error with what it wrote when it does not come up.
 */
export async function startIdp(options: IdpOptions): Promise<Idp> {
  const child = run("server.ts", [
    ...["--data-dir", options.data_dir, "--port", String(options.port), "--cert", options.cert, "--key", options.key],
    ...["--users", options.users],
    ...options.clients.flatMap(({ client_id, redirect_uri }) => ["--client", `${client_id} ${redirect_uri}`]),
    ...["--audience", options.audience, "--token-seconds", String(options.token_s ?? 3600)],
  ]);
  const issuer = await issuerOf(child, options.port);
  return {
    issuer,
    rotate: async () => {
      const rotation = run("rotate.ts", [options.data_dir]);
      const said = heard(rotation);
      const [status] = await once(rotation, "exit");
      if (status !== 0) throw new Error(`The identity provider's key was not rotated.\n${said()}`);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function run(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "pipe"], env: {} });
}

async function issuerOf(child: ChildProcess, port: number): Promise<string> {
  const said = heard(child);
  const stopped = new AbortController();
  const deadline = AbortSignal.any([AbortSignal.timeout(START_TIMEOUT_MS), stopped.signal]);
  child.once("close", () => stopped.abort());
  try {
    if (!child.stdout) throw new Error("It has no output.");
    const [line]: string[] = await once(createInterface(child.stdout), "line", { signal: deadline });
    const { issuer }: { issuer: string } = JSON.parse(line ?? "");
    return issuer;
  } catch (cause) {
    child.kill("SIGKILL");
    const why = said().includes("EADDRINUSE")
      ? `Port ${port} is in use by another process, and this provider's issuer URL holds that port. Free it and start again, or leave the sample organisation out by --no-sample.`
      : said();
    throw new Error(`The identity provider did not start. ${why}`, { cause });
  }
}

/** What a process wrote to its error output, its last part. */
function heard(child: ChildProcess): () => string {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  return () => said;
}
