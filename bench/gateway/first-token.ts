import { Children } from "../children.ts";
import { compare, type Figure } from "../figure.ts";
import { quartilesOf } from "../quartiles.ts";
import { headersOf, poolOf, questionOf, type Target } from "./load.ts";
import { openWorld } from "./world.ts";

const COUNTS = { warm_up: 5, rounds: 15 } as const;
const STREAMS = 60;
/** What the first piece of the provider's answer holds. */
const FIRST = "The";

/** Milliseconds to the first words of a stream, as the median of a sample's; one stream after the other. */
function firstTokenOf(target: Target): () => Promise<number> {
  const pool = poolOf(target);
  const { path } = target;
  const headers = headersOf(target);
  const body = questionOf({ fields: { ...target.fields, stream: true } });
  const once = async (): Promise<number> => {
    const started_ms = performance.now();
    const answer = await pool.request({ method: "POST", path, headers, body });
    let text = "";
    let first_ms: number | undefined;
    for await (const piece of answer.body) {
      text += String(piece);
      if (text.includes(FIRST)) first_ms ??= performance.now() - started_ms;
    }
    if (first_ms === undefined || !text.includes("[DONE]")) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return first_ms;
  };
  return async () => {
    const samples: number[] = [];
    for (let i = 0; i < STREAMS; i += 1) samples.push(await once());
    return quartilesOf(samples).median;
  };
}

/** How long a stream's first words take through the gateway, with no guardrail on the answer, beside a proxy that pipes. */
export async function gatewayFirstToken(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using children = await Children.open();
  progress("starting a provider, two proxies and a platform");
  const world = await openWorld(children);
  const [baseline, again] = [await world.proxy("proxy"), await world.proxy("again")];
  const ours = (await world.platform()).endpoint("plain");
  progress(`first words of a stream: ${COUNTS.rounds} rounds of ${STREAMS}`);
  const variant = (target: Target) => ({ measure: firstTokenOf(target) });
  return [
    await compare(
      {
        name: "the first words of a stream through the gateway, governed, answers not guarded",
        baseline_name: "a Node proxy that pipes",
        unit: "ms",
        note: "By the clock, one stream at a time, from a provider that answers at once: any real one takes hundreds of milliseconds.",
      },
      { ours: variant(ours), baseline: variant(baseline), again: variant(again) },
      COUNTS,
    ),
  ];
}
