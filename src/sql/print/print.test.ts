import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { castMacros } from "../functions/cast-macros.ts";
import type { FunctionKind, FunctionRow } from "../functions/row.ts";
import { functionTable } from "../functions/table.ts";
import type { Column, Expression, Generate, Query, Select, SortKey, Source } from "../resolve/resolved.ts";
import {
  array,
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  interval,
  map,
  SMALLINT,
  STRING,
  struct,
  TIMESTAMP,
  VOID,
} from "../types/mod.ts";
import { refuseUnlessWalled } from "../verify/wall.ts";
import { printQuery } from "./mod.ts";

const row = (name: string, print: string, kind: FunctionKind = "scalar"): FunctionRow => ({
  name,
  kind,
  parameters: [],
  returns: "",
  print,
});
const equals = row("=", "({0} = {1})", "operator");
const sum = row("sum", "CAST(system.main.sum({0}) AS BIGINT)", "aggregate");
const list = row("collect_list", "system.main.list({0})", "aggregate");
const firstValue = row("first_value", "system.main.first_value({0})", "window");
const upper = row("upper", "system.main.upper({0})");

const text = (value: string): Expression => ({ kind: "literal", type: STRING, value });
const int = (value: bigint): Expression => ({ kind: "literal", type: INT, value });
const literal = (type: DataType, value: boolean | bigint | number | string | null): Expression => ({
  kind: "literal",
  type,
  value,
});
const call = (fn: FunctionRow, type: DataType, ...given: readonly Expression[]): Expression => ({
  kind: "call",
  type,
  function: fn,
  arguments: given,
});
const cast = (operand: Expression, type: DataType, tolerant = false): Expression => ({
  kind: "cast",
  type,
  operand,
  tolerant,
  implicit: false,
});
const column = (source: string, id: string, type: DataType): Expression => ({
  kind: "column",
  type,
  source,
  column: id,
});
const output = (id: string, type: DataType): Expression => ({ kind: "output", type, column: id });
const key = (value: Expression, direction: "ASC" | "DESC" = "ASC", nulls: "FIRST" | "LAST" = "FIRST"): SortKey => ({
  value,
  direction,
  nulls,
});

const columns = (...values: readonly Expression[]): readonly Column[] =>
  values.map((value, i) => ({ id: `c${i + 1}`, name: `c${i + 1}`, type: value.type }));

const select = (values: readonly Expression[], from: Source | null, parts: Partial<Select> = {}): Select => ({
  kind: "select",
  distinct: false,
  items: columns(...values).map((each, i) => ({ column: each, value: values[i]! })),
  from,
  where: null,
  group: null,
  having: null,
  qualify: null,
  ...parts,
});
const query = (body: Query["body"], parts: Partial<Query> = {}): Query => ({
  kind: "query",
  with: [],
  body,
  order: [],
  limit: null,
  offset: null,
  columns:
    body.kind === "select" ? body.items.map((item) => item.column) : body.kind === "set_operation" ? [] : body.columns,
  ...parts,
});

const physicalColumns: readonly Column[] = [
  { id: "id", name: "id", type: INT },
  { id: "state", name: "state", type: STRING },
  { id: "cost", name: "cost", type: BIGINT },
];

/** A governed table `strikes`: rows of Texas alone, 1 to 4 with costs 10, NULL, 30 and 30. */
const strikes = (alias: string): Source => {
  const of = (id: string, type: DataType): Expression => column("p", id, type);
  return {
    kind: "governed",
    name: "aviation.safety.strikes",
    reference: 1,
    alias,
    columns: physicalColumns,
    query: {
      ...query({
        ...select([], { kind: "physical", alias: "p", schema: "s1", table: "t1", columns: physicalColumns }),
        items: physicalColumns.map((each) => ({ column: each, value: of(each.id, each.type) })),
        where: call(equals, BOOLEAN, of("state", STRING), text("TX")),
      }),
      columns: physicalColumns,
    },
  };
};
const id = (alias: string): Expression => column(alias, "id", INT);
const cost = (alias: string): Expression => column(alias, "cost", BIGINT);

