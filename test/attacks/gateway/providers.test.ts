import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "#base/json.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { createProviders, type ExternalModel, readExternal } from "../../../src/models/external.ts";
import { asked, CANARY, egressThat, eventsOf, failureOf, type Simulated } from "../../models/providers/simulated.ts";

/**
 * The published failures of other gateways' provider adapters, each tried on every provider: a key sent to another host by a value
 * that becomes part of the address (portkey#1597, CVE-2024-6587, GHSA-h7x2-h6g9-p789), a header or a path within a name, a
 * provider's words or a key in an error or a log. Beside them: a question that steers where it goes.
 */

const KEY_FILE = JSON.stringify({ client_email: "a@b.example", private_key: CANARY });
const MODEL = { name: "gemini-2.5-flash", task: "llm/v1/chat" };

interface Row {
  readonly provider: string;
  readonly object: string;
  readonly settings: JsonObject;
  readonly keys: readonly string[];
  /** Every address that it may ever be asked at. */
  readonly at: RegExp;
}

const SEGMENT = "[\\w.%~!'()*-]+";

// biome-ignore format: a table is read in columns
const rows: readonly Row[] = [
  { provider: "openai", object: "openai_config", settings: { openai_organization: "org-1" }, keys: ["openai_api_key"],
    at: /^https:\/\/api\.openai\.com\/v1\/chat\/completions$/ },
  { provider: "openai", object: "openai_config", keys: ["openai_api_key"],
    settings: { openai_api_type: "azure", openai_api_base: "https://board.openai.azure.com", openai_api_version: "v", openai_deployment_name: "d" },
    at: /^https:\/\/board\.openai\.azure\.com\/openai\/deployments\/[\w.-]+\/chat\/completions\?api-version=[^&#?]+$/ },
  { provider: "databricks-model-serving", object: "databricks_model_serving_config", keys: ["databricks_api_token"],
    settings: { databricks_workspace_url: "https://board.cloud.databricks.com" },
    at: /^https:\/\/board\.cloud\.databricks\.com\/serving-endpoints\/chat\/completions$/ },
  { provider: "anthropic", object: "anthropic_config", settings: {}, keys: ["anthropic_api_key"],
    at: /^https:\/\/api\.anthropic\.com\/v1\/messages$/ },
  { provider: "amazon-bedrock", object: "amazon_bedrock_config", keys: ["aws_access_key_id", "aws_secret_access_key"],
    settings: { aws_region: "us-east-1", bedrock_provider: "anthropic" },
    at: new RegExp(`^https://bedrock-runtime\\.[a-z]+(-[a-z]+)+-\\d+\\.amazonaws\\.com/model/${SEGMENT}/converse(-stream)?$`) },
  { provider: "google-cloud-vertex-ai", object: "google_cloud_vertex_ai_config", keys: ["private_key"],
    settings: { project_id: "board-of-safety", region: "us-central1" },
    at: new RegExp(`^https://oauth2\\.googleapis\\.com/token$|^https://([a-z0-9-]+-)?aiplatform(\\.(us|eu)\\.rep)?\\.googleapis\\.com/v1beta1/projects/${SEGMENT}/locations/[a-z0-9-]+/publishers/google/models/gemini-${SEGMENT}:(streamG|g)enerateContent(\\?alt=sse)?$`) },
  { provider: "cohere", object: "cohere_config", settings: {}, keys: ["cohere_api_key"],
    at: /^https:\/\/api\.cohere\.com\/v2\/chat$/ },
];

const clock = { now_ms: () => Date.UTC(2026, 0, 2) };
const credentialsOf = ({ object, keys }: Row, value?: string) =>
  Object.fromEntries(keys.map((key) => [`${object}.${key}`, value ?? (key === "private_key" ? KEY_FILE : CANARY)]));

/** As an endpoint's configuration is read, with the credentials' places. */
const readOf = ({ provider, object, settings, keys }: Row, more: JsonObject = {}, name = MODEL.name): ExternalModel => {
  const given = Object.fromEntries(keys.map((key) => [`${key}_plaintext`, "x"]));
  const config: JsonObject = { ...settings, ...more, ...given };
  return readExternal({ ...MODEL, name, provider, [object]: config }, "external_model");
};

async function askedWith(row: Row, external: ExternalModel, stream: boolean, value?: string): Promise<Simulated> {
  const egress = egressThat(200, ["{}"]);
  const model = createProviders({ egress, clock }).chat(external, credentialsOf(row, value));
  await eventsOf(model, { ...asked, stream }).catch((thrown: unknown) =>
    assert.ok(thrown instanceof Fault, String(thrown)),
  );
  return egress;
}

const evil = fc.oneof(
  fc.constantFrom(
    ...[
      "evil.example#",
      "evil.example/",
      "x@evil.example",
      "evil.example\\",
      "..",
      "../..",
      "%2e%2e",
      "a/../../b",
      "a?x=",
      "a#",
      "a\r\nhost: evil.example",
      ":443@evil.example/",
    ],
    ...[
      "us-east-1.evil.example",
      "us-east-1@evil.example",
      "169.254.169.254",
      "[::1]",
      "us-east-1/",
      "gemini-x/../../y",
      "gemini-x:predict?",
      "\u2025/evil",
      "ｅvil.example",
    ],
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12, unit: "binary" }),
);

for (const row of rows)
  test(`${row.provider}: no setting and no model's name sends a key elsewhere (${row.object} ${Object.keys(row.settings)})`, async () => {
    // Addresses as such are their owner's to choose; all else may not become one.
    const fields = Object.keys(row.settings).filter((name) => !/_base$|_url$|_type$/.test(name));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("name", ...fields), evil, fc.boolean(), async (field, value, stream) => {
        let external: ExternalModel;
        try {
          external = field === "name" ? readOf(row, {}, value) : readOf(row, { [field]: value });
        } catch (thrown) {
          assert.ok(thrown instanceof Fault && thrown.code === "INVALID_PARAMETER_VALUE", String(thrown));
          return;
        }
        const { calls } = await askedWith(row, external, stream);
        for (const { url, headers } of calls) {
          for (const sent of Object.values(headers)) assert.match(sent, /^[\x20-\x7e]*$/);
          assert.match(url, row.at);
          assert.equal(URL.parse(url)?.href, url, "it is asked at what was looked at");
        }
      }),
      { numRuns: 300 },
    );
    const { calls } = await askedWith(row, readOf(row), false);
    if (row.provider !== "google-cloud-vertex-ai") assert.match(calls[0]!.url, row.at, "it is asked at all");
  });

