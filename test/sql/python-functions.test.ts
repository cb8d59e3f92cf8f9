import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { Interpreters } from "#sql/python/interpreters.ts";
import { canIsolate } from "#sql/python/spawn.ts";
import { ADMIN, READER, STRANGER, setting } from "./setting.ts";
import { type SqlWorld, sqlWorld } from "./world.ts";

/** A function of each type, its body, and arguments with the results that Databricks would say them as. */
interface Case {
  readonly type: string;
  readonly body: string;
  readonly results: Readonly<Record<string, string | null>>;
}

const cases: readonly Case[] = [
  {
    type: "STRING",
    body: "return None if x is None else x[::-1]",
    results: { "'añ😀'": "😀ña", "''": "", NULL: null, "'\\n\\\\'": "\\\n" },
  },
  {
    type: "BOOLEAN",
    body: "return None if x is None else not x",
    results: { true: "false", false: "true", NULL: null },
  },
  {
    type: "INT",
    body: "return None if x is None else -x",
    results: { 1: "-1", 2147483647: "-2147483647", NULL: null },
  },
  {
    type: "BIGINT",
    body: "return x",
    results: { "9223372036854775807L": "9223372036854775807", "-9223372036854775807L": "-9223372036854775807" },
  },
  {
    type: "DOUBLE",
    body: "return x",
    results: {
      "0.1D": "0.1",
      "1e300D": "1.0E300",
      "'NaN'": "NaN",
      "'-Infinity'": "-Infinity",
      "5e-324D": "5.0E-324",
    },
  },
  {
    type: "DECIMAL(38,10)",
    body: "return x",
    results: {
      "1.5": "1.5000000000",
      "-1234567890123456789012345678.0123456789": "-1234567890123456789012345678.0123456789",
    },
  },
  {
    type: "DECIMAL(6,2)",
    body: "from decimal import Decimal\nreturn x / Decimal(3)",
    results: { "1.00": "0.33", "2.00": "0.67", "-2.00": "-0.67" },
  },
  {
    type: "DATE",
    body: "import datetime\nreturn x + datetime.timedelta(days=1)",
    results: { "DATE'2024-02-28'": "2024-02-29", "DATE'0001-01-01'": "0001-01-02" },
  },
  {
    type: "TIMESTAMP",
    body: "import datetime\nreturn x + datetime.timedelta(microseconds=1)",
    results: {
      "TIMESTAMP'2024-02-28T23:59:59.999999Z'": "2024-02-29T00:00:00.000Z",
      "TIMESTAMP'1900-01-01T00:00:00Z'": "1900-01-01T00:00:00.000001Z",
    },
  },
  { type: "BINARY", body: "return x[::-1] + b'\\x00\\xff'", results: { "X'0102'": "AgEA/w==", "X''": "AP8=" } },
];

/** Bodies that return what their type cannot hold, with a word of what is told. */
const wrong: readonly (readonly [type: string, body: string, said: RegExp])[] = [
  ["STRING", "return 1", /a value of type int, and STRING is declared/],
  ["BOOLEAN", "return 1", /type int, and BOOLEAN/],
  ["INT", "return True", /type bool, and INT/],
  ["INT", "return 2**31", /a number that INT cannot hold/],
  ["BIGINT", "return -2**63 - 1", /a number that BIGINT cannot hold/],
  ["DOUBLE", "return '1'", /type str, and DOUBLE/],
  ["DECIMAL(4,2)", "return 100", /DECIMAL\(4,2\) cannot hold/],
  ["DECIMAL(4,2)", "return 0.5", /type float, and DECIMAL/],
  ["DATE", "import datetime\nreturn datetime.datetime.now()", /type datetime, and DATE/],
  ["TIMESTAMP", "import datetime\nreturn datetime.date.today()", /type date, and TIMESTAMP/],
  ["BINARY", "return 'x'", /type str, and BINARY/],
];

