import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { printQuery } from "../print/mod.ts";
import type { Expression, Query, Source } from "../resolve/resolved.ts";
import {
  array,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  interval,
  isIntegral,
  map,
  STRING,
  sameType,
  spellEngineType,
} from "../types/mod.ts";
import { refuseUnlessWalled } from "../verify/wall.ts";
import { type BindArgument, bindFunction, type FunctionRow, isBuiltIn, macroStatements } from "./mod.ts";
import { expandPatterns, fillPattern, lambdaPattern, type Variables } from "./pattern.ts";
import { functionTable } from "./table.ts";

/** A value of each type that every function takes. */
function sample(type: DataType): Expression {
  const literal = (value: bigint | number | string | boolean): Expression => ({ kind: "literal", type, value });
  const list = (made: DataType, ...given: readonly Expression[]): Expression => {
    const bound = bindFunction(
      made.kind,
      given.map((each) => ({ kind: "value", type: each.type, constant: true })),
    )!;
    return { kind: "call", type: made, function: bound.row, arguments: given };
  };
  if (type.kind === "decimal") return literal("2.50");
  if (type.kind === "interval") return literal(1n);
  if (type.kind === "array") return list(type, sample(type.element));
  if (type.kind === "map") return list(type, sample(type.key), sample(type.value));
  if (type.kind === "struct") throw new TypeError("no sample of a struct");
  switch (type.name) {
    case "BOOLEAN":
      return literal(true);
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return literal(1n);
    case "FLOAT":
    case "DOUBLE":
      return literal(0.5);
    case "BINARY":
      return literal("61");
    case "DATE":
      return literal("2024-05-05");
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return literal("2024-05-05 01:02:03");
    default:
      return literal("a");
  }
}

const variables: Variables = new Map<string, DataType>([
  ["T", INT],
  ["U", STRING],
  ["K", STRING],
  ["V", INT],
  ["A", INT],
  ["O", INT],
  ["N", INT],
  ["I", INT],
  ["R", DOUBLE],
]);

/** Texts that a function reads as more than text. */
const texts: Readonly<Record<string, readonly (string | undefined)[]>> = {
  date_trunc: ["MONTH"],
  like: ["a", "a%", "!"],
  ilike: ["a", "a%", "!"],
  trunc: [undefined, "MM"],
  to_date: ["2024", "yyyy"],
  to_timestamp: ["2024", "yyyy"],
  try_to_date: ["2024", "yyyy"],
  try_to_timestamp: ["2024", "yyyy"],
  date_format: [undefined, "yyyy"],
  get_json_object: ['{"a":1}', "$.a"],
  regexp_extract: ["ab", "(a)"],
  regexp_extract_all: ["ab", "(a)"],
  unhex: ["61"],
  conv: ["ff"],
  unbase64: ["YQ=="],
  next_day: [undefined, "MO"],
};

const numbers: Readonly<Record<string, readonly (bigint | undefined)[]>> = {
  sha2: [undefined, 256n],
  subscript: [undefined, 0n],
  conv: [undefined, 16n, 10n],
};

function typeFor(pattern: string): DataType {
  if (pattern === "YM") return interval("YEAR", "MONTH");
  if (pattern === "DT") return interval("DAY", "SECOND");
  if (pattern === "DECIMAL") return decimal(5, 2);
  return fillPattern(pattern, variables, INT);
}

const argumentCount = (row: FunctionRow): number => {
  const last = row.parameters.at(-1);
  if (last?.endsWith(")*")) return row.parameters.length - 1 + 2;
  return row.parameters.length;
};

/** A call of a row on samples; a lambda gives back a sample of what is wanted. */
function callOf(row: FunctionRow): Expression {
  const patterns = expandPatterns(row.parameters, argumentCount(row))!;
  const values = patterns.map((pattern, i): Expression => {
    const lambda = lambdaPattern(pattern);
    if (lambda) {
      const parameters = lambda.parameters.map((each, at) => ({ id: `x${at}`, type: typeFor(each) }));
      const body = sample(typeFor(lambda.body));
      return { kind: "lambda", type: body.type, parameters, body };
    }
    const value = sample(typeFor(pattern));
    const text = texts[row.name]?.[i];
    const number = numbers[row.name]?.[i];
    if (text !== undefined && value.type === typeFor("STRING")) return { kind: "literal", type: STRING, value: text };
    return number === undefined || !isIntegral(value.type)
      ? value
      : { kind: "literal", type: value.type, value: number };
  });
  const given = values.map(
    (value): BindArgument =>
      value.kind === "lambda"
        ? { kind: "lambda", parameters: value.parameters.length, body: () => value.body.type }
        : {
            kind: "value",
            type: value.type,
            constant: true,
            ...(value.kind === "literal" && typeof value.value === "string" && { text: value.value }),
          },
  );
  const bound = bindFunction(row.name, given);
  assert.ok(bound, `${row.name}(${row.parameters.join(", ")}) binds to its own types`);
  const type =
    typeof row.returns === "string"
      ? fillPattern(row.returns, variables, bound.types[0])
      : row.returns(bound.types, []);
  const common = { type, function: row, arguments: values };
  if (row.kind === "aggregate")
    return {
      kind: "aggregate",
      ...common,
      distinct: false,
      filter: null,
      order: row.ordered_set ? [{ value: sample(DOUBLE), direction: "DESC", nulls: "LAST" }] : [],
    };
  if (row.kind !== "window") return { kind: "call", ...common };
  return {
    kind: "window",
    ...common,
    distinct: false,
    filter: null,
    ignore_nulls: false,
    partition: [],
    order: [],
    frame: null,
  };
}

