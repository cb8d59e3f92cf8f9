// refused by biome: A permit comes from the gate
import type { Permit } from "#kernel/mod.ts";

export const forged = {} as Permit<"table.read_data">;
