import type { Execute } from "./migration.ts";

/**
 * What was taken of rate limits in each period, for servers that share a database.
 *
 * All counts of a request are locked first, in the order of their keys, so that no two requests wait for each other; only then
 * are they read, so that nobody comes between looking and taking. A count is worth no wait for the disk: when Postgres crashes,
 * what was counted in the last moments before (three times wal_writer_delay, 0.6 s) may be forgotten. Each new count takes four
 * with it that are an hour past their end, so that the table holds about what one hour needs.
 */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE rate_limit_counts (
      key text COLLATE "C" NOT NULL,
      start_ms bigint NOT NULL,
      end_ms bigint NOT NULL,
      requests bigint NOT NULL,
      tokens bigint NOT NULL CHECK (tokens >= 0),
      PRIMARY KEY (key, start_ms)
    ) WITH (fillfactor = 50);
    CREATE INDEX rate_limit_counts_end ON rate_limit_counts (end_ms);

    CREATE FUNCTION reserve_rate_limits(
      asked_keys text[], asked_starts bigint[], asked_ends bigint[], asked_sets integer[],
      asked_requests_max bigint[], asked_tokens_max bigint[], asked_tokens bigint[],
      OUT is_taken boolean, OUT requests_before bigint[], OUT tokens_before bigint[]
    ) LANGUAGE plpgsql AS $$
    DECLARE
      made bigint;
      open_sets integer[];
    BEGIN
      PERFORM set_config('synchronous_commit', 'off', true);
      -- The condition that never holds leaves a row as it is, and locked.
      INSERT INTO rate_limit_counts AS c (key, start_ms, end_ms, requests, tokens)
      SELECT a.key, a.start_ms, a.end_ms, 0, 0
      FROM unnest(asked_keys, asked_starts, asked_ends) AS a (key, start_ms, end_ms)
      ORDER BY a.key COLLATE "C", a.start_ms
      ON CONFLICT (key, start_ms) DO UPDATE SET requests = c.requests WHERE false;
      GET DIAGNOSTICS made = ROW_COUNT;

      SELECT array_agg(c.requests ORDER BY a.n), array_agg(c.tokens ORDER BY a.n) INTO requests_before, tokens_before
      FROM unnest(asked_keys, asked_starts) WITH ORDINALITY AS a (key, start_ms, n)
      JOIN rate_limit_counts c ON c.key = a.key AND c.start_ms = a.start_ms;

      WITH room AS (
        SELECT a.of_set, bool_and(
          coalesce(a.requests + 1 <= a.requests_max, true) AND coalesce(a.before + a.tokens <= a.tokens_max, true)) AS is_there
        FROM unnest(asked_sets, asked_requests_max, asked_tokens_max, asked_tokens, requests_before, tokens_before)
          AS a (of_set, requests_max, tokens_max, tokens, requests, before)
        GROUP BY a.of_set)
      SELECT
        coalesce(bool_and(is_there) FILTER (WHERE of_set = 0), true)
          AND coalesce(bool_or(is_there) FILTER (WHERE of_set > 0), true),
        array_agg(of_set) FILTER (WHERE is_there)
      INTO is_taken, open_sets FROM room;

      IF is_taken THEN
        UPDATE rate_limit_counts c SET requests = c.requests + 1, tokens = c.tokens + a.tokens
        FROM unnest(asked_keys, asked_starts, asked_sets, asked_tokens) AS a (key, start_ms, of_set, tokens)
        WHERE c.key = a.key AND c.start_ms = a.start_ms AND a.of_set = ANY (open_sets);
      END IF;

      IF made > 0 THEN
        DELETE FROM rate_limit_counts c USING (
          SELECT key, start_ms FROM rate_limit_counts
          WHERE end_ms < (SELECT min(start_ms) FROM unnest(asked_starts) AS start_ms) - 3600000
          ORDER BY end_ms LIMIT 4 * made FOR UPDATE SKIP LOCKED) AS old
        WHERE c.key = old.key AND c.start_ms = old.start_ms;
      END IF;
    END $$;

    CREATE FUNCTION settle_rate_limits(asked_keys text[], asked_starts bigint[], changes bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM set_config('synchronous_commit', 'off', true);
      PERFORM 1 FROM rate_limit_counts c
      JOIN unnest(asked_keys, asked_starts) AS a (key, start_ms) ON c.key = a.key AND c.start_ms = a.start_ms
      ORDER BY c.key, c.start_ms FOR UPDATE OF c;
      -- Never below nothing: what a crash forgot is not given back on top.
      UPDATE rate_limit_counts c SET tokens = greatest(0, c.tokens + a.change)
      FROM unnest(asked_keys, asked_starts, changes) AS a (key, start_ms, change)
      WHERE c.key = a.key AND c.start_ms = a.start_ms;
    END $$`);
}
