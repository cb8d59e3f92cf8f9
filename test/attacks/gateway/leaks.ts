import assert from "node:assert/strict";
import { saying } from "../../gateway/provider.ts";
import { asking } from "../../wire/gateway/asking.ts";
import { surfaces } from "../../wire/gateway/table.ts";
import type { Attacked, Said } from "../identity/attacked.ts";

const AT = "/v1/chat/completions";

/**
 * Has the gateway keep secrets and meet others: providers' keys of every kind, and texts that a guardrail blocks, by every surface, whole
 * and streamed, with a provider that answers, that fails, and that breaks off. `canary` makes a secret of that name.
 * @returns all that anybody was answered.
 */
export async function leaks(world: Attacked, canary: (name: string) => string): Promise<readonly string[]> {
  const answers: string[] = [];
  const ok = (said: Said): void => {
    assert.equal(said.status, 200, said.text);
    answers.push(said.text);
  };
  const admin = (method: string, path: string, body?: object) => world.call(world.admin, method, path, body);
  const base = `${world.hostile.origin}/v1`;
  const string_value = canary("provider's key in a secret");
  ok(await admin("POST", "/api/2.0/secrets/scopes/create", { scope: "providers" }));
  ok(await admin("POST", "/api/2.0/secrets/put", { scope: "providers", key: "k", string_value }));
  const openai = { provider: "openai", openai_config: { openai_api_base: base } };
  const custom = { provider: "custom" };
  const url = { custom_provider_url: `${world.hostile.origin}${AT}` };
  const models = [
    { ...openai, openai_config: { ...openai.openai_config, openai_api_key: "{{secrets/providers/k}}" } },
    {
      ...openai,
      openai_config: { ...openai.openai_config, openai_api_key_plaintext: canary("provider's key in plain text") },
    },
    {
      ...custom,
      custom_provider_config: {
        ...url,
        bearer_token_auth: { token_plaintext: canary("custom provider's bearer token") },
      },
    },
    {
      ...custom,
      custom_provider_config: {
        ...url,
        api_key_auth: { key: "x-api-key", value_plaintext: canary("custom provider's API key") },
      },
    },
  ];
  const blocking = { pii: { behavior: "BLOCK" } };
  const ai_gateway = { guardrails: { input: blocking, output: blocking } };
  const asked = `${canary("question that a guardrail blocks")}@leak.example`;
  const said = `${canary("answer that a guardrail blocks")}@leak.example`;
  for (const [place, model] of models.entries()) {
    const name = `leaky-${place}`;
    const external_model = { name: "m", task: "llm/v1/chat", ...model };
    ok(
      await admin("POST", "/api/2.0/serving-endpoints", {
        name,
        config: { served_entities: [{ external_model }] },
        ai_gateway,
      }),
    );
    ok(await admin("GET", `/api/2.0/serving-endpoints/${name}`));
    for (const [label, surface] of Object.entries(surfaces))
      for (const isStreaming of [false, true]) {
        const ask = async (text: string): Promise<Said> => {
          const hasTools = surface.lacks?.tools === undefined;
          const { path, body } = asking(surface, { model: name, text, isStreaming, n: 1, hasTools }, label);
          const answer = await admin("POST", path, body);
          answers.push(`${answer.text} ${JSON.stringify([...answer.headers])}`);
          return answer;
        };
        assert.equal((await ask(`I am ${asked}.`)).status, 400);
        for (const behaviour of [speaking(said), echoing(401), echoing(500), breaking]) {
          world.hostile.answers.set(AT, behaviour);
          await ask("How deep is it?");
          const { url: at, headers } = world.hostile.asked.at(-1)!;
          assert.ok(at === AT && JSON.stringify(headers).includes("canary-"), "the provider was asked with the key");
        }
      }
  }
  ok(await admin("GET", "/api/2.0/serving-endpoints"));
  return answers;
}

type Behaviour = Parameters<Attacked["hostile"]["answers"]["set"]>[1];

const speaking =
  (said: string): Behaviour =>
  (response, { url, headers, body }) =>
    saying(`Write to ${said} today.`)({ path: url, headers, body: JSON.parse(body) }, response);

/** Fails, and says aloud what it was asked with. */
const echoing =
  (status: number): Behaviour =>
  (response, { headers, body }) =>
    void response.writeHead(status).end(JSON.stringify({ error: { message: JSON.stringify([headers, body]) } }));

/** Says what it was asked with where an answer belongs, and breaks off. */
const breaking: Behaviour = (response, { headers }) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(`data: ${JSON.stringify({ error: { message: JSON.stringify(headers) } })}\n\n`, () =>
    response.destroy(),
  );
};
