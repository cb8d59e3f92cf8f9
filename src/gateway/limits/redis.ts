import { Redis } from "ioredis";
import { type Log, silentLog } from "#base/log.ts";
import { Fault } from "#wire/errors.ts";
import type { Counters, Take } from "./counters.ts";
import { RESERVE, SETTLE } from "./redis-scripts.ts";

/** A server that does not answer within this is away: with the wait for a connection it makes less than five seconds. */
const ANSWER_MS_MAX = 2_000;
const CONNECT_MS_MAX = 2_000;
/** The longest between two tries to reach it again. */
const RECONNECT_MS_MAX = 1_000;
/** Beside other things that are kept there. */
const PREFIX = "lakeward:limits:";

/** Counts in Redis or Valkey, for any number of servers. */
export interface RedisCounters extends Counters {
  close(): Promise<void>;
}

/** The scripts as ioredis makes them commands, each sent by its digest once the server knows it. */
interface Scripted {
  reserve(keys: number, ...args: readonly (string | number)[]): Promise<readonly number[]>;
  settle(keys: number, ...args: readonly (string | number)[]): Promise<number>;
}

/**
 * Counts in the Redis or Valkey server of the URL (`redis://`, or `rediss://` with TLS): one round trip each, by scripts that no
 * other command comes between. A command is never sent twice, nor later than it was asked for: what became of one whose answer was lost
 * is not known, and counting it twice would take what nobody used.
 * @throws Error when the server cannot be reached or does not let us in; never with the URL, which may hold a password.
 */
export async function redisCounters(url: string, log: Log = silentLog): Promise<RedisCounters> {
  const client = clientOf(url, log);
  let why: string | undefined;
  client.on("error", (error: Error) => {
    why = reasonOf(error);
  });
  try {
    await client.connect();
    await client.ping();
  } catch (cause) {
    client.disconnect();
    throw new Error(`REDIS_URL cannot be used: ${why ?? reasonOf(cause)}.`, { cause });
  }
  client.defineCommand("reserve", { lua: RESERVE });
  client.defineCommand("settle", { lua: SETTLE });
  const scripted = client as Redis & Scripted;
  return {
    take: async (takes) => {
      const [isTaken, ...counts] = await answered(
        scripted.reserve(takes.length, ...keysOf(takes), ...takes.flatMap(argsOf)),
      );
      const before = takes.map((_, i) => ({ requests: counts[2 * i]!, tokens: counts[2 * i + 1]! }));
      return { isTaken: isTaken === 1, before };
    },
    correct: async (takes, changes) => {
      await answered(scripted.settle(takes.length, ...keysOf(takes), ...changes));
    },
    close: async () => client.disconnect(),
  };
}

function clientOf(url: string, log: Log): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    connectionName: "lakeward",
    connectTimeout: CONNECT_MS_MAX,
    commandTimeout: ANSWER_MS_MAX,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 50, RECONNECT_MS_MAX),
    // A primary that has become a replica is left for the one that took its place.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  let isAway = false;
  client.on("ready", () => {
    if (isAway) log.info({}, "Rate limits are counted again.");
    isAway = false;
  });
  client.on("error", (error: Error) => {
    if (!isAway)
      log.warn({ reason: reasonOf(error) }, "Rate limits cannot be counted: the server of REDIS_URL is away.");
    isAway = true;
  });
  return client;
}

const keysOf = (takes: readonly Take[]): string[] =>
  takes.map(({ key, period_start_ms }) => `${PREFIX}${period_start_ms}:${key}`);

/** What is not limited is an empty text. */
const argsOf = ({ period_ms, set, requests_max, tokens_max, tokens }: Take): (string | number)[] => [
  period_ms,
  set,
  requests_max ?? "",
  tokens_max ?? "",
  tokens,
];

/** @throws Fault TEMPORARILY_UNAVAILABLE: what cannot be counted is not let through. */
async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    throw new Fault(
      "TEMPORARILY_UNAVAILABLE",
      "Rate limits cannot be counted just now, and nothing is let through uncounted. Try again in a few seconds, or ask an administrator whether the server of REDIS_URL answers.",
      { cause, internal: reasonOf(cause), headers: { "retry-after": "2" } },
    );
  }
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
