import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "#wire/errors.ts";
import { assertNoLinkOut } from "./links.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "lakeward-links-")));
after(() => rmSync(root, { recursive: true }));
const folderOf = (name: string): string => {
  const folder = join(root, name, "lib");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "a.ts"), "");
  return join(root, name);
};

test("a link within the folder is allowed", () => {
  const folder = folderOf("within");
  symlinkSync(join(folder, "lib/a.ts"), join(folder, "b.ts"));
  assertNoLinkOut([folder]);
});

test("a link out of the folder, deep in it, or to nothing, is refused by name", () => {
  for (const [name, target] of [
    ["out", "/etc/passwd"],
    ["dangling", join(root, "later")],
  ] as const) {
    const folder = folderOf(name);
    symlinkSync(target, join(folder, "lib/key"));
    assert.throws(
      () => assertNoLinkOut([folder]),
      (thrown) => thrown instanceof Fault && /'key'/.test(thrown.message),
    );
  }
});

test("a link to another readable folder is allowed, one to a folder of a similar name is not", () => {
  const folder = folderOf("one");
  const other = folderOf("one-more");
  symlinkSync(join(other, "lib/a.ts"), join(folder, "c.ts"));
  assertNoLinkOut([folder, other]);
  assert.throws(() => assertNoLinkOut([folder]), Fault);
});
