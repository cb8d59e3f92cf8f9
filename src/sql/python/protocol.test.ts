import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAnswer } from "./protocol.ts";

const failure = { kind: "raised", type: "ValueError", words: "no", line: 3 };

describe("what an interpreter's process says", () => {
  it("is taken when it is an answer", () => {
    assert.deepEqual(readAnswer('{"results":["a",null]}'), { kind: "results", results: ["a", null] });
    assert.deepEqual(readAnswer(JSON.stringify({ failure })), { kind: "failed", failure });
    assert.deepEqual(readAnswer('{"defined":true}'), { kind: "defined" });
  });

  for (const line of [
    "",
    "{",
    "null",
    "[]",
    '"results"',
    '{"results":{"length":1}}',
    '{"results":[1]}',
    '{"results":[{"toString":"x"}]}',
    '{"results":[["a"]]}',
    '{"__proto__":{"results":["a"]}}',
    '{"__proto__":{"ready":true}}',
    '{"constructor":{"prototype":{"ready":true}}}',
    '{"ready":1}',
    '{"failure":null}',
    '{"failure":{"kind":"constructor","type":"a","words":"b","line":1}}',
    '{"failure":{"kind":"raised","type":{"a":1},"words":"b","line":1}}',
    '{"failure":{"kind":"raised","type":"a","words":["b"],"line":1}}',
  ])
    it(`is none: ${line}`, () => assert.equal(readAnswer(line), undefined));

  it("changes nothing that other objects share", () => {
    readAnswer(
      '{"__proto__":{"polluted":true},"failure":{"__proto__":{"polluted":true},"kind":"raised","type":"a","words":"b","line":1}}',
    );
    readAnswer('{"constructor":{"prototype":{"polluted":true}},"results":["a"]}');
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it("has no line but a whole number", () => {
    const answer = readAnswer(JSON.stringify({ failure: { ...failure, line: "3; DROP" } }));
    assert.deepEqual(answer, { kind: "failed", failure: { ...failure, line: null } });
  });
});
