import { once } from "node:events";
import type { Children } from "../children.ts";

/** In a child: tells its processor time, in ms, whenever its parent asks; ends with its parent. */
export function tellProcessorTime(end: () => unknown = () => process.exit(0)): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ processor_ms: (user + system) / 1000 });
  });
  process.on("disconnect", end);
}

/** In the parent: the processor time that a child has used so far, in ms. */
export async function processorTimeOf(children: Children, path: string): Promise<number> {
  const child = children.of(path);
  const told = once(child, "message") as Promise<[{ readonly processor_ms: number }]>;
  child.send("processor time");
  const [{ processor_ms }] = await told;
  return processor_ms;
}