/** What is refused when the function is made, with its place. */
const refused: readonly (readonly [sql: string, error: RegExp])[] = [
  [
    "f(x ARRAY<INT>) RETURNS INT LANGUAGE PYTHON AS $$ return 1 $$",
    /ARRAY<INT> in a Python function is not supported \(line 1, column 21\)/,
  ],
  [
    "f(x INT) RETURNS TIMESTAMP_NTZ LANGUAGE PYTHON AS $$ return 1 $$",
    /TIMESTAMP_NTZ in a Python function is not supported/,
  ],
  ["f(x SMALLINT) RETURNS INT LANGUAGE PYTHON AS $$ return 1 $$", /SMALLINT in a Python function/],
  ["f(`a b` INT) RETURNS INT LANGUAGE PYTHON AS $$ return 1 $$", /The name `a b` of a Python function's parameter/],
  ["f(x INT, X INT) RETURNS INT LANGUAGE PYTHON AS $$ return 1 $$", /DUPLICATE_ROUTINE_PARAMETER_NAMES/],
];

const skip = canIsolate() ? false : "this machine gives a process no namespaces of its own";

describe("Python functions", { skip }, () => {
  let world: SqlWorld;
  let made = 0;
  before(async () => {
    world = await sqlWorld();
    for (const statement of setting) await world.must(ADMIN, statement);
  });
  after(() => world[Symbol.asyncDispose]());
  const make = async (type: string, body: string): Promise<string> => {
    made += 1;
    await world.must(
      ADMIN,
      `CREATE FUNCTION lake.s.f${made}(x ${type}) RETURNS ${type} LANGUAGE PYTHON AS $$\n${body}\n$$`,
    );
    return `f${made}`;
  };

  it("take and give every type that they have, and NULL", async () => {
    const calls: string[] = [];
    const expected: (string | null)[] = [];
    for (const { type, body, results } of cases) {
      const name = await make(type, body);
      for (const [argument, result] of Object.entries(results)) {
        calls.push(`${name}(CAST(${argument} AS ${type}))`);
        expected.push(result);
      }
    }
    const { rows } = await world.must(READER, `SELECT ${calls.join(", ")}`);
    assert.deepEqual(
      Object.fromEntries(calls.map((call, i) => [call, rows[0]![i]])),
      Object.fromEntries(calls.map((call, i) => [call, expected[i]])),
    );
  });

  it("are told of by name when they return what their type cannot hold", async () => {
    const interpreters = new Interpreters({}, silentLog);
    try {
      const interpreter = await interpreters.take();
      for (const [returns, body, said] of wrong) {
        const routine = {
          kind: "python" as const,
          name: "lake.s.f",
          owner: ADMIN,
          parameters: [{ name: "x", type: "INT" }],
          returns,
          body,
          text: "",
        };
        await assert.rejects(interpreter.call(routine, [["1"]]), (thrown: Error) => {
          assert.match(thrown.message, /^\[UDF_USER_CODE_ERROR\.RETURN_TYPE\]/);
          assert.match(thrown.message, said);
          return true;
        });
      }
    } finally {
      await interpreters.close();
    }
  });

  for (const [sql, error] of refused)
    it(`are refused: ${sql}`, async () =>
      assert.match((await world.run(ADMIN, `CREATE FUNCTION ${sql}`)).error ?? "", error));

  it("give the same for more rows than one batch holds", async () => {
    const name = await make("BIGINT", "return x * x");
    const { rows } = await world.must(
      READER,
      `SELECT count(*), count(DISTINCT ${name}(id)), sum(${name}(id)), sum(id * id), max(${name}(id % 7)) FROM range(25000)`,
    );
    assert.deepEqual(rows, [["25000", "25000", "5208020837500", "5208020837500", "36"]]);
  });

  it("have defaults, names for arguments, and no parameters at all", async () => {
    await world.must(
      ADMIN,
      "CREATE FUNCTION lake.s.joined(a STRING, b STRING DEFAULT 'z') RETURNS STRING COMMENT 'c' LANGUAGE PYTHON AS $$ return a + b $$",
    );
    await world.must(ADMIN, "CREATE OR REPLACE FUNCTION lake.s.seven() RETURNS INT LANGUAGE PYTHON AS $$ return 7 $$");
    const { rows } = await world.must(
      READER,
      "SELECT joined('a'), joined(b => 'y', a => 'x'), seven(), count(*) FROM t GROUP BY ALL",
    );
    assert.deepEqual(rows, [["az", "xy", "7", "3"]]);
  });

  it("say in which line they are no Python", async () => {
    const name = await make("INT", "x = 1\nreturn return");
    assert.match(
      (await world.run(READER, `SELECT ${name}(1)`)).error ?? "",
      /failed in line 3 of its body: SyntaxError/,
    );
  });

  it("fill tables, and are called as a tool is", async () => {
    const name = await make("STRING", "return x * 2");
    await world.must(ADMIN, `CREATE TABLE lake.s.filled AS SELECT ${name}(a) AS a FROM t`);
    await world.must(ADMIN, `INSERT INTO lake.s.filled SELECT ${name}(a) FROM lake.s.filled WHERE ${name}(a) > 'y'`);
    assert.deepEqual((await world.must(ADMIN, "SELECT a FROM filled ORDER BY a")).rows, [
      ["xx"],
      ["yy"],
      ["yyyy"],
      ["zz"],
      ["zzzz"],
    ]);
  });

  it("need EXECUTE of whoever calls them, and of the owner of the view that does", async () => {
    await world.must(
      ADMIN,
      "CREATE FUNCTION lake.vault.own(x STRING) RETURNS STRING LANGUAGE PYTHON AS $$ return x $$",
    );
    await world.must(ADMIN, "CREATE VIEW lake.s.owned AS SELECT lake.vault.own(a) AS a FROM lake.s.t WHERE id = 1");
    assert.match(
      (await world.run(READER, "SELECT lake.vault.own(a) FROM t")).error ?? "",
      /'lake\.vault\.own' does not exist/,
    );
    assert.deepEqual((await world.must(STRANGER, "SELECT a FROM owned")).rows, [["x"]]);
  });

  it("are named among what is governed", async () => {
    const name = await make("STRING", "return x");
    const { rows } = await world.must(READER, `EXPLAIN GOVERNANCE SELECT ${name}(ssn) FROM sec`);
    assert.deepEqual(
      rows.map((row) => [row[0], row[8]]).sort(),
      [
        ["lake.s.sec", "MATERIALISED"],
        [`lake.s.${name}`, "CALLED"],
      ].sort(),
    );
  });

  it("are no policy, neither themselves nor within a function that is one", async () => {
    await world.must(
      ADMIN,
      "CREATE FUNCTION lake.gov.judge(x STRING) RETURNS BOOLEAN LANGUAGE PYTHON AS $$ return True $$",
    );
    for (const sql of [
      "ALTER TABLE lake.s.t SET ROW FILTER lake.gov.judge ON (a)",
      "ALTER TABLE lake.s.t ALTER COLUMN a SET MASK lake.gov.judge",
    ])
      assert.match(
        (await world.run(ADMIN, sql)).error ?? "",
        /'lake\.gov\.judge' as a row filter or mask is not supported/,
      );
    await world.must(ADMIN, "CREATE TABLE lake.s.judged (a STRING)");
    await world.must(ADMIN, "CREATE FUNCTION lake.gov.hidden_judge(x STRING) RETURNS BOOLEAN RETURN lake.gov.judge(x)");
    const set = await world.run(ADMIN, "ALTER TABLE lake.s.judged SET ROW FILTER lake.gov.hidden_judge ON (a)");
    assert.match(set.error ?? "", /which calls a Python function or asks a model, as a row filter or mask/);
    await world.must(
      ADMIN,
      "CREATE OR REPLACE FUNCTION lake.gov.hidden_judge(x STRING) RETURNS BOOLEAN RETURN x <> ''",
    );
    await world.must(ADMIN, "ALTER TABLE lake.s.judged SET ROW FILTER lake.gov.hidden_judge ON (a)");
    await world.must(
      ADMIN,
      "CREATE OR REPLACE FUNCTION lake.gov.hidden_judge(x STRING) RETURNS BOOLEAN RETURN lake.gov.judge(x)",
    );
    const { error } = await world.run(READER, "SELECT a FROM judged");
    assert.match(error ?? "", /rests on a Python function/);
  });
});
