import { Children } from "../children.ts";
import type { Figure } from "../figure.ts";
import { compareLoads } from "./load.ts";
import { openWorld } from "./world.ts";

/** As many requests as it takes until the compiler has seen all of what a request does. */
const COUNTS = { warm_up: 10, rounds: 15 } as const;

/** Processor time of a request through the gateway against one through a proxy that only passes bodies on. */
export async function gateway(progress: (text: string) => void): Promise<readonly Figure[]> {
  await using children = await Children.open();
  progress("starting a provider, two proxies and a platform");
  const world = await openWorld(children);
  const [baseline, again] = [await world.proxy("proxy"), await world.proxy("again")];
  const platform = await world.platform();
  const ours: readonly (readonly [name: string, endpoint: string, note: string])[] = [
    [
      "a chat request through the gateway: token, permit, limits, usage, durable record and payload",
      "plain",
      "Processor time of the server's own process alone; Postgres and the engine, which take records and payloads later in batches, are processes of their own.",
    ],
    ["... with personal data masked both ways besides", "masked", "1 kB of clean prose in, 1 kB out."],
  ];
  const figures: Figure[] = [];
  for (const [name, endpoint, note] of ours) {
    progress(`${name}: ${COUNTS.rounds} rounds`);
    const targets = { ours: platform.endpoint(endpoint), baseline, again };
    const baseline_name = "a Node proxy that passes bodies on";
    figures.push(...(await compareLoads(children, { name, baseline_name, note, targets, counts: COUNTS })));
  }
  return figures;
}
