import type { IdSource } from "#base/ids.ts";
import type { Database } from "./database.ts";

/** The deployment's own ids. */
export interface SiteIds {
  readonly account_id: string;
  readonly metastore_id: string;
  /** Numeric, as on Databricks: 16 digits, the first one not zero, and below 2^53, so that it is exact as a JSON number. */
  readonly workspace_id: string;
}

/** Reads the deployment's ids, minted at the first start; two servers that start together agree on one set. */
export async function openSite(db: Database, ids: IdSource): Promise<SiteIds> {
  const minted: SiteIds = { account_id: ids.uuid(), metastore_id: ids.uuid(), workspace_id: workspaceId(ids) };
  const on = db.on();
  await on
    .insertInto("site")
    .values(minted)
    .onConflict((conflict) => conflict.column("single").doNothing())
    .execute();
  return on.selectFrom("site").select(["account_id", "metastore_id", "workspace_id"]).executeTakeFirstOrThrow();
}

function workspaceId(ids: IdSource): string {
  const digits = BigInt(`0x${ids.hex(8)}`) % 8_000_000_000_000_000n;
  return String(1_000_000_000_000_000n + digits);
}
