import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type AskedText, type Asking, EMBEDDINGS } from "#sql/mod.ts";
import { Fault } from "#wire/errors.ts";
import { ADMIN, OFFICER, READER, setting } from "./setting.ts";
import { type SqlWorld, sqlWorld } from "./world.ts";

interface Heard extends AskedText {
  readonly endpoint: string;
  readonly by: string;
  readonly lent: string | undefined;
}

const heard: Heard[] = [];
let under_way = 0;
let most = 0;

/** What the model says, when a test tells. */
let said: ((text: string) => string) | undefined;

const JSON_OF = /^json (.*)$/s;

/** Answers a text by itself in capitals, `json …` by what follows; fails on `no …`; never answers `wait`. */
const model: Asking = {
  named: (name) => (name === EMBEDDINGS ? "near" : (name ?? "m")),
  embed: (...given) => vectors(...given),
  ask: async (permit, question, signal) => {
    const lent = permit.lent_by?.at(-1)?.what.name;
    heard.push({ ...question, endpoint: permit.what.name, by: permit.who.subject.name, lent });
    under_way += 1;
    most = Math.max(most, under_way);
    try {
      if (question.text === "wait")
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (question.text.startsWith("no ")) throw new Fault("BAD_REQUEST", `The guardrail stopped it: ${question.text}`);
      await permit.settle({ status: "ok" });
      return said ? said(question.text) : (JSON_OF.exec(question.text)?.[1] ?? question.text.toUpperCase());
    } catch (thrown) {
      await permit.settle({ status: "error", error_code: "BAD_REQUEST" });
      throw thrown;
    } finally {
      under_way -= 1;
    }
  },
};

/** Says of each text how long it is, as a vector. */
const vectors: Asking["embed"] = async (permit, texts) => {
  heard.push({
    text: texts.join("|"),
    fields: {},
    endpoint: permit.what.name,
    by: permit.who.subject.name,
    lent: permit.lent_by?.at(-1)?.what.name,
  });
  await permit.settle({ status: "ok" });
  return texts.map((one) => [one.length, 1]);
};

/** Statements that are refused before anything is asked, with what is said. */
const refused: readonly (readonly [sql: string, said: RegExp])[] = [
  ["SELECT ai_query('m')", /WRONG_NUM_ARGS/],
  ["SELECT ai_query(a, 'x') FROM t", /endpoint of ai_query must be a STRING constant \(line 1, column 17\)/],
  ["SELECT ai_query('m', 'x', failOnError => a) FROM t", /failOnError of ai_query must be a BOOLEAN constant/],
  ["SELECT ai_query('m', 'x', model => 'y')", /UNRECOGNIZED_PARAMETER_NAME/],
  ["SELECT ai_query('m', 'x', request => 'y')", /UNRECOGNIZED_PARAMETER_NAME/],
  ["SELECT ai_query('m', 'x', modelParameters => named_struct('messages', 'y'))", /'messages' is no model parameter/],
  ["SELECT ai_query('m', 'x', modelParameters => named_struct('top_p', a)) FROM t", /must be a constant/],
  [
    "SELECT ai_query('m', 'x', responseFormat => 'a table')",
    /AI_FUNCTION_UNSUPPORTED_RESPONSE_FORMAT\.JSON_STRING.*line 1, column 45/,
  ],
  [
    "SELECT ai_query('m', 'x', responseFormat => 'STRUCT<a: STRING>')",
    /UNSUPPORTED_RESPONSE_FORMAT\.DDL_STRING.*one field, which is a STRUCT/,
  ],
  ["SELECT ai_query('m', 'x', responseFormat => 'STRUCT<a: STRUCT<b: INT>, c: INT>')", /one field, which is a STRUCT/],
  [
    "SELECT ai_query('m', 'x', responseFormat => 'STRUCT<a: STRUCT<b: MAP<STRING, INT>>>')",
    /it may hold STRING, BOOLEAN/,
  ],
  ["SELECT ai_parse_document(a) FROM t", /The function 'ai_parse_document' is not supported/],
  ["SELECT * FROM ai_forecast(horizon => '2030-01-01')", /The function 'ai_forecast' is not supported/],
  ["SELECT ai_similarity(a) FROM t", /ai_similarity takes 2 arguments/],
  ["SELECT ai_similarity(expr1 => a, expr2 => a) FROM t", /Named arguments of 'ai_similarity'/],
  ["SELECT ai_query('m', 'x', returnType => 'NOTHING')", /NOTHING/],
  ["SELECT ai_query('m', 'x') OVER () FROM t", /OVER on 'ai_query'/],
  ["SELECT ai_query('m', max(a)) FROM t", /an aggregate as its argument/],
  ["SELECT ai_query('m', 'x', files => content) FROM t", /Files in 'ai_query'/],
  ["SELECT ai_classify(a, array('one')) FROM t", /ai_classify takes 2 to 20 labels/],
  ["SELECT ai_classify(a, array('x', a)) FROM t", /The labels of ai_classify are written array/],
  ["SELECT ai_extract(a, array('x', 'x')) FROM t", /each once/],
  ["SELECT ai_translate(a) FROM t", /ai_translate takes 2 arguments/],
  ["SELECT ai_gen(prompt => a) FROM t", /Named arguments of 'ai_gen'/],
  ["SELECT ai_query('nothing', 'x')", /'nothing' does not exist, or you may not know of it/],
  ["SELECT ai_query('theirs', 'x')", /'theirs' does not exist, or you may not know of it/],
];

