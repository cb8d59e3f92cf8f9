import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Duplex, Readable } from "node:stream";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Log } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import { parseJson } from "#wire/serving/chat.ts";
import type { Environment } from "../environment.ts";
import {
  AGENT_CANCEL_GRACE_MS,
  AGENT_DEADLINE_MS,
  AGENT_LINE_BYTES_MAX,
  AGENT_LOG_CHARS_MAX,
  AGENT_START_MS,
} from "../limits.ts";
import { Pending } from "./pending.ts";
import type { AgentContext, ToAgent } from "./protocol.ts";
import { redact } from "./redact.ts";
import { type AgentCode, killGroup, spawnAgent } from "./spawn.ts";

export interface AgentProcessOptions {
  readonly name: string;
  readonly code: AgentCode;
  readonly host: () => string;
  readonly log: Log;
  /** Longest time for one request; AGENT_DEADLINE_MS unless told. */
  readonly deadline_ms?: number;
}

interface Life {
  readonly child: ChildProcess;
  readonly pipe: Duplex;
  readonly pending: Map<string, Pending>;
  /** Values of its environment that may stand in no error and no log. */
  readonly secrets: readonly string[];
}

/** Gives the environment; asked when a request starts the process. */
export type EnvironmentSource = () => Promise<Environment>;

/** Of an agent that declared no variables. */
const noVariables: EnvironmentSource = async () => ({ variables: {}, secrets: [] });

/** One agent's process: started at the first request, shared by interleaved ones, started anew when it has died. */
export class AgentProcess {
  readonly #options: AgentProcessOptions;
  #life: Promise<Life> | undefined;
  /** Of the life that is, or of the last one. */
  #said: () => string = () => "";
  #isClosed = false;
  #isRetired = false;

  constructor(options: AgentProcessOptions) {
    this.#options = options;
  }

  /**
   * Runs one request and yields the agent's events as they come. Leaving the iteration or `signal` cancels it.
   * @throws Fault TEMPORARILY_UNAVAILABLE when the process cannot start or dies, DEADLINE_EXCEEDED, CANCELLED,
   *   BAD_GATEWAY with the agent's own message when it throws, what `environment` throws when the process has to be started.
   */
  async *request(
    id: string,
    body: JsonObject,
    context: AgentContext,
    signal: AbortSignal,
    environment: EnvironmentSource = noVariables,
  ): AsyncGenerator<JsonObject> {
    const life = await this.#alive(environment);
    const pending = new Pending();
    life.pending.set(id, pending);
    const deadline_ms = this.#options.deadline_ms ?? AGENT_DEADLINE_MS;
    const deadline = setTimeout(() => {
      pending.end(new Fault("DEADLINE_EXCEEDED", `${this.#named()} did not answer within ${deadline_ms} ms.`));
    }, deadline_ms);
    const onAbort = (): void => pending.end(new Fault("CANCELLED", "The caller went away."));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    let isAnswered = false;
    try {
      write(life, { type: "request", id, body, context });
      yield* pending;
      isAnswered = true;
    } catch (thrown) {
      isAnswered = thrown instanceof Fault && thrown.code === "BAD_GATEWAY";
      throw thrown;
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener("abort", onAbort);
      if (isAnswered) life.pending.delete(id);
      else this.#cancel(life, id);
      this.#endWhenIdle(life);
    }
  }

  /** The last of what it wrote, without the secrets that it was started with. */
  said(): string {
    return this.#said();
  }

  /** Ends the process and every request in it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const life = await this.#life?.catch(() => undefined);
    if (!life || life.child.exitCode !== null || life.child.signalCode !== null) return;
    const ended = new Promise((resolve) => life.child.once("exit", resolve));
    killGroup(life.child);
    await ended;
  }

  /** Takes no further request, and ends the process when those in it have ended. */
  retire(): void {
    this.#isRetired = true;
    void this.#life?.then((life) => this.#endWhenIdle(life)).catch(() => undefined);
  }

  #endWhenIdle(life: Life): void {
    if (this.#isRetired && life.pending.size === 0) void this.close();
  }

