import assert from "node:assert/strict";
import test from "node:test";
import { Keywords, KeywordWatch } from "./keywords.ts";

const found: readonly (readonly [keyword: string, text: string])[] = [
  ["secret", "This is a Secret."],
  ["secret", "SECRET"],
  ["secret", "ｓｅｃｒｅｔ in full width"],
  ["secret", "se\u200bcr\u200det with nothing between"],
  ["secret", "s\u0336e\u0336c\u0336r\u0336e\u0336t struck out"],
  ["secret", "ѕесrеt in letters that look alike"],
  ["secret", "**sec**ret in bold"],
  ["secret", "a**secret**b"],
  ["secret", "_secret_"],
  ["secret", "(secret)"],
  ["secret", '{"a":"line\\nsecret\\tand"}'],
  ["new", "C:\\new"],
  ["café", "the cafe here"],
  ["project phoenix", "about Project\n   Phoenix now"],
  ["project phoenix", "project-phoenix, project_phoenix"],
  ["acme.com", "see ACME.com"],
  ["C++", "written in c++ mostly"],
  ["$$$", "send $$$ now"],
  ["机密", "这是机密文件"],
  ["fire", "ﬁre"],
  ["ab", "abab ab"],
  ["aba", "ab aba"],
];

const notFound: readonly (readonly [keyword: string, text: string])[] = [
  ["ass", "a class of grass passes"],
  ["secret", "secretary"],
  ["secret", "topsecret"],
  ["project phoenix", "a project of phoenixes, phoenix project"],
  ["C++", "c and c+"],
  ["ab", "cab abc"],
];

for (const [keyword, text] of found)
  test(`'${keyword}' is found in '${text.slice(0, 40)}', whole and letter by letter`, () => {
    const keywords = new Keywords(["unrelated", keyword, "something else"]);
    assert.equal(keywords.areIn(text), true);
    const watch = new KeywordWatch(keywords);
    let released = "";
    for (const unit of text.split("")) released += watch.push(unit);
    released += watch.end();
    assert.equal(watch.isBlocked, true);
    assert.ok(text.startsWith(released));
    assert.equal(keywords.areIn(released), false);
  });

for (const [keyword, text] of notFound)
  test(`'${keyword}' is not found in '${text}', and all of it leaves`, () => {
    const watch = new KeywordWatch(new Keywords([keyword]));
    let released = "";
    for (const unit of text.split("")) released += watch.push(unit);
    assert.equal(released + watch.end(), text);
    assert.equal(watch.isBlocked, false);
  });

test("What is no beginning of a keyword leaves at once", () => {
  const watch = new KeywordWatch(new Keywords(["secret"]));
  assert.equal(watch.push("hello "), "hello ");
  assert.equal(watch.push("se"), "");
  assert.equal(watch.push("e x"), "see x");
});

test("What is held back long costs no more for that", () => {
  const watch = new KeywordWatch(new Keywords(["project phoenix"]));
  const from = performance.now();
  let released = watch.push("a project");
  for (let count = 0; count < 200_000; count += 1) released += watch.push(" \u200b"[count % 2]!);
  assert.equal(released, "a ");
  released += watch.push("done");
  assert.equal(released.length + watch.end().length, 9 + 200_000 + 4);
  assert.ok(performance.now() - from < 5_000);
});

test("A character that comes in halves is one", () => {
  const watch = new KeywordWatch(new Keywords(["𝐬ecret"]));
  const [high, low] = "𝐬".split("");
  assert.equal(watch.push(`so ${high}`), "so ");
  watch.push(`${low}ecret`);
  watch.end();
  assert.equal(watch.isBlocked, true);
});
