import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf } from "#wire/errors.ts";
import { tagsOf, takeLabels } from "./labels.ts";

const bytes = (text: string): string => Buffer.from(text).toString("latin1");

test("a question's tags are those of the header, before what the body says of the same name, and reach no model", () => {
  const asked = { messages: [], usage_context: { team: "crew", ship: "ada" } };
  const { labels, body } = takeLabels(asked, '{"team":"docks","project":"p"}');
  assert.deepEqual(tagsOf(labels), { team: "docks", ship: "ada", project: "p" });
  assert.deepEqual(body, { messages: [] });
  assert.deepEqual(tagsOf(takeLabels({}).labels), {});
});

test("a header's tags are read as UTF-8, and by no name that an object has by itself", () => {
  assert.deepEqual(takeLabels({}, bytes('{"équipe":"地"}')).labels.request_tags, { équipe: "地" });
  const tags = tagsOf(takeLabels({}, '{"__proto__":"x","constructor":"y"}').labels);
  assert.deepEqual(Object.entries(tags), [
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});

for (const header of [
  "",
  "team=docks",
  "[]",
  '"docks"',
  "null",
  '{"team":1}',
  '{"team":{"a":"b"}}',
  '{"team":null}',
  '{"team":"a"}, {"team":"b"}',
  "\xff\xfe",
  JSON.stringify({ team: "x".repeat(4_096) }),
])
  test(`a header that holds ${header.slice(0, 30)} is refused by its name`, () =>
    assert.throws(
      () => takeLabels({}, header),
      (thrown: unknown) => {
        const { code, message } = faultOf(thrown);
        assert.equal(code, "BAD_REQUEST");
        assert.match(message, /^The header 'databricks-ai-gateway-request-tags' must be an object of texts/);
        return true;
      },
    ));
