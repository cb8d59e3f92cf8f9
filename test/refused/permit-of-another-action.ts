// refused by tsc: TS2345
import type { Metastore, Permit } from "#kernel/mod.ts";

declare const metastore: Metastore;
declare const permit: Permit<"catalog.read_metadata">;

await metastore.createCatalog(permit, { name: "c" });
