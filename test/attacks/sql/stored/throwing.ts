/**
 * Rows of which each two-hundred-and-fiftieth is hidden by every policy of the matrix. The hidden ones hold values on which
 * expressions fail; on the others none of them does. Few distinct texts, so that storages keep them in dictionaries.
 */
const ROWS = 2_500;
const HIDDEN = "id % 250 = 7";
const hiddenElse = (hidden: string, visible: string): string =>
  `CASE WHEN ${HIDDEN} THEN ${hidden} ELSE ${visible} END`;

/** The columns, each with its value in a hidden row and in another. */
const values: Readonly<Record<string, readonly [hidden: string, visible: string]>> = {
  code: ["'poison('", "concat('ok', CAST(id % 50 AS STRING))"],
  txt: ["'none'", "CAST(1 + id % 90 AS STRING)"],
  unit: ["'z'", "'d'"],
  doc: ["'{broken'", "concat('{\"a\": ', CAST(id % 9 AS STRING), '}')"],
  region: ["'us'", "'eu'"],
  pay: ["0", "CAST(1 + id % 10 AS INT)"],
  least: ["CAST(-2147483648 AS INT)", "CAST(-1 - id % 10 AS INT)"],
  most: ["CAST(2147483647 AS INT)", "CAST(id % 10 AS INT)"],
  big: ["9223372036854775807L", "id"],
  day: ["DATE '9999-12-31'", "DATE '2024-01-01'"],
  real: ["1.7e308D", "CAST(id % 20 AS DOUBLE) / 8"],
  cents: ["CAST(99999999.99 AS DECIMAL(10,2))", "CAST(CAST(id % 20 AS DECIMAL(4,0)) / 4 AS DECIMAL(10,2))"],
  wide: [
    "CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0))",
    "CAST(CAST(id % 9 AS DECIMAL(4,0)) AS DECIMAL(38,0))",
  ],
  items: ["CAST(array() AS ARRAY<INT>)", "array(CAST(id % 5 AS INT), 2)"],
};

/** A query for all rows, or for those alone that no policy hides. */
export const rowsQuery = (where: "all" | "visible"): string =>
  `SELECT CAST(id AS INT) AS id, ${Object.entries(values)
    .map(([name, [hidden, visible]]) => `${hiddenElse(hidden, visible)} AS ${name}`)
    .join(", ")} FROM range(${ROWS})${where === "visible" ? ` WHERE NOT (${HIDDEN})` : ""}`;

