import { once } from "node:events";
import v8 from "node:v8";
import vm from "node:vm";
import type { Children } from "../children.ts";

/** What a child uses. */
export interface Usage {
  /** So far, of all its threads. */
  readonly processor_ms: number;
  /** What is in use on its heap after a collection, where that was asked for. */
  readonly heap_bytes?: number;
  readonly resident_bytes: number;
}

type Wish = "usage" | "usage after a collection";

function own(wish: Wish): Usage {
  const { user, system } = process.cpuUsage();
  const used = { processor_ms: (user + system) / 1000, resident_bytes: process.memoryUsage.rss() };
  if (wish === "usage") return used;
  v8.setFlagsFromString("--expose-gc");
  (vm.runInNewContext("gc") as () => void)();
  return { ...used, heap_bytes: process.memoryUsage().heapUsed };
}

/** In a child: tells what it uses, or what `read` says, whenever its parent asks; ends with its parent. */
export function tellUsage(
  end: () => unknown = () => process.exit(0),
  read: (wish: Wish) => Usage | Promise<Usage> = own,
): void {
  process.on("message", async (wish: Wish) => process.send?.(await read(wish)));
  process.on("disconnect", end);
}

/** In the parent: what a child uses now. */
export async function usageOf(children: Children, path: string, wish: Wish = "usage"): Promise<Usage> {
  const child = children.of(path);
  const told = once(child, "message") as Promise<[Usage]>;
  child.send(wish);
  return (await told)[0];
}
