import { sql } from "kysely";
import type { Database } from "#db/mod.ts";
import { type Count, type Counters, hasRoom, type Take } from "./counters.ts";

/** Periods that are over are deleted, by one in so many takes. */
const SWEEP_EVERY = 1_000;

/** Undoes a transaction in which not everything could be taken. */
class Full extends Error {
  readonly full: readonly Take[];

  constructor(full: readonly Take[]) {
    super("There is no room in a count.");
    this.full = full;
  }
}

/**
 * Counts in Postgres, for any number of servers. The rows of a question are changed in the order of their keys, so that no two
 * questions wait for each other; a row that has no room is left alone and undoes the rest.
 */
export function postgresCounters(db: Database): Counters {
  let taken = 0;
  return {
    take: async (takes) => {
      taken += 1;
      if (taken % SWEEP_EVERY === 0) await sweep(db, Math.max(...takes.map((one) => one.period_start_ms)));
      const empty = { requests: 0, tokens: 0 };
      const impossible = takes.filter((take) => !hasRoom(empty, take));
      if (impossible.length > 0) return { full: impossible };
      try {
        const counts = await db.run(async (transaction) => {
          const sorted = takes.toSorted((a, b) => (a.key < b.key ? -1 : 1));
          const { rows } = await sql<Row>`
            INSERT INTO gateway_counts AS kept (key, period_start, period_end, requests, tokens, requests_max, tokens_max)
            VALUES ${sql.join(sorted.map(valuesOf))}
            ON CONFLICT (key, period_start) DO UPDATE SET
              requests = kept.requests + 1, tokens = kept.tokens + excluded.tokens,
              requests_max = excluded.requests_max, tokens_max = excluded.tokens_max
            WHERE (excluded.requests_max IS NULL OR kept.requests + 1 <= excluded.requests_max)
              AND (excluded.tokens_max IS NULL OR kept.tokens + excluded.tokens <= excluded.tokens_max)
            RETURNING key, requests, tokens`.execute(db.on(transaction));
          const counts = new Map(rows.map((row) => [row.key, row]));
          const full = takes.filter((take) => !counts.has(take.key));
          if (full.length > 0) throw new Full(full);
          return takes.map(({ key }): Count => countOf(counts.get(key)!));
        });
        return { counts };
      } catch (thrown) {
        if (thrown instanceof Full) return { full: thrown.full };
        throw thrown;
      }
    },
    correct: async (takes, tokens) => {
      const changes = takes.map(({ key, period_start_ms }, index) => ({ key, period_start_ms, by: tokens[index]! }));
      const wanted = changes.filter(({ by }) => by !== 0).toSorted((a, b) => (a.key < b.key ? -1 : 1));
      for (const { key, period_start_ms, by } of wanted)
        await sql`
          UPDATE gateway_counts SET tokens = tokens + ${by}
          WHERE key = ${key} AND period_start = ${new Date(period_start_ms)}`.execute(db.on());
    },
  };
}

interface Row {
  readonly key: string;
  readonly requests: number;
  readonly tokens: string;
}

const countOf = ({ requests, tokens }: Row): Count => ({ requests, tokens: Number(tokens) });

const valuesOf = ({ key, period_start_ms, period_ms, tokens, requests_max, tokens_max }: Take) =>
  sql`(${key}, ${new Date(period_start_ms)}::timestamptz, ${new Date(period_start_ms + period_ms)}::timestamptz, 1, ${tokens}::bigint, ${requests_max}::integer, ${tokens_max}::bigint)`;

async function sweep(db: Database, now_ms: number): Promise<void> {
  await sql`DELETE FROM gateway_counts WHERE period_end <= ${new Date(now_ms)}`.execute(db.on());
}
