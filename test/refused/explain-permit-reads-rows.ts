// refused by tsc: TS2345
import type { Permit, Scan } from "#kernel/mod.ts";

declare const scan: Scan;
declare const permit: Permit<"table.explain">;

scan.rows(permit, permit.who, ["n"]);
