import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import type { Counters } from "./counters.ts";

/**
 * Counts in Postgres, for any number of servers: one round trip each, by the functions of migration 0121, which say how it is
 * exact. Each is a transaction by itself.
 */
export function postgresCounters(db: Database): Counters {
  return {
    take: async (takes) => {
      const { rows } = await sql<Row>`
        SELECT is_taken, requests_before::float8[], tokens_before::float8[] FROM reserve_rate_limits(
          ${takes.map((one) => one.key)}::text[],
          ${takes.map((one) => one.period_start_ms)}::bigint[],
          ${takes.map((one) => one.period_start_ms + one.period_ms)}::bigint[],
          ${takes.map((one) => one.set)}::integer[],
          ${takes.map((one) => one.requests_max)}::bigint[],
          ${takes.map((one) => one.tokens_max)}::bigint[],
          ${takes.map((one) => one.tokens)}::bigint[])`.execute(db.on());
      const { is_taken, requests_before, tokens_before } = rows[0]!;
      const before = takes.map((_, i) => ({ requests: requests_before[i]!, tokens: tokens_before[i]! }));
      return { isTaken: is_taken, before };
    },
    correct: async (takes, changes) => {
      await sql`
        SELECT settle_rate_limits(
          ${takes.map((one) => one.key)}::text[],
          ${takes.map((one) => one.period_start_ms)}::bigint[],
          ${changes}::bigint[])`.execute(db.on());
    },
  };
}

interface Row {
  readonly is_taken: boolean;
  readonly requests_before: readonly number[];
  readonly tokens_before: readonly number[];
}