describe("ai_query", () => {
  let world: SqlWorld;
  const answered = async (sql: string, by = READER) => (await world.must(by, sql)).rows;
  before(async () => {
    world = await sqlWorld({ asking: model, endpoints: { m: "account users", near: "account users", theirs: ADMIN } });
    for (const statement of setting) await world.must(ADMIN, statement);
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => {
    heard.length = 0;
    said = undefined;
  });

  it("asks with the text of each row, as the session's user", async () => {
    const rows = await answered("SELECT a, ai_query('m', concat('say ', a)) FROM t ORDER BY a");
    assert.deepEqual(rows, [
      ["x", "SAY X"],
      ["y", "SAY Y"],
      ["z", "SAY Z"],
    ]);
    assert.deepEqual(heard.map((one) => one.text).sort(), ["say x", "say y", "say z"]);
    assert.ok(heard.every((one) => one.by === READER && one.endpoint === "m" && one.lent === undefined));
  });

  it("gives NULL for NULL, and asks nothing", async () => {
    assert.deepEqual(await answered("SELECT ai_query('m', CAST(NULL AS STRING))"), [[null]]);
    assert.deepEqual(heard, []);
  });

  it("takes a statement's parameters, model parameters and a response format", async () => {
    await answered(
      `SELECT ai_query('m', 'x', modelParameters => named_struct('max_tokens', 7, 'temperature', -0.5, 'stop', array('a')),
         responseFormat => '{"type": "json_object"}')`,
    );
    assert.deepEqual(heard[0]?.fields, {
      max_tokens: 7,
      temperature: -0.5,
      stop: ["a"],
      response_format: { type: "json_object" },
    });
    const { rows } = await world.must(READER, "SELECT ai_query(:model, :question)", {
      parameters: [
        { name: "model", value: "m" },
        { name: "question", value: "given" },
      ],
    });
    assert.deepEqual(rows, [["GIVEN"]]);
  });

  it("reads an answer as the type that is asked for", async () => {
    const of = (text: string, type: string) =>
      answered(`SELECT ai_query('m', 'json ${text}', returnType => '${type}')`);
    assert.deepEqual(await of("12", "INT"), [["12"]]);
    assert.deepEqual(await of("true", "BOOLEAN"), [["true"]]);
    assert.deepEqual(await of("[1, 2]", "ARRAY<INT>"), [["[1,2]"]]);
    assert.deepEqual(await of('{"a": "b", "n": 1}', "STRUCT<a: STRING, n: INT>"), [['{"a":"b","n":1}']]);
    const { error } = await world.run(READER, "SELECT ai_query('m', 'json twelve', returnType => 'INT')");
    assert.match(error ?? "", /The model's answer is no INT: twelve/);
  });

  it("ends the statement when a question fails, or tells the error in its row", async () => {
    const { error } = await world.run(READER, "SELECT ai_query('m', concat('no ', a)) FROM t");
    assert.match(error ?? "", /The guardrail stopped it/);
    const rows = await answered(
      `SELECT r.result, r.errorMessage FROM (
         SELECT ai_query('m', CASE WHEN a = 'y' THEN 'no y' ELSE a END, failOnError => false) AS r FROM t) AS q ORDER BY 1`,
    );
    assert.deepEqual(rows, [
      [null, "The guardrail stopped it: no y"],
      ["X", null],
      ["Z", null],
    ]);
  });

  it("tells in its row of an answer of which a part is not of its type, and of no other row", async () => {
    said = (text) => (text === "y" ? '{"n": [1, "two"], "d": "2024-02-30"}' : '{"n": [1, 2], "d": "2024-02-29"}');
    const type = "STRUCT<n: ARRAY<INT>, d: DATE>";
    const call = `ai_query('m', a, returnType => '${type}', failOnError => false)`;
    const rows = await answered(
      `SELECT r.result.n[1], r.result.d, r.errorMessage FROM (SELECT a, ${call} AS r FROM t) AS q ORDER BY a`,
    );
    assert.deepEqual(
      [rows[0], rows[2]],
      Array.from({ length: 2 }, () => ["2", "2024-02-29", null]),
    );
    assert.match(String(rows[1]![2]), /The model's answer is no STRUCT<.*> at \.n\[1\]: /);
    assert.deepEqual(rows[1]!.slice(0, 2), [null, null]);
    const { error } = await world.run(READER, `SELECT ai_query('m', a, returnType => '${type}') FROM t`);
    assert.match(error ?? "", /AI_FUNCTION_INVALID_RESPONSE|at \.n\[1\]/);
    said = (text) => (text === "y" ? "soon" : "2024-02-29");
    const days = await answered(
      "SELECT r.result, r.errorMessage IS NULL FROM (SELECT a, ai_query('m', a, returnType => 'DATE', failOnError => false) AS r FROM t) AS q ORDER BY a",
    );
    assert.deepEqual(days, [
      ["2024-02-29", "true"],
      [null, "false"],
      ["2024-02-29", "true"],
    ]);
  });

  it("takes a type as the response format, and gives the answer's JSON", async () => {
    const format = "STRUCT<book: STRUCT<title: STRING, pages: INT, prices: ARRAY<DOUBLE>, sold: BOOLEAN>>";
    const rows = await answered(`SELECT ai_query('m', 'json {"title":"x"}', responseFormat => '${format}')`);
    assert.deepEqual(rows, [['{"title":"x"}']]);
    assert.deepEqual(heard[0]?.fields.response_format, {
      type: "json_schema",
      json_schema: {
        name: "book",
        strict: true,
        schema: {
          type: "object",
          properties: {
            title: { type: "string" },
            pages: { type: "integer" },
            prices: { type: "array", items: { type: "number" } },
            sold: { type: "boolean" },
          },
          required: ["title", "pages", "prices", "sold"],
          additionalProperties: false,
        },
      },
    });
  });

  it("compares two texts by their vectors, each pair once, as the session's user; NULL with NULL asks nothing", async () => {
    const rows = await answered(
      "SELECT ai_similarity(a, 'four') BETWEEN 0.857 AND 0.858, ai_similarity(a, a) > 0.999, ai_similarity(a, NULL) FROM t ORDER BY a",
    );
    assert.deepEqual(
      rows,
      Array.from({ length: 3 }, () => ["true", "true", null]),
    );
    assert.deepEqual(heard.map((one) => one.text).sort(), ["x|four", "x|x", "y|four", "y|y", "z|four", "z|z"]);
    assert.ok(heard.every((one) => one.by === READER && one.endpoint === "near"));
  });

  it("asks several at once, and no more", async () => {
    most = 0;
    const { rows } = await world.must(READER, "SELECT count(ai_query('m', CAST(id AS STRING))) FROM range(100)");
    assert.deepEqual(rows, [["100"]]);
    assert.ok(most > 1 && most <= 8, `${most} at once`);
  });

  it("needs the right of a view's owner, and runs as the session's user", async () => {
    await world.must(ADMIN, "CREATE VIEW lake.s.told AS SELECT id, ai_query('theirs', a) AS said FROM lake.s.t");
    assert.deepEqual(await answered("SELECT said FROM told WHERE id = 1"), [["X"]]);
    assert.ok(heard.every((one) => one.by === READER && one.lent === "lake.s.told"));
    await world.must(ADMIN, `GRANT CREATE TABLE ON SCHEMA lake.s TO \`${OFFICER}\``);
    await world.must(OFFICER, "CREATE VIEW lake.s.mine AS SELECT ai_query('m', a) AS said FROM lake.s.t");
    assert.match(
      (await world.run(OFFICER, "CREATE VIEW lake.s.bold AS SELECT ai_query('theirs', a) AS s FROM lake.s.t")).error ??
        "",
      /'theirs' does not exist/,
    );
  });

  it("tells nothing of what a view's text asks but that it failed", async () => {
    await world.must(ADMIN, "CREATE VIEW lake.s.failing AS SELECT ai_query('m', concat('no ', a)) AS s FROM lake.s.t");
    const { error } = await world.run(READER, "SELECT s FROM failing");
    assert.match(error ?? "", /A model that .*failing.* asks gave no answer/);
    assert.doesNotMatch(error ?? "", /guardrail/);
  });

  it("is no part of a policy", async () => {
    await world.must(ADMIN, "CREATE TABLE lake.s.judged (a STRING)");
    await world.must(ADMIN, "CREATE FUNCTION lake.s.judge(a STRING) RETURNS BOOLEAN RETURN ai_query('m', a) = 'YES'");
    await world.must(ADMIN, "CREATE FUNCTION lake.s.through(a STRING) RETURNS BOOLEAN RETURN NOT lake.s.judge(a)");
    await world.must(ADMIN, "CREATE FUNCTION lake.s.gentle(a STRING) RETURNS STRING RETURN ai_summarize(a)");
    for (const sql of [
      "ALTER TABLE lake.s.judged SET ROW FILTER lake.s.judge ON (a)",
      "ALTER TABLE lake.s.judged SET ROW FILTER lake.s.through ON (a)",
      "ALTER TABLE lake.s.judged ALTER COLUMN a SET MASK lake.s.gentle",
      "CREATE TABLE lake.s.born (a STRING MASK lake.s.gentle)",
      "CREATE POLICY judging ON TABLE lake.s.judged ROW FILTER lake.s.judge TO `account users` FOR TABLES",
    ])
      assert.match((await world.run(ADMIN, sql)).error ?? "", /which calls a Python function or asks a model/, sql);
    await world.must(ADMIN, "SELECT a FROM judged");
    // What is replaced later is refused where it is read.
    await world.must(ADMIN, "CREATE FUNCTION lake.s.plain(a STRING) RETURNS BOOLEAN RETURN a <> ''");
    await world.must(ADMIN, "ALTER TABLE lake.s.judged SET ROW FILTER lake.s.plain ON (a)");
    await world.must(
      ADMIN,
      "CREATE OR REPLACE FUNCTION lake.s.plain(a STRING) RETURNS BOOLEAN RETURN ai_query('m', a) = 'YES'",
    );
    assert.match((await world.run(ADMIN, "SELECT a FROM judged")).error ?? "", /a Python function or a model/);
    assert.deepEqual(heard, []);
  });

  it("writes what models said", async () => {
    await world.must(ADMIN, "CREATE TABLE lake.s.sayings AS SELECT id, ai_query('m', a) AS said FROM lake.s.t");
    assert.deepEqual(await answered("SELECT said FROM sayings ORDER BY id", ADMIN), [["X"], ["Y"], ["Z"]]);
  });

  it("is explained without asking anything: the tables that it reads are", async () => {
    const { rows } = await world.must(READER, "EXPLAIN GOVERNANCE SELECT ai_query('m', ssn) FROM sec");
    assert.ok(rows.some((row) => row.includes("lake.s.sec") && row.includes("MATERIALISED")));
    assert.deepEqual(heard, []);
  });

  it("ends with its statement", async () => {
    const { response } = await world.run(READER, "SELECT ai_query('m', 'wait')", {
      wait_timeout: "5s",
      on_wait_timeout: "CANCEL",
    });
    assert.equal(response.status.state, "CANCELED");
    assert.equal(under_way, 0);
  });

  it("does tasks by questions of their own, with the row's text after all that is said about it", async () => {
    for (const call of [
      "ai_summarize(a, 20)",
      "ai_fix_grammar(a)",
      "ai_translate(a, 'fr')",
      "ai_mask(a, array('person'))",
      "ai_analyze_sentiment(a)",
      "ai_classify(a, array('x', 'y'))",
    ]) {
      heard.length = 0;
      await answered(`SELECT ${call} FROM t WHERE id = 1`);
      assert.equal(heard.length, 1, call);
      assert.match(heard[0]!.text, /\n\nx$/, call);
      assert.equal(heard[0]!.endpoint, "m");
    }
    assert.deepEqual(await answered("SELECT ai_gen(a) FROM t WHERE id = 1"), [["X"]]);
    assert.deepEqual(await answered("SELECT ai_summarize(CAST(NULL AS STRING))"), [[null]]);
  });

  it("gives a label, however it is said, or NULL", async () => {
    said = () => '"Urgent".';
    assert.deepEqual(await answered("SELECT ai_classify(a, array('urgent', 'later')) FROM t WHERE id = 1"), [
      ["urgent"],
    ]);
    assert.deepEqual(await answered("SELECT ai_analyze_sentiment(a) FROM t WHERE id = 1"), [[null]]);
  });

  it("extracts named things, from JSON in a fence too", async () => {
    said = () => '```json\n{"who": "ann", "other": 1}\n```';
    const rows = await answered(
      "SELECT r.who, r.`from where` FROM (SELECT ai_extract(a, array('who', 'from where')) AS r FROM t WHERE id = 1) AS q",
    );
    assert.deepEqual(rows, [["ann", null]]);
    assert.deepEqual(heard[0]?.fields, { response_format: { type: "json_object" } });
  });

  for (const [sql, said] of refused)
    it(`refuses ${sql}`, async () => {
      assert.match((await world.run(READER, sql)).error ?? "", said);
      assert.deepEqual(heard, []);
    });
});
