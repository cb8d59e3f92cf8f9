/**
 * Casts that DuckDB does otherwise than the dialect, as macros of the locked schema. A macro's argument is copied to each place
 * that names it; a list of one, and a lambda over it, evaluates it once and keeps nested casts from growing without bound.
 */
const once = (body: string): string => `system.main.list_transform([x], lambda v: ${body})[1]`;

/** `Double.toString` of Java: plain digits from 0.001 to below ten million, else one digit, the others, and the exponent. */
const realText = once(`CASE
  WHEN v IS NULL THEN NULL
  WHEN isnan(v) THEN 'NaN'
  WHEN isinf(v) THEN CASE WHEN v > 0 THEN 'Infinity' ELSE '-Infinity' END
  WHEN v = 0 OR (abs(v) >= 0.001 AND abs(v) < 10000000) THEN CAST(v AS VARCHAR)
  ELSE CASE WHEN v < 0 THEN '-' ELSE '' END || CASE
    WHEN contains(CAST(v AS VARCHAR), 'e') THEN
      split_part(CAST(abs(v) AS VARCHAR), 'e', 1)
      || CASE WHEN contains(CAST(v AS VARCHAR), '.') THEN '' ELSE '.0' END
      || 'E' || CAST(CAST(split_part(CAST(v AS VARCHAR), 'e', 2) AS INTEGER) AS VARCHAR)
    WHEN abs(v) >= 1 THEN
      left(CAST(abs(v) AS VARCHAR), 1) || '.'
      || coalesce(nullif(rtrim(replace(substr(CAST(abs(v) AS VARCHAR), 2), '.', ''), '0'), ''), '0')
      || 'E' || CAST(length(split_part(CAST(abs(v) AS VARCHAR), '.', 1)) - 1 AS VARCHAR)
    ELSE
      left(ltrim(CAST(abs(v) AS VARCHAR), '0.'), 1) || '.'
      || coalesce(nullif(substr(ltrim(CAST(abs(v) AS VARCHAR), '0.'), 2), ''), '0')
      || 'E-' || CAST(length(CAST(abs(v) AS VARCHAR)) - length(ltrim(CAST(abs(v) AS VARCHAR), '0.')) - 1 AS VARCHAR)
  END
END`);

/** Whole seconds since the epoch, rounded down also before it. */
const instantSeconds = once("CAST(floor(epoch_us(v) / 1000000) AS BIGINT)");

const boolean = (fallback: string): string =>
  once(`CASE
  WHEN v IS NULL THEN NULL
  WHEN lower(trim(v)) IN ('t', 'true', 'y', 'yes', '1') THEN TRUE
  WHEN lower(trim(v)) IN ('f', 'false', 'n', 'no', '0') THEN FALSE
  ELSE ${fallback}
END`);

const macro = (name: string, body: string): string => `CREATE MACRO lakeward_fn.${name}(x) AS ${body}`;

/** Statements that make the macros; the schema `lakeward_fn` is there before them. */
export const castMacros: readonly string[] = Object.freeze([
  macro("real_to_text", realText),
  macro("instant_to_seconds", instantSeconds),
  macro("text_to_boolean", boolean("error('[CAST_INVALID_INPUT]')")),
  macro("text_to_boolean_or_null", boolean("NULL")),
]);