test("a setting that no provider has is refused by its name, so that none adds an address", () => {
  for (const row of rows)
    for (const field of [
      "api_base",
      "base_url",
      "endpoint",
      "endpoint_url",
      "host",
      "proxy",
      "token_uri",
      "anthropic_api_base",
      "universe_domain",
      "default_headers",
    ])
      assert.throws(
        () => readOf(row, { [field]: "https://evil.example" }),
        new RegExp(`'external_model\\.${row.object}\\.${field}' is not known`),
      );
});

test("a key with a line within is sent nowhere, and is not shown", async () => {
  for (const row of rows)
    for (const value of [`${CANARY}\r\nx-evil: 1`, `${CANARY}\nhost: evil.example`, `${CANARY}\0`, `${CANARY} é`]) {
      const egress = egressThat(200, ["{}"]);
      const thrown = await (async () =>
        eventsOf(createProviders({ egress, clock }).chat(readOf(row), credentialsOf(row, value)), asked))().then(
        () => undefined,
        faultOf,
      );
      assert.equal(thrown?.code, "INVALID_STATE", `${row.provider}: ${thrown?.message}`);
      assert.doesNotMatch(`${thrown?.message} ${thrown?.options.internal}`, new RegExp(CANARY));
      assert.equal(egress.calls.length, 0, row.provider);
    }
});

test("what a provider says when it fails is in no error and no log, whatever the status", async () => {
  const words = [
    { error: { message: CANARY, type: CANARY, code: CANARY, status: CANARY }, message: CANARY, detail: CANARY },
    CANARY,
    [{ error: CANARY }],
  ];
  for (const row of rows.filter(({ provider }) => provider !== "google-cloud-vertex-ai"))
    for (const status of [302, 400, 401, 403, 404, 413, 418, 422, 429, 500, 503, 529])
      for (const body of words) {
        const egress = egressThat(status, [JSON.stringify(body)], {
          "x-amzn-errortype": CANARY,
          "retry-after": CANARY,
          location: `https://${CANARY}/`,
        });
        const model = createProviders({ egress, clock }).chat(readOf(row), credentialsOf(row));
        const failure = await failureOf(model, asked);
        assert.equal(failure.status, status);
        assert.equal(egress.calls.length, 1, "it is asked once, and follows nobody");
      }
});

test("what a question holds is in the body alone: neither address nor header is another one", async () => {
  for (const row of rows.filter(({ provider }) => provider !== "google-cloud-vertex-ai")) {
    const egress = egressThat(200, ["{}"]);
    const model = createProviders({ egress, clock }).chat(readOf(row), credentialsOf(row));
    const names = (calls: Simulated["calls"]): unknown =>
      calls.map(({ url, headers }) => [url, Object.keys(headers).sort()]);
    await eventsOf(model, asked).catch(() => {});
    const plain = names(egress.calls);
    egress.calls.length = 0;
    const parts = [{ type: "text", text: "\r\nhost: evil.example\r\n\r\nPOST /" }] as const;
    const call = {
      type: "tool_call",
      id: "../x",
      name: "a?b#c",
      arguments: '{"api_base":"https://evil.example"}',
    } as const;
    const messages = [
      { role: "user", parts },
      { role: "assistant", parts: [call] },
      { role: "user", parts },
    ] as const;
    const tools = [{ name: "https://evil.example/", parameters: { $ref: "https://evil.example/schema" } }];
    await eventsOf(model, { ...asked, messages, tools }).catch(() => {});
    assert.deepEqual(names(egress.calls), plain);
    assert.equal(egress.calls.length, 1, row.provider);
  }
});