/** What fails on each hidden row and on no other, by name. `t` is another table, of ids 1 to 3. */
export const throwing: Readonly<Record<string, string>> = {
  division: "1 / pay > 0",
  "division of decimals": "1.5 / (cents - 99999999.99) <= 0",
  "whole division": "10 div pay > 0",
  remainder: "10 % pay >= 0",
  "remainder of doubles": "real % CAST(pay AS DOUBLE) >= 0",
  "sum of whole numbers": "most + id >= 0",
  "sum of wide numbers": "big + id >= 0",
  difference: "least - id < 0",
  product: "most * id >= 0",
  "product of wide numbers": "big * id >= 0",
  "product of decimals": "wide * CAST(10 AS DECIMAL(38,0)) >= 0",
  negation: "-least > 0",
  "absolute value": "abs(least) > 0",
  "cast to INT": "CAST(txt AS INT) > 0",
  "cast to BIGINT": "CAST(txt AS BIGINT) > 0",
  "cast to DOUBLE": "CAST(txt AS DOUBLE) > 0",
  "cast to DECIMAL": "CAST(txt AS DECIMAL(10,2)) > 0",
  "cast to BOOLEAN": "CAST(CASE WHEN txt = 'none' THEN txt ELSE 'true' END AS BOOLEAN)",
  "cast to DATE": "CAST(concat('20', lpad(left(txt, 2), 2, '0'), '-01-01') AS DATE) > DATE '1999-01-01'",
  "cast to TIMESTAMP":
    "CAST(concat('2024-01-01 00:00:0', right(txt, 1)) AS TIMESTAMP) >= TIMESTAMP '2020-01-01 00:00:00'",
  "implicit cast": "txt > 0",
  "narrowing cast": "CAST(big AS INT) % 7 >= 0",
  "narrowing cast to TINYINT": "CAST(most AS TINYINT) % 7 >= 0",
  "cast of a double": "CAST(real AS INT) >= 0",
  "cast to a narrow decimal": "CAST(big AS DECIMAL(5,0)) % 7 >= 0",
  "cast of a decimal": "CAST(wide AS DECIMAL(5,0)) % 7 >= 0",
  "sum of decimals": "CAST(big AS DECIMAL(38,19)) * CAST(big AS DECIMAL(38,0)) >= 0",
  "regular expression": "CAST('abc' RLIKE code AS STRING) = 'false'",
  "replacement by a pattern": "regexp_replace('abc', code, '') IS NOT NULL",
  "split by a pattern": "size(split('abc', code)) > 0",
  "all matches": "size(regexp_extract_all('abc', code, 0)) >= 0",
  "count of matches": "regexp_count('abc', code) >= 0",
  "function of a pattern": "CAST(regexp_like('abc', code) AS STRING) = 'false'",
  "array's place": "array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)[pay - 1] > 0",
  "array's place from one": "element_at(array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), pay) > 0",
  "place in a stored array": "items[0] >= 0",
  slice: "size(slice(array(1, 2), pay, 1)) >= 0",
  "part of a split": "split_part('a-b', '-', pay) IS NOT NULL",
  "hash of an unknown width": "sha2(txt, CASE WHEN pay = 0 THEN 3 ELSE 256 END) IS NOT NULL",
  "date in a format": "to_date(concat('200', right(txt, 1)), 'yyyy') IS NOT NULL",
  "timestamp in a format": "to_timestamp(concat('200', right(txt, 1)), 'yyyy') IS NOT NULL",
  "date of numbers": "make_date(2024, pay, 1) IS NOT NULL",
  "days after": "date_add(day, most) IS NOT NULL",
  "months after": "add_months(day, most) IS NOT NULL",
  "interval after": "day + INTERVAL '1' YEAR * most > DATE '2000-01-01'",
  "map with a key twice": "map('a', 1, CASE WHEN pay = 0 THEN 'a' ELSE 'b' END, 2) IS NOT NULL",
  "path of JSON": "get_json_object('{\"a\": 1}', CASE WHEN pay = 0 THEN '$[*]' ELSE '$.a' END) IS NOT NULL",
  "number in a base": "conv(txt, 10, 16) IS NOT NULL",
  factorial: "factorial(CASE WHEN pay = 0 THEN 99 ELSE pay END) > 0",
  "subquery of several rows":
    "(SELECT max(t.id) FROM t WHERE t.id > $own.pay OR t.id = 1 GROUP BY CASE WHEN $own.pay = 0 THEN t.id END) > 0",
  "constant that fails behind CASE": "CASE WHEN pay = 0 THEN CAST('x' AS INT) ELSE 1 END = 1",
  "constant that fails behind OR": "(pay > 0 OR CAST('x' AS INT) = 1)",
  "constant that fails in coalesce": "coalesce(nullif(pay, 0), CAST('x' AS INT)) > 0",
  "named function": "twice(CAST(txt AS INT)) > 0",
  lambda: "CAST(exists(array(code), c -> 'abc' RLIKE c) AS STRING) = 'false'",
  "lambda that divides": "size(transform(array(1, 2), x -> x div pay)) = 2",
  "fold that overflows": "aggregate(array(1, 2), most, (a, x) -> a + x) > 0",
  "bytes of no base": "length(unhex(CASE WHEN pay = 0 THEN 'zz' ELSE '00' END)) = 1",
  "bytes of no text": "length(unbase64(CASE WHEN pay = 0 THEN '%%%' ELSE 'YQ==' END)) = 1",
};

/** Where a condition may stand in a statement over `$from`, whose name there is `$own`. Each gives one number. */
export const shapes: Readonly<Record<string, (condition: string) => string>> = {
  "in WHERE": (what) => `SELECT count(*) FROM $from WHERE ${what}`,
  "behind AND": (what) => `SELECT count(*) FROM $from WHERE id >= 0 AND code LIKE '%' AND ${what}`,
  "behind OR": (what) => `SELECT count(*) FROM $from WHERE id < 0 OR ${what}`,
  "in a join": (what) => `SELECT count(*) FROM (SELECT -1 AS x) AS q JOIN $from ON x < id AND ${what}`,
  "in a join by hash": (what) =>
    `SELECT count(*) FROM $from JOIN (SELECT id AS k FROM t) AS q ON id % 3 + 1 = k AND ${what}`,
  "in a left join": (what) =>
    `SELECT count(x) FROM (SELECT id AS x FROM t) AS q LEFT JOIN $from ON x <= id AND ${what}`,
  "in CASE": (what) => `SELECT count(CASE WHEN ${what} THEN 1 END) FROM $from`,
  "in HAVING": (what) => `SELECT count(*) FROM $from HAVING bool_and(${what})`,
  "in FILTER": (what) => `SELECT count(*) FILTER (WHERE ${what}) FROM $from`,
  "in the select list": (what) => `SELECT count(x) FROM (SELECT ${what} AS x FROM $from)`,
  "in GROUP BY": (what) => `SELECT count(*) FROM $from GROUP BY ${what} ORDER BY 1`,
  "in ORDER BY": (what) => `SELECT count(*) FROM (SELECT id FROM $from ORDER BY ${what} LIMIT 5)`,
  "in a window": (what) => `SELECT max(n) FROM (SELECT count(*) OVER (PARTITION BY ${what}) AS n FROM $from)`,
  "in EXISTS": (what) => `SELECT count(*) FROM t AS o WHERE EXISTS (SELECT 1 FROM $from WHERE id >= o.id AND ${what})`,
  "in a set operation": (what) =>
    `SELECT count(*) FROM (SELECT id FROM $from WHERE ${what} UNION ALL SELECT id FROM $from WHERE FALSE)`,
  "in a common table": (what) => `WITH c AS (SELECT * FROM $from AS $own WHERE ${what}) SELECT count(*) FROM c`,
};
