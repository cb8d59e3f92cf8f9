import type { Execute } from "./migration.ts";

/**
 * Budgets, and what was spent of each in each month: `spent` is what answers cost, `held` what questions under way may yet cost. Amounts are
 * billionths of a dollar. What all share is counted under an empty principal.
 *
 * All counts of a question are locked first, in one order, so that no two questions wait for each other, and read only then, so that nobody
 * comes between looking and taking. Unlike counts of rate limits these wait for the disk: a month is too long for a forgotten minute.
 */
export async function up(execute: Execute): Promise<void> {
  await execute(`
    CREATE TABLE budgets (
      number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      id text NOT NULL UNIQUE,
      configuration jsonb NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    );

    CREATE TABLE budget_spend (
      budget_id text COLLATE "C" NOT NULL,
      principal_id text COLLATE "C" NOT NULL,
      start_ms bigint NOT NULL,
      spent bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
      held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
      PRIMARY KEY (budget_id, principal_id, start_ms)
    ) WITH (fillfactor = 50);

    CREATE FUNCTION reserve_budgets(
      asked_budgets text[], asked_principals text[], asked_start bigint, asked_max bigint[], firm bigint, wanted bigint,
      OUT is_taken boolean, OUT gone_before bigint[], OUT taken bigint[]
    ) LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO budget_spend AS s (budget_id, principal_id, start_ms)
      SELECT a.budget_id, a.principal_id, asked_start
      FROM unnest(asked_budgets, asked_principals) AS a (budget_id, principal_id)
      ORDER BY a.budget_id COLLATE "C", a.principal_id COLLATE "C"
      -- The condition that never holds leaves a row as it is, and locked.
      ON CONFLICT (budget_id, principal_id, start_ms) DO UPDATE SET held = s.held WHERE false;

      SELECT array_agg(s.spent + s.held ORDER BY a.n),
        -- What bounds nothing needs nothing held.
        array_agg(CASE WHEN a.max IS NULL THEN 0 ELSE greatest(firm, least(wanted, a.max - s.spent - s.held)) END ORDER BY a.n),
        coalesce(bool_and(s.spent + s.held + firm <= a.max), true)
      INTO gone_before, taken, is_taken
      FROM unnest(asked_budgets, asked_principals, asked_max) WITH ORDINALITY AS a (budget_id, principal_id, max, n)
      JOIN budget_spend s ON s.budget_id = a.budget_id AND s.principal_id = a.principal_id AND s.start_ms = asked_start;

      IF is_taken THEN
        UPDATE budget_spend s SET held = s.held + a.amount
        FROM unnest(asked_budgets, asked_principals, taken) AS a (budget_id, principal_id, amount)
        WHERE s.budget_id = a.budget_id AND s.principal_id = a.principal_id AND s.start_ms = asked_start;
      END IF;
    END $$;

    CREATE FUNCTION settle_budgets(
      asked_budgets text[], asked_principals text[], asked_start bigint, taken bigint[], cost bigint, OUT spent_before bigint[]
    ) LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM 1 FROM budget_spend s
      JOIN unnest(asked_budgets, asked_principals) AS a (budget_id, principal_id)
        ON s.budget_id = a.budget_id AND s.principal_id = a.principal_id AND s.start_ms = asked_start
      ORDER BY s.budget_id, s.principal_id FOR UPDATE OF s;

      SELECT array_agg(s.spent ORDER BY a.n) INTO spent_before
      FROM unnest(asked_budgets, asked_principals) WITH ORDINALITY AS a (budget_id, principal_id, n)
      LEFT JOIN budget_spend s ON s.budget_id = a.budget_id AND s.principal_id = a.principal_id AND s.start_ms = asked_start;

      -- Never below nothing: what a crash forgot is not given back on top.
      UPDATE budget_spend s SET spent = s.spent + cost, held = greatest(0, s.held - a.amount)
      FROM unnest(asked_budgets, asked_principals, taken) AS a (budget_id, principal_id, amount)
      WHERE s.budget_id = a.budget_id AND s.principal_id = a.principal_id AND s.start_ms = asked_start;
    END $$`);
}