describe("printing for DuckDB", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  before(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
    for (const statement of ["SET TimeZone = 'UTC'", "CREATE SCHEMA lakeward_fn", ...castMacros, "CREATE SCHEMA s1"])
      await connection.run(statement);
    await connection.run("CREATE TABLE s1.t1 (id INTEGER, state VARCHAR, cost BIGINT)");
    await connection.run(
      "INSERT INTO s1.t1 VALUES (1,'TX',10),(2,'TX',NULL),(3,'TX',30),(4,'TX',30),(5,'NY',99),(6,NULL,1)",
    );
  });

  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  /** Printed, held against the second wall, run; rows as JSON. */
  async function rows(node: Query): Promise<unknown> {
    const sql = printQuery(node);
    await refuseUnlessWalled(connection, sql, {
      relations: new Map([["s1.t1", { filtered: true }]]),
      shape: "statement",
    });
    return (await connection.runAndReadAll(sql)).getRowsJson();
  }
  const value = async (expression: Expression): Promise<unknown> => {
    const [[only] = []] = (await rows(query(select([expression], null)))) as unknown[][];
    return only;
  };

  test("a relation that no policy replaced is never printed", () => {
    const relation: Source = { kind: "relation", name: "a.b.c", reference: 1, alias: "t1", columns: physicalColumns };
    assert.throws(() => printQuery(query(select([id("t1")], relation))), TypeError);
  });

  test("a physical name that we did not make is refused", () => {
    const physical: Source = { kind: "physical", alias: "p", schema: 's"; x', table: "t", columns: [] };
    assert.throws(() => printQuery(query(select([id("p")], physical))), TypeError);
  });

  test("a function that is answered at planning is never printed", () => {
    assert.throws(
      () => printQuery(query(select([call({ ...upper, fold: true }, STRING, text("a"))], null))),
      TypeError,
    );
  });

  const injections = [
    "'; DROP TABLE s1.t1; --",
    "a''b",
    '"',
    "\\'",
    "{0}{*}",
    "$1 $$",
    "/* */",
    "\u2019",
    "line\nbreak",
    "%_",
  ];
  for (const attack of injections)
    test(`text stays text: ${JSON.stringify(attack)}`, async () => {
      assert.equal(await value(call(upper, STRING, text(attack))), attack.toUpperCase());
      assert.deepEqual(await rows({ ...query(select([text(attack)], null)), columns: [] }), [[attack]]);
    });

  test("an identifier stays an identifier, whatever it holds", async () => {
    const odd = 'c" FROM s1.t1 --';
    const inner: Query = query({
      ...select([], null),
      items: [{ column: { id: odd, name: odd, type: INT }, value: int(1n) }],
    });
    const from: Source = { kind: "subquery", alias: 'x" y', columns: inner.columns, query: inner, lateral: false };
    assert.deepEqual(await rows(query(select([column('x" y', odd, INT)], from))), [[1]]);
  });

  test("a NUL in a text is refused", () => {
    assert.throws(() => printQuery(query(select([text("a\0b")], null))), { code: "BAD_REQUEST" });
  });

  test("a literal whose value is not of its type is refused", () => {
    for (const wrong of [
      literal(INT, "1"),
      literal(decimal(3, 2), "1); DROP"),
      literal(BINARY, "zz"),
      literal(BOOLEAN, 1n),
    ])
      assert.throws(() => printQuery(query(select([wrong], null))), TypeError);
  });

  const literals: readonly (readonly [string, Expression, unknown])[] = [
    ["INT", int(-2147483648n), -2147483648],
    ["BIGINT", literal(BIGINT, -9223372036854775808n), "-9223372036854775808"],
    ["DECIMAL", literal(decimal(3, 2), "-1.50"), "-1.50"],
    ["DOUBLE", literal(DOUBLE, 1e-7), 1e-7],
    ["DATE", literal(DATE, "2024-02-29"), "2024-02-29"],
    ["TIMESTAMP with a zone", literal(TIMESTAMP, "2024-01-01 10:00:00+02:00"), "2024-01-01 08:00:00+00"],
    ["BINARY", literal(BINARY, "1f00"), "\\x1F\\x00"],
    ["BOOLEAN", literal(BOOLEAN, false), false],
    ["a NULL of an array", literal(array(STRING), null), null],
    ["INTERVAL", literal(interval("YEAR", "MONTH"), 14n), { months: 14, days: 0, micros: "0" }],
  ];
  for (const [what, expression, expected] of literals)
    test(`a literal ${what} has its value`, async () => assert.deepEqual(await value(expression), expected));

  const casts: readonly (readonly [string, Expression, DataType, unknown])[] = [
    ["DOUBLE to INT cuts off", literal(DOUBLE, 1.9), INT, 1],
    ["negative DOUBLE to INT cuts off", literal(DOUBLE, -1.9), INT, -1],
    ["DECIMAL to BIGINT cuts off", literal(decimal(3, 1), "2.5"), BIGINT, "2"],
    ["text with spaces and sign to INT", text(" +12 "), INT, 12],
    ["text to DECIMAL rounds", text("1.005"), decimal(5, 2), "1.01"],
    ["text to DOUBLE", text("1e3"), DOUBLE, 1000],
    ["text to BOOLEAN", text(" Yes "), BOOLEAN, true],
    ["text to DATE", text("2024-3-7"), DATE, "2024-03-07"],
    ["text to TIMESTAMP", text("2024-03-07T01:02:03Z"), TIMESTAMP, "2024-03-07 01:02:03+00"],
    ["BOOLEAN to INT", literal(BOOLEAN, true), INT, 1],
    ["INT to BOOLEAN", int(2n), BOOLEAN, true],
    ["DOUBLE to STRING", literal(DOUBLE, 1), STRING, "1.0"],
    ["large DOUBLE to STRING", literal(DOUBLE, 12345678.5), STRING, "1.23456785E7"],
    ["ten billion to STRING", literal(DOUBLE, 1e10), STRING, "1.0E10"],
    ["huge DOUBLE to STRING", literal(DOUBLE, -1.5e20), STRING, "-1.5E20"],
    ["huge round DOUBLE to STRING", literal(DOUBLE, 1e20), STRING, "1.0E20"],
    ["small DOUBLE to STRING", literal(DOUBLE, 0.000123), STRING, "1.23E-4"],
    ["tiny DOUBLE to STRING", literal(DOUBLE, 1e-7), STRING, "1.0E-7"],
    ["DECIMAL to STRING", literal(decimal(4, 2), "1.50"), STRING, "1.50"],
    ["TIMESTAMP to STRING", literal(TIMESTAMP, "2024-01-01 10:00:00.5"), STRING, "2024-01-01 10:00:00.5"],
    ["TIMESTAMP before the epoch to BIGINT", literal(TIMESTAMP, "1969-12-31 23:59:59.5"), BIGINT, "-1"],
    ["BIGINT to TIMESTAMP", literal(BIGINT, 60n), TIMESTAMP, "1970-01-01 00:01:00+00"],
    ["text to BINARY and back", cast(text("é"), BINARY), STRING, "é"],
    ["VOID to DATE", literal(VOID, null), DATE, null],
  ];
  for (const [what, operand, to, expected] of casts)
    test(`a cast of ${what}`, async () => assert.deepEqual(await value(cast(operand, to)), expected));

  for (const [what, operand, to] of [
    ["a fraction", text("1.5"), INT],
    ["an exponent", text("1e3"), INT],
    ["digits with underscores", text("1_000"), INT],
    ["a hexadecimal number", text("0x1F"), INT],
    ["no number", text("x"), INT],
    ["no truth", text("maybe"), BOOLEAN],
    ["too large a number", int(70000n), SMALLINT],
  ] as const) {
    test(`a cast of ${what} fails`, async () => {
      await assert.rejects(value(cast(operand, to)));
    });
    test(`a tolerant cast of ${what} is NULL`, async () => assert.equal(await value(cast(operand, to, true)), null));
  }

  test("a tolerant cast fails in no form: bytes that are no text, seconds beyond all time", async () => {
    assert.equal(await value(cast(literal(BINARY, "ff"), STRING, true)), null);
    assert.equal(await value(cast(literal(BIGINT, 9223372036854775807n), TIMESTAMP, true)), null);
    await assert.rejects(value(cast(literal(BINARY, "ff"), STRING)));
  });

  test("a constant pattern without an escape is printed without one, and matches what it matches with one", async () => {
    const values = ["", "a", "A", "ab", "abc", "xaby", "a%b", "a_b", "a\nb", "ä", "\\", "a\\"];
    const patterns = ["", "%", "_", "a%", "%b", "%a%", "a_c", "%a%b%", "_%", "ä", "a\\%b", "\\\\", "a\\\\", "a\\"];
    for (const name of ["like", "ilike"]) {
      const rule = functionTable.find((one) => one.name === name && one.kind === "operator")!;
      for (const pattern of patterns) {
        const plain = printQuery(query(select([call(rule, BOOLEAN, id("t"), text(pattern))], strikes("t"))));
        assert.equal(plain.includes("ESCAPE"), pattern.includes("\\"), plain);
        for (const one of values) {
          const escaped = call(rule, BOOLEAN, text(one), cast(text(pattern), STRING));
          const both = [await value(call(rule, BOOLEAN, text(one), text(pattern))), await value(escaped)];
          assert.equal(both[0], both[1], `'${one}' ${name} '${pattern}'`);
        }
      }
    }
  });

  test("arrays are cast item by item, and to text as the dialect shows them", async () => {
    const doubles: Expression = cast(text("[1.9, NULL]"), STRING);
    const numbers = call(row("array", "[{*}]"), array(DOUBLE), literal(DOUBLE, 1.9), literal(DOUBLE, null));
    assert.deepEqual(await value(cast(numbers, array(INT))), [1, null]);
    assert.equal(await value(cast(numbers, STRING)), "[1.9, null]");
    assert.equal(await value(doubles), "[1.9, NULL]");
  });

  test("structs are cast by the place of their fields, not by their names", async () => {
    const pair = struct([
      { name: "a", type: INT },
      { name: "b", type: INT },
    ]);
    const swapped = struct([
      { name: "b", type: STRING },
      { name: "a", type: INT },
    ]);
    const made = call(row("struct", 'system.main.struct_pack("a" := {0}, "b" := {1})'), pair, int(1n), int(2n));
    assert.deepEqual(await value(cast(made, swapped)), { b: "1", a: 2 });
  });

  test("a map with other values that need more than the engine's cast is refused", () => {
    const odd = cast(literal(map(STRING, DOUBLE), null), map(STRING, INT));
    assert.throws(() => printQuery(query(select([odd], null))), { code: "BAD_REQUEST" });
  });

  test("rows that the filter hides are not read", async () => {
    assert.deepEqual(await rows(query(select([id("t1")], strikes("t1")), { order: [key(output("c1", INT))] })), [
      [1],
      [2],
      [3],
      [4],
    ]);
  });

  test("NULLs stand where the key says", async () => {
    const by = (direction: "ASC" | "DESC", nulls: "FIRST" | "LAST") =>
      rows(query(select([cost("t1")], strikes("t1")), { order: [key(cost("t1"), direction, nulls)] }));
    assert.deepEqual(await by("ASC", "FIRST"), [[null], ["10"], ["30"], ["30"]]);
    assert.deepEqual(await by("DESC", "LAST"), [["30"], ["30"], ["10"], [null]]);
  });

  test("a number as a sort or group key is no place in the select list", async () => {
    const ordered = query(select([id("t1")], strikes("t1")), {
      order: [key(int(7n)), key(id("t1"), "DESC", "LAST")],
      limit: int(1n),
    });
    assert.deepEqual(await rows(ordered), [[4]]);
    const grouped = query(
      select([aggregate(sum, BIGINT, cost("t1"))], strikes("t1"), { group: { keys: [int(7n)], sets: [[0]] } }),
    );
    assert.deepEqual(await rows(grouped), [["70"]]);
  });

  const aggregate = (fn: FunctionRow, type: DataType, ...given: readonly Expression[]): Expression => ({
    kind: "aggregate",
    type,
    function: fn,
    arguments: given,
    distinct: false,
    filter: null,
    order: [],
  });

  test("DISTINCT, FILTER and ORDER BY go into the aggregate's own call", async () => {
    const distinct: Expression = { ...aggregate(sum, BIGINT, cost("t1")), distinct: true } as Expression;
    const filter = {
      ...aggregate(sum, BIGINT, cost("t1")),
      filter: call(equals, BOOLEAN, id("t1"), int(1n)),
    } as Expression;
    const ordered = { ...aggregate(list, array(INT), id("t1")), order: [key(id("t1"), "DESC", "LAST")] } as Expression;
    assert.deepEqual(await rows(query(select([distinct, filter, ordered], strikes("t1")))), [
      ["40", "10", [4, 3, 2, 1]],
    ]);
  });

  test("a text with braces in FILTER is not read as a template", async () => {
    const filter = call(equals, BOOLEAN, text("{0}"), text("{0}"));
    const node = { ...aggregate(sum, BIGINT, cost("t1")), filter } as Expression;
    assert.deepEqual(await rows(query(select([node], strikes("t1")))), [["70"]]);
  });

  test("grouping sets, HAVING and QUALIFY stand together", async () => {
    const total = aggregate(sum, BIGINT, id("t1"));
    const sets = query(select([cost("t1"), total], strikes("t1"), { group: { keys: [cost("t1")], sets: [[0], []] } }), {
      order: [key(output("c2", BIGINT))],
    });
    assert.deepEqual(await rows(sets), [
      ["10", "1"],
      [null, "2"],
      ["30", "7"],
      [null, "10"],
    ]);
    const rank: Expression = windowOf(
      row("row_number", "system.main.row_number()", "window"),
      INT,
      [],
      [key(cost("t1"), "DESC", "LAST")],
    );
    const best = query(
      select([cost("t1"), total], strikes("t1"), {
        group: { keys: [cost("t1")], sets: [[0]] },
        having: call(row(">", "({0} > {1})"), BOOLEAN, total, int(0n)),
        qualify: call(equals, BOOLEAN, rank, int(1n)),
      }),
    );
    assert.deepEqual(await rows(best), [["30", "7"]]);
  });

  const windowOf = (
    fn: FunctionRow,
    type: DataType,
    given: readonly Expression[],
    order: readonly SortKey[],
  ): Expression => ({
    kind: "window",
    type,
    function: fn,
    arguments: given,
    distinct: false,
    filter: null,
    ignore_nulls: false,
    partition: [],
    order,
    frame: null,
  });

  test("window frames and IGNORE NULLS are written out", async () => {
    const running = {
      ...windowOf(sum, BIGINT, [cost("t1")], [key(id("t1"))]),
      frame: {
        unit: "ROWS",
        start: { bound: "PRECEDING", distance: int(1n) },
        end: { bound: "CURRENT ROW", distance: null },
      },
    } as Expression;
    const first = {
      ...windowOf(firstValue, BIGINT, [cost("t1")], [key(id("t1"), "DESC", "LAST")]),
      ignore_nulls: true,
    } as Expression;
    assert.deepEqual(await rows(query(select([running, first], strikes("t1")), { order: [key(id("t1"))] })), [
      ["10", "30"],
      ["10", "30"],
      ["30", "30"],
      ["60", "30"],
    ]);
  });

  const on = (a: string, b: string): Expression => call(equals, BOOLEAN, cost(a), cost(b));
  const joined = (type: Extract<Source, { kind: "join" }>["type"], right: Source = strikes("t2")): Source => ({
    kind: "join",
    type,
    left: strikes("t1"),
    right,
    condition: type === "CROSS" ? null : on("t1", "t2"),
  });
  for (const [type, expected] of [
    ["INNER", 5],
    ["LEFT", 6],
    ["RIGHT", 6],
    ["FULL", 7],
    ["CROSS", 16],
    ["LEFT SEMI", 3],
    ["LEFT ANTI", 1],
  ] as const)
    test(`a ${type} JOIN gives its rows`, async () => {
      const found = (await rows(query(select([int(1n)], joined(type))))) as unknown[];
      assert.equal(found.length, expected);
    });

  test("a join within the right side keeps its parentheses", async () => {
    const inner: Source = {
      kind: "join",
      type: "INNER",
      left: strikes("t2"),
      right: strikes("t3"),
      condition: on("t2", "t3"),
    };
    assert.equal(((await rows(query(select([id("t1")], joined("LEFT", inner))))) as unknown[]).length, 10);
  });

  const values: Query = query({
    kind: "values",
    columns: columns(int(0n), text("")),
    rows: [
      [int(1n), text("a")],
      [int(2n), text("b")],
    ],
  });
  const one = (n: bigint): Select => select([int(n)], null);

  test("VALUES, set operations and their order", async () => {
    assert.deepEqual(await rows({ ...values, order: [key(output("c1", INT), "DESC", "LAST")] }), [
      [2, "b"],
      [1, "a"],
    ]);
    const outputs = columns(int(0n));
    const union = (all: boolean): Query["body"] => ({
      kind: "set_operation",
      operator: "UNION",
      all,
      left: one(2n),
      right: { ...query(one(1n)), order: [key(output("c1", INT))], limit: int(1n) },
    });
    assert.deepEqual(await rows(query(union(true), { columns: outputs, order: [key(output("c1", INT))] })), [[1], [2]]);
    const minus = call(row("negative", "(-{0})"), INT, output("c1", INT));
    assert.deepEqual(await rows(query(union(false), { columns: outputs, order: [key(minus)] })), [[2], [1]]);
    const except: Query["body"] = {
      kind: "set_operation",
      operator: "EXCEPT",
      all: false,
      left: union(true),
      right: one(1n),
    };
    assert.deepEqual(await rows(query(except, { columns: outputs })), [[2]]);
  });

  test("an output column within a sort key stands for its value, not for a column of that name", async () => {
    const negative = call(row("negative", "(-{0})"), INT, output("c1", INT));
    assert.deepEqual(
      await rows(query(select([id("t1")], strikes("t1")), { order: [key(negative)], limit: int(2n), offset: int(1n) })),
      [[3], [2]],
    );
  });

  test("common tables, IN, EXISTS and scalar subqueries", async () => {
    const common: Source = { kind: "common_table_reference", alias: "t9", columns: columns(int(0n)), common: "w1" };
    const inner = query(select([column("t9", "c1", INT)], common));
    const exists = query(
      select(
        [int(1n)],
        { ...common, alias: "t8" },
        { where: call(equals, BOOLEAN, column("t8", "c1", INT), id("t1")) },
      ),
    );
    const node = query(
      select(
        [
          id("t1"),
          { kind: "exists", type: BOOLEAN, query: exists },
          { kind: "scalar_subquery", type: INT, query: inner },
        ],
        strikes("t1"),
        {
          where: { kind: "in_query", type: BOOLEAN, operand: id("t1"), query: inner, negated: false },
        },
      ),
      { with: [{ id: "w1", query: query(one(3n)) }] },
    );
    assert.deepEqual(await rows(node), [[3, true, 3]]);
  });

  const numbers = call(row("array", "[{*}]"), array(INT), int(7n), int(8n));
  const generate = (
    name: string,
    given: readonly Expression[],
    outputs: readonly DataType[],
    parts: Partial<Generate> = {},
  ): Source => ({
    kind: "generate",
    input: null,
    function: row(name, "", "generator"),
    arguments: given,
    outer: false,
    alias: "g",
    columns: outputs.map((type, i) => ({ id: `g${i}`, name: `g${i}`, type })),
    ...parts,
  });
  const all = (source: Source): Query => {
    assert.equal(source.kind, "generate");
    return query(
      select(source.kind === "generate" ? source.columns.map((each) => column("g", each.id, each.type)) : [], source),
    );
  };

  test("generators make rows of arrays, maps and structs", async () => {
    const pairs = call(row("map", "MAP {{0}: {1}}"), map(STRING, INT), text("k"), int(1n));
    const item = struct([
      { name: "f", type: INT },
      { name: "g", type: STRING },
    ]);
    const items = call(row("array", "[system.main.struct_pack(f := {0}, g := {1})]"), array(item), int(1n), text("x"));
    assert.deepEqual(await rows(all(generate("explode", [numbers], [INT]))), [[7], [8]]);
    assert.deepEqual(await rows(all(generate("posexplode", [numbers], [INT, INT]))), [
      [0, 7],
      [1, 8],
    ]);
    assert.deepEqual(await rows(all(generate("explode", [pairs], [STRING, INT]))), [["k", 1]]);
    assert.deepEqual(await rows(all(generate("inline", [items], [INT, STRING]))), [[1, "x"]]);
    assert.deepEqual(await rows(all(generate("range", [literal(BIGINT, 1n), literal(BIGINT, 3n)], [BIGINT]))), [
      ["1"],
      ["2"],
    ]);
  });

  test("a generator runs once for each row of its input, and outer ones keep rows without any", async () => {
    const odd: Expression = {
      kind: "case",
      type: array(INT),
      branches: [{ condition: call(equals, BOOLEAN, id("t1"), int(1n)), result: numbers }],
      otherwise: null,
    };
    const made = (outer: boolean): Query =>
      query(
        select([id("t1"), column("g", "g0", INT)], generate("explode", [odd], [INT], { input: strikes("t1"), outer })),
        {
          order: [key(output("c1", INT)), key(output("c2", INT))],
        },
      );
    assert.deepEqual(await rows(made(false)), [
      [1, 7],
      [1, 8],
    ]);
    assert.deepEqual(await rows(made(true)), [
      [1, 7],
      [1, 8],
      [2, null],
      [3, null],
      [4, null],
    ]);
  });

  test("lambdas and fields", async () => {
    const parameter: Expression = { kind: "lambda_parameter", type: INT, id: "x1" };
    const lambda: Expression = {
      kind: "lambda",
      type: INT,
      parameters: [{ id: "x1", type: INT }],
      body: call(row("negative", "(-{0})"), INT, parameter),
    };
    const made = call(row("transform", "system.main.list_transform({0}, {1})"), array(INT), numbers, lambda);
    assert.deepEqual(await value(made), [-7, -8]);
    const pair = struct([{ name: "a b", type: INT }]);
    const field: Expression = {
      kind: "field",
      type: INT,
      operand: call(row("s", 'system.main.struct_pack("a b" := {0})'), pair, int(5n)),
      field: "a b",
    };
    assert.equal(await value(field), 5);
  });
});
