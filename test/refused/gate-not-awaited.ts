// refused by biome: noFloatingPromises
import { type Doorway, type Gate, table, type Who } from "#kernel/mod.ts";

export async function readWithoutWaiting(gate: Gate, who: Who, doorway: Doorway): Promise<void> {
  gate.enter(who, "table.read_data", table("main.sales.orders"), doorway);
}
