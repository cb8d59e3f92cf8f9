// refused by tsc: TS2345
import { type Metastore, table } from "#kernel/mod.ts";

declare const metastore: Metastore;

await metastore.relation(table("main.sales.orders"));
