import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folderOf, suites, testFiles } from "./suites.ts";

const files = testFiles(join(import.meta.dirname, ".."));
const folders = Object.values(suites).flatMap((suite) => suite.folders);

test("every test file belongs to a suite", () => {
  assert.ok(files.length > 0);
  assert.deepEqual(
    files.filter((file) => folderOf(file) === undefined),
    [],
  );
});

test("no folder belongs to two suites, so that no file does", () => {
  assert.deepEqual(
    folders.filter((folder, i) => folders.indexOf(folder) !== i),
    [],
  );
});

test("every folder of a suite has test files", () => {
  const used = new Set(files.map(folderOf));
  assert.deepEqual(
    folders.filter((folder) => !used.has(folder)),
    [],
  );
});

test("a file belongs to the most specific folder that holds it, and a folder's name is matched whole", () => {
  assert.equal(folderOf("test/clients-python/a.test.ts"), "test/clients-python");
  assert.equal(folderOf("test/clients/deep/a.test.ts"), "test/clients");
  assert.equal(folderOf("test/other/a.test.ts"), undefined);
});
