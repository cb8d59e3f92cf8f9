import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemIds } from "#host/mod.ts";
import packages from "../../package.json" with { type: "json" };
import { openLocalModel } from "../../src/models/local/mod.ts";
import { INSTALL, runtimeAddress } from "../../src/models/local/runtime.ts";

test("where what runs a model is not installed, the start says by which command it is", async () => {
  assert.equal(runtimeAddress("/nowhere"), undefined);
  assert.ok(Object.keys(packages.scripts).includes(INSTALL.replace("npm run ", "")), INSTALL);
  await assert.rejects(openLocalModel({ path: "/x.gguf", environment: {} }, systemIds, undefined), {
    message: "LAKEWARD_MODEL needs node-llama-cpp, which is not installed. Install it: npm run install:llama",
  });
});

test("a file that is none, or no model, is told at the start by its path", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lakeward-local-"));
  try {
    const path = join(folder, "model.gguf");
    const open = () => openLocalModel({ path, environment: {} }, systemIds, "file:///never-imported.js");
    await assert.rejects(open(), /names .*model\.gguf, which cannot be read: ENOENT/);
    await writeFile(path, "not a model");
    await assert.rejects(open(), /names .*model\.gguf, which is no GGUF file/);
    await writeFile(path, "GGUF");
    await assert.rejects(open(), /LAKEWARD_MODEL cannot be served: the local model: Cannot find module .*model\.gguf/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
