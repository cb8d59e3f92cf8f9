import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const READY = "Lakeward is ready";
/** A start takes seconds, on a busy machine many times that. */
const READY_MS_MAX = 90_000;
const STOP_MS_MAX = 30_000;

/** Where a workspace lives: directory and ports stay over all its starts. */
export interface Place {
  readonly data_dir: string;
  readonly port: number;
  readonly tls_port: number;
  /** Flags besides, `--no-sample` for one. */
  readonly flags: readonly string[];
  /** What stands before the command, to run it under limits. */
  readonly prefix?: readonly string[];
  /** Its environment, beside what finds programs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `npm start`'s server as a process of its own, which can be killed. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = "";

  constructor({ data_dir, port, tls_port, flags, prefix = [], env = {} }: Place) {
    const own = [MAIN, "--data-dir", data_dir, "--port", String(port), "--tls-port", String(tls_port), ...flags];
    const [program = "", ...args] = [...prefix, process.execPath, ...own];
    this.#child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    this.#ended = once(this.#child, "exit");
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said += text;
      });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** All it printed so far. */
  get said(): string {
    return this.#said;
  }

  /** Resolves when it serves. @throws Error with what it printed when it ends instead, or takes too long. */
  async ready(): Promise<this> {
    for (const end_ms = Date.now() + READY_MS_MAX; this.isRunning && Date.now() < end_ms; await sleep(10))
      if (this.#said.includes(READY)) return this;
    throw new Error(
      `The server did not get ready (exit ${this.#child.exitCode ?? this.#child.signalCode}):\n${this.#said}`,
    );
  }

  /** Resolves when the process is gone. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Stops it as an operator would. @returns its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const late = new AbortController();
    const first = await Promise.race([this.#ended, sleep(STOP_MS_MAX, "late", { signal: late.signal })]);
    late.abort();
    if (first === "late") throw new Error(`The server did not stop within ${STOP_MS_MAX / 1000} s:\n${this.#said}`);
    return this.#child.exitCode;
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