const one: Query = {
  kind: "query",
  with: [],
  body: {
    kind: "values",
    columns: [{ id: "c1", name: "c1", type: INT }],
    rows: [[{ kind: "literal", type: INT, value: 1n }]],
  },
  order: [],
  limit: null,
  offset: null,
  columns: [{ id: "c1", name: "c1", type: INT }],
};

function queryOf(value: Expression, isGrouping: boolean): Query {
  const column = { id: "c1", name: "c1", type: value.type };
  const from: Source = { kind: "subquery", alias: "t1", columns: one.columns, query: one, lateral: false };
  const key: Expression = { kind: "column", type: INT, source: "t1", column: "c1" };
  const item: Expression =
    isGrouping && value.kind === "aggregate" ? { ...value, arguments: value.arguments.map(() => key) } : value;
  return {
    ...one,
    body: {
      kind: "select",
      distinct: false,
      items: [{ column, value: item }],
      from,
      where: null,
      group: isGrouping ? { keys: [key], sets: [[0]] } : null,
      having: null,
      qualify: null,
    },
    columns: [column],
  };
}

describe("the function table on the engine", () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  before(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
    for (const statement of ["SET TimeZone = 'UTC'", "CREATE SCHEMA lakeward_fn", ...macroStatements])
      await connection.run(statement);
  });

  after(() => {
    connection.closeSync();
    instance.closeSync();
  });

  test("there are more than 200 functions", () => {
    assert.ok(new Set(functionTable.filter((row) => isBuiltIn(row.name)).map((row) => row.name)).size > 200);
  });

  test("a name has one kind, whatever its form", () => {
    for (const rows of Map.groupBy(functionTable, (row) => row.name).values())
      assert.equal(new Set(rows.map((row) => row.kind)).size, 1, rows[0]!.name);
  });

  test("nothing is leak-proof without a reason, and nothing that raises is", () => {
    for (const row of functionTable.filter((each) => each.leak_proof)) {
      assert.notEqual(row.leak_proof!.reason, "");
      assert.doesNotMatch(row.print, /error/, row.name);
    }
  });

  test("date_trunc is not leak-proof: a unit that is none fails only where a row is met", () => {
    assert.ok(functionTable.filter((row) => row.name === "date_trunc").every((row) => row.leak_proof === undefined));
  });

  for (const row of functionTable.filter((each) => each.kind !== "generator"))
    test(`the engine gives ${row.name}(${row.parameters.join(", ")}) the type that the table says`, async () => {
      const value = callOf(row);
      const sql = printQuery(queryOf(value, row.name.startsWith("grouping")));
      await refuseUnlessWalled(connection, sql, { relations: new Map(), shape: "statement" });
      const result = await connection.runAndReadAll(sql);
      const [type] = result.columnTypes();
      const wanted = await connection.runAndReadAll(`SELECT CAST(NULL AS ${spellEngineType(value.type)})`);
      assert.equal(String(type), String(wanted.columnTypes()[0]), sql);
    });

  test("a call binds to the form that needs the fewest casts", () => {
    const bind = (name: string, ...types: readonly DataType[]) =>
      bindFunction(
        name,
        types.map((type) => ({ kind: "value", type, constant: false })),
      );
    assert.ok(sameType(bind("sum", decimal(10, 2))!.type, decimal(20, 2)));
    assert.ok(sameType(bind("+", INT, decimal(5, 2))!.type, decimal(13, 2)));
    assert.ok(sameType(bind("/", INT, INT)!.type, DOUBLE));
    assert.ok(sameType(bind("coalesce", INT, DOUBLE)!.type, DOUBLE));
    assert.ok(sameType(bind("array", INT, DOUBLE)!.type, array(DOUBLE)));
    assert.ok(sameType(bind("map", STRING, INT, STRING, DOUBLE)!.type, map(STRING, DOUBLE)));
    assert.equal(bind("upper", INT, INT), undefined);
    assert.equal(bind("read_csv", STRING), undefined);
  });
});
