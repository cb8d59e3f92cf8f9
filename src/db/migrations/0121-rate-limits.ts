import type { Execute } from "./migration.ts";

/** What was taken of rate limits in each period, for servers that share a database. */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE gateway_counts (
      key text NOT NULL,
      period_start timestamptz NOT NULL,
      period_end timestamptz NOT NULL,
      requests integer NOT NULL,
      tokens bigint NOT NULL,
      requests_max integer,
      tokens_max bigint,
      PRIMARY KEY (key, period_start)
    );
    CREATE INDEX gateway_counts_period_end ON gateway_counts (period_end)`);
}
