import { Pool } from "undici";
import type { Children } from "../children.ts";
import { compare, type Figure } from "../figure.ts";
import { quartilesOf } from "../quartiles.ts";
import { prose } from "./prose.ts";
import { usageOf } from "./told.ts";

/** Requests of one sample, and how many of them are under way at once: enough to keep one core busy. */
const REQUESTS = 400;
const AT_ONCE = 16;

/** Who is asked, and how. */
export interface Target {
  readonly child: string;
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of the body besides the messages. */
  readonly fields?: object;
}

/** A sample of a target under load. */
interface Sample {
  /** Processor time of one request, as the mean of the sample's. */
  readonly processor_ms: number;
  readonly per_second: number;
}

/** The question of about 1 kB that is asked over and over. */
export const questionOf = ({ fields }: Pick<Target, "fields">): string =>
  JSON.stringify({ ...fields, messages: [{ role: "user", content: prose(1_000) }] });

export const poolOf = ({ port }: Pick<Target, "port">): Pool =>
  new Pool(`http://localhost:${port}`, { connections: AT_ONCE });

export const headersOf = ({ headers }: Pick<Target, "headers">): Record<string, string> => ({
  "content-type": "application/json",
  ...headers,
});

/** Asks once. @throws Error for an answer that is none: a fast error is no figure. */
export async function ask(pool: Pool, target: Target, body: string): Promise<void> {
  const { path } = target;
  const answer = await pool.request({ method: "POST", path, headers: headersOf(target), body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !text.includes("The board meets"))
    throw new Error(`${path}: ${answer.statusCode} ${text}`);
}

/** Asks so many times, with as many under way at once as there are connections. */
export async function askOften(pool: Pool, target: Target, times: number): Promise<void> {
  const body = questionOf(target);
  let left = times;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask(pool, target, body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
}

function loadOf(children: Children, target: Target): () => Promise<Sample> {
  const pool = poolOf(target);
  return async () => {
    const before = await usageOf(children, target.child);
    const started_ms = performance.now();
    await askOften(pool, target, REQUESTS);
    const took_s = (performance.now() - started_ms) / 1000;
    const after = await usageOf(children, target.child);
    return { processor_ms: (after.processor_ms - before.processor_ms) / REQUESTS, per_second: REQUESTS / took_s };
  };
}

interface Compared {
  readonly name: string;
  readonly baseline_name: string;
  readonly note: string;
  readonly targets: { readonly ours: Target; readonly baseline: Target; readonly again: Target };
  readonly counts: { readonly warm_up: number; readonly rounds: number };
}

/** Processor time of a request and requests per second, of the same samples. */
export async function compareLoads(children: Children, compared: Compared): Promise<readonly Figure[]> {
  const { name, baseline_name, note, targets, counts } = compared;
  const rates = { ours: [] as number[], baseline: [] as number[], again: [] as number[] };
  const variant = (which: keyof typeof rates) => {
    const load = loadOf(children, targets[which]);
    return {
      measure: async () => {
        const { processor_ms, per_second } = await load();
        rates[which].push(per_second);
        return processor_ms;
      },
    };
  };
  const variants = { ours: variant("ours"), baseline: variant("baseline"), again: variant("again") };
  const processor = await compare({ name, baseline_name, unit: "ms", note }, variants, counts);
  const [ours, baseline, again] = (["ours", "baseline", "again"] as const).map((which) =>
    quartilesOf(rates[which].slice(counts.warm_up)),
  );
  const rate: Figure = {
    name: `${name}: requests per second`,
    baseline_name,
    unit: "calls/s",
    ...{ ours: ours!, baseline: baseline! },
    ratio: ours!.median / baseline!.median,
    self_check: again!.median / baseline!.median,
    rounds: counts.rounds,
  };
  return [processor, rate];
}
