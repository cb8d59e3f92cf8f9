import { Children } from "../children.ts";
import type { FigureTable } from "../figure.ts";
import { askOften, poolOf } from "./load.ts";
import { usageOf } from "./told.ts";
import { openWorld } from "./world.ts";

/** What a run of `npm run bench` has time for; `npm run test:long` asks a million times. */
const REQUESTS = 200_000;
/** Before the first look: what is made once, and caches that fill up, are no leak. */
const WARM_UP_SHARE = 0.1;
const LOOKS = 10;

/** What the platform had in use after so many requests. */
export interface Look {
  readonly requests: number;
  /** After a collection. */
  readonly heap_bytes: number;
  readonly resident_bytes: number;
}

/** Asks the gateway so many times, and looks at its memory in between. */
export async function memoryOver(requests: number, progress: (text: string) => void): Promise<readonly Look[]> {
  await using children = await Children.open();
  const world = await openWorld(children);
  const platform = await world.platform();
  const target = platform.endpoint("masked");
  const pool = poolOf(target);
  await askOften(pool, target, Math.round(requests * WARM_UP_SHARE));
  const looks: Look[] = [];
  for (let i = 0; i <= LOOKS; i += 1) {
    if (i > 0) await askOften(pool, target, Math.round(requests / LOOKS));
    const { heap_bytes = 0, resident_bytes } = await usageOf(children, platform.child, "usage after a collection");
    const look = { requests: Math.round((i * requests) / LOOKS), heap_bytes, resident_bytes };
    looks.push(look);
    progress(`memory after ${look.requests} requests: ${shown(heap_bytes)} MiB on the heap`);
  }
  await pool.close();
  return looks;
}

const MEBIBYTE = 1024 * 1024;
const shown = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1);

/** The gateway's memory over many requests. */
export async function gatewayMemory(progress: (text: string) => void): Promise<readonly FigureTable[]> {
  const looks = await memoryOver(REQUESTS, progress);
  return [
    {
      title: "The gateway's memory over many requests",
      columns: ["requests", "heap in use after a collection, MiB", "resident, MiB"],
      rows: looks.map((one) => [String(one.requests), shown(one.heap_bytes), shown(one.resident_bytes)]),
      note: "Of the server's own process, with personal data masked both ways, after a tenth as many requests that are not counted.",
    },
  ];
}
