import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { providePython } from "../../tools/python.ts";
import { embedding, type Provider, saying, startProvider, USAGE } from "../gateway/provider.ts";
import { freePort } from "../world/free-port.ts";
import type { Environment } from "../world/program.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

describe("the Databricks SDK, MLflow's deployments client and OpenAI's for Python, at the gateway", { skip }, () => {
  let data_dir: string;
  let platform: Platform;
  let provider: Provider;
  let environment: Environment;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-gateway-"));
    provider = await startProvider(saying("Write to ben@board.example about it."));
    const entry = `{ host: 127.0.0.1, port: ${provider.port}, purpose: model }`;
    await writeFile(join(data_dir, "lakeward.yaml"), `egress:\n  allow:\n    - ${entry}\n`);
    const port = await freePort();
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    environment = {
      PATH: process.env.PATH ?? "",
      HOME: data_dir,
      DATABRICKS_HOST: `http://localhost:${port}`,
      DATABRICKS_TOKEN: (await readFile(platform.admin_token_path, "utf8")).trim(),
    };
  });

  after(async () => {
    await platform.close();
    await provider[Symbol.asyncDispose]();
    await rm(data_dir, { recursive: true, force: true });
  });

  it("make an endpoint, govern it, ask it whole and streamed, meet its limit, and delete it", async () => {
    const done = await runPython<Record<string, unknown>>(interpreter, "gateway.py", environment, provider.base_url);
    const said = "Write to <EMAIL_ADDRESS> about it.";
    assert.deepEqual(done, {
      state: "NOT_UPDATING",
      tags: [{ key: "team", value: "docks" }],
      governed: {
        guardrails: { input: { pii: { behavior: "MASK" } }, output: { pii: { behavior: "MASK" } } },
        rate_limits: [{ calls: 3, key: "endpoint", renewal_period: "minute" }],
      },
      asked: said,
      usage: USAGE.total_tokens,
      served: "first",
      predicted: said,
      streamed: said,
      limited: "REQUEST_LIMIT_EXCEEDED",
      shown: { openai_api_base: provider.base_url, openai_api_key: "{{secrets/providers/openai}}" },
      left: [],
    });
    assert.equal(provider.received.length, 3);
    for (const { headers, body } of provider.received) {
      assert.equal(headers.authorization, "Bearer sk-of-a-provider");
      assert.doesNotMatch(JSON.stringify(body), /rosa/);
    }
  });

  it("make a budget, read, list, change and delete it, as administrators of the account alone", async () => {
    const { identity, site } = platform.services;
    const reader = await identity.users.create({ name: "reader@board.org" });
    const { token } = await identity.tokens.create(reader.id);
    const args = [site.account_id, token];
    const done = await runPython<Record<string, unknown>>(interpreter, "budgets.py", environment, ...args);
    const { refused, gone, ...rest } = done;
    assert.deepEqual(rest, {
      isSame: true,
      listed: ["docks"],
      changed: ["piers", ["50", "120.50"]],
      keepsIds: true,
    });
    assert.ok(refused);
    assert.match(String(gone), /No budget has the id/);
  });

  it("get vectors of texts, from the embedded model and from a provider's", async () => {
    provider.behaviour = embedding(2);
    const { refused, ...done } = await runPython<Record<string, unknown>>(
      interpreter,
      "embeddings.py",
      environment,
      provider.base_url,
    );
    assert.deepEqual(done, {
      tasks: { own: "llm/v1/embeddings", outside: "llm/v1/embeddings" },
      lengths: [512, 512, 512],
      tokens: true,
      same: true,
      nearer: true,
      queried: 512,
      predicted: [512, 512],
      outside: [
        [3, 3],
        [5, 5],
      ],
    });
    assert.match(String(refused), /'dimensions' can only be 512 here/);
  });
});
