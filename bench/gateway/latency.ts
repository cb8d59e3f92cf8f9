import { setTimeout as sleep } from "node:timers/promises";
import { Children } from "../children.ts";
import { compare, type Figure } from "../figure.ts";
import { ask, askOften, poolOf, questionOf, type Target } from "./load.ts";
import { openWorld } from "./world.ts";

const COUNTS = { warm_up: 2, rounds: 9 } as const;
const WARM_UP_REQUESTS = 4_000;
/** How long a rate is kept for one sample. */
const WINDOW_MS = 3_000;
const SHARE = { p50: 0.5, p99: 0.99 } as const;

/** Milliseconds within which this share of requests was answered that came at a rate, whether or not those before were answered. */
function latencyOf(target: Target, per_second: number, share: number): () => Promise<number> {
  const pool = poolOf(target);
  const body = questionOf(target);
  return async () => {
    const took_ms: number[] = [];
    const asked: Promise<void>[] = [];
    const began_ms = performance.now();
    const total = Math.round((WINDOW_MS / 1000) * per_second);
    for (let i = 0; i < total; i += 1) {
      const due_ms = began_ms + (i * 1000) / per_second;
      const wait_ms = due_ms - performance.now();
      if (wait_ms > 0) await sleep(wait_ms);
      // From when it was due: a caller that comes late because the machine is busy has waited all the same.
      asked.push(ask(pool, target, body).then(() => void took_ms.push(performance.now() - due_ms)));
    }
    await Promise.all(asked);
    return took_ms.sort((a, b) => a - b)[Math.floor(share * (took_ms.length - 1))]!;
  };
}

/** Requests per second that a target answers when it is asked without a pause. */
async function fullLoadOf(target: Target): Promise<number> {
  const pool = poolOf(target);
  await askOften(pool, target, WARM_UP_REQUESTS);
  const started_ms = performance.now();
  await askOften(pool, target, WARM_UP_REQUESTS / 2);
  return WARM_UP_REQUESTS / 2 / ((performance.now() - started_ms) / 1000);
}

/** How long requests take at half of the load that the gateway can bear, beside a proxy that makes the same durable write. */
export async function gatewayLatency(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using children = await Children.open();
  progress("starting a provider, two proxies that write, and a platform");
  const world = await openWorld(children);
  const baseline = await world.proxy("durable", "durable-proxy");
  const again = await world.proxy("durable again", "durable-proxy");
  const platform = await world.platform();
  const ours = platform.endpoint("plain");
  for (const one of [baseline, again]) await fullLoadOf(one);
  const per_second = (await fullLoadOf(ours)) / 2;
  const figures: Figure[] = [];
  for (const [name, share] of Object.entries(SHARE)) {
    progress(`${name} at ${per_second.toFixed(0)} requests per second: ${COUNTS.rounds} rounds`);
    const variant = (target: Target) => ({ measure: latencyOf(target, per_second, share) });
    figures.push(
      await compare(
        {
          name: `a chat request through the gateway at half load: ${name}`,
          baseline_name: "a Node proxy that appends and syncs before it answers",
          unit: "ms",
          note: `${per_second.toFixed(0)} requests per second, half of what the gateway answered without a pause, at times that are set beforehand. Caller, provider, Postgres and engine are on the same machine: time by the clock says little where others work on it.`,
        },
        { ours: variant(ours), baseline: variant(baseline), again: variant(again) },
        COUNTS,
      ),
    );
  }
  return figures;
}