  #named(): string {
    return `The agent '${this.#options.name}'`;
  }

  /** Asks the agent to stop a request, and stops its process when it does not yield. */
  #cancel(life: Life, id: string): void {
    if (life.child.exitCode !== null || life.child.signalCode !== null) return;
    const marker = new Pending();
    life.pending.set(id, marker);
    write(life, { type: "cancel", id });
    setTimeout(() => {
      if (!marker.isEnded && life.pending.get(id) === marker) killGroup(life.child);
      this.#endWhenIdle(life);
    }, AGENT_CANCEL_GRACE_MS).unref();
  }

  #alive(environment: EnvironmentSource): Promise<Life> {
    if (this.#isClosed) {
      return Promise.reject(new Fault("TEMPORARILY_UNAVAILABLE", `${this.#named()} is being stopped.`));
    }
    this.#life ??= this.#start(environment).catch((thrown: unknown) => {
      this.#life = undefined;
      throw thrown;
    });
    return this.#life;
  }

  async #start(environment: EnvironmentSource): Promise<Life> {
    const { code, host, log, name } = this.#options;
    const { variables, secrets } = await environment();
    const child = spawnAgent(code, host());
    const life: Life = { child, pipe: child.stdio[3] as Duplex, pending: new Map(), secrets };
    const said = keepTail([child.stdout, child.stderr], secrets);
    this.#said = said;
    life.pipe.on("error", () => killGroup(child));
    child.once("exit", (exit_code, signal) => {
      this.#life = undefined;
      if (!this.#isClosed) log.warn({ agent: name, exit_code: exit_code ?? -1, signal: signal ?? "" }, "agent ended");
      for (const one of life.pending.values()) {
        one.end(
          new Fault(
            "TEMPORARILY_UNAVAILABLE",
            `${this.#named()} ended while it answered. Call again: it is started anew.`,
          ),
        );
      }
    });
    const ready = Promise.withResolvers<void>();
    const timer = setTimeout(() => killGroup(child), AGENT_START_MS);
    child.once("error", ready.reject);
    child.once("exit", () => ready.reject(new Error(said())));
    listen(life, ready.resolve);
    write(life, { type: "start", environment: variables });
    try {
      await ready.promise;
    } catch (cause) {
      const internal = cause instanceof Error ? cause.message : String(cause);
      throw new Fault("TEMPORARILY_UNAVAILABLE", `${this.#named()} could not be started. Its log says why.`, {
        cause,
        internal,
      });
    } finally {
      clearTimeout(timer);
    }
    return life;
  }
}

function write(life: Life, message: ToAgent): void {
  if (life.pipe.writable) life.pipe.write(`${JSON.stringify(message)}\n`);
}

/** Deals the agent's lines out to the requests they belong to. A line that is none of the protocol's is dropped. */
function listen(life: Life, onReady: () => void): void {
  let bytes = 0;
  life.pipe.on("data", (part: Buffer) => {
    bytes = part.includes(10) ? 0 : bytes + part.length;
    if (bytes > AGENT_LINE_BYTES_MAX) killGroup(life.child);
  });
  const lines = createInterface({ input: life.pipe, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("error", () => killGroup(life.child));
  lines.on("line", (line) => {
    const message = parseJson(line);
    if (!isJsonObject(message)) return;
    if (message.type === "ready") return onReady();
    const pending = life.pending.get(String(message.id));
    if (!pending) return;
    if (message.type === "event" && isJsonObject(message.event)) return pending.push(message.event);
    if (message.type === "done") pending.end();
    if (message.type === "error") {
      const said = redact(String(message.message), life.secrets);
      pending.end(new Fault("BAD_GATEWAY", `The agent failed: ${said}`));
    }
    if (pending.isEnded) life.pending.delete(String(message.id));
  });
}

/** The last of what streams said, without secrets: none is left by half where the text was cut. */
function keepTail(streams: readonly (Readable | null)[], secrets: readonly string[]): () => string {
  const longest = Math.max(1, ...secrets.map((one) => one.length));
  let tail = "";
  /** By stream: what may be the beginning of a secret still waits for its rest. */
  const waiting = streams.map(() => "");
  for (const [i, stream] of streams.entries())
    stream?.setEncoding("utf8").on("data", (part: string) => {
      const held = redact(waiting[i] + part, secrets);
      const sure = Math.max(0, held.length - longest + 1);
      tail = (tail + held.slice(0, sure)).slice(-AGENT_LOG_CHARS_MAX);
      waiting[i] = held.slice(sure);
    });
  return () => (tail + waiting.join("")).slice(-AGENT_LOG_CHARS_MAX);
}
