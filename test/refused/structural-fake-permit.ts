// refused by tsc: TS2741|TS2345|TS2739|TS2740
import type { Metastore, Permit } from "#kernel/mod.ts";

declare const metastore: Metastore;
declare const real: Permit<"table.read_data">;

const fake = { ...real, action: "table.read_data" as const, settle: async () => {} };
await metastore.relation(fake);
