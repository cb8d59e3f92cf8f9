import { endpoint as securable } from "#kernel/mod.ts";
import type { SurfaceName } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import { type Endpoint, type ErrorShape, endpoint } from "../endpoint.ts";
import { replyOf } from "./answer.ts";
import { askingOf } from "./asking.ts";
import { AnyObject, ModelBody, TargetBody } from "./schemas.ts";

/**
 * The paths at which a chat model is asked, each in a protocol. `model` is the endpoint's name, or an alias of it. Sources: OpenAI's API under
 * the workspace's `/serving-endpoints`; the Unity AI Gateway's paths of MLflow's, OpenAI's and Anthropic's.
 */
// biome-ignore format: a table is read in columns
const paths: readonly (readonly [path: string, api: SurfaceName, errors: ErrorShape])[] = [
  ["/serving-endpoints/chat/completions",    "chat",        "openai"],
  ["/serving-endpoints/completions",         "completions", "openai"],
  ["/ai-gateway/mlflow/v1/chat/completions", "chat",        "openai"],
  ["/ai-gateway/openai/v1/responses",        "responses",   "openai"],
  ["/ai-gateway/anthropic/v1/messages",      "messages",    "anthropic"],
];

/** At these paths a model service is asked by its name of three levels as well; at all others there is none. */
const GATEWAY = "/ai-gateway/";

const byBody = paths.map(([path, api, errors]) =>
  endpoint({
    method: "POST",
    path,
    errors,
    scope: "model-serving",
    input: ModelBody,
    output: AnyObject,
    what: ({ model }, { gateway }) =>
      path.startsWith(GATEWAY) ? gateway.asked(model) : securable(gateway.endpointNamed(model)),
    action: "endpoint.query",
    run: async ({ gateway }, permit, { model: _, ...body }, call) =>
      replyOf(await gateway.invoke.chat(permit, api, askingOf(body, call))),
  }),
);

/** What may be asked of a model, and whether the answer is a stream. */
const verbs: Readonly<Record<string, boolean>> = { generateContent: false, streamGenerateContent: true };

function partsOf(target: string): { readonly model: string; readonly verb: string } {
  const colon = target.lastIndexOf(":");
  return colon < 0 ? { model: target, verb: "" } : { model: target.slice(0, colon), verb: target.slice(colon + 1) };
}

/** Gemini names the model and what it is to do in the path, `<model>:generateContent`. Source: ai.google.dev/api. */
const generateContent = endpoint({
  method: "POST",
  path: "/ai-gateway/gemini/v1beta/models/{target}",
  errors: "google",
  scope: "model-serving",
  input: TargetBody,
  output: AnyObject,
  what: ({ target }, { gateway }) => gateway.asked(partsOf(target).model),
  action: "endpoint.query",
  run: async ({ gateway }, permit, { target, alt, ...body }, call) => {
    const isStreaming = verbs[partsOf(target).verb];
    if (isStreaming === undefined)
      throw new Fault("BAD_REQUEST", `The path must end in one of: ${Object.keys(verbs).join(", ")}.`);
    if (isStreaming && alt !== "sse")
      throw new Fault("BAD_REQUEST", "A stream is sent as server-sent events alone: add alt=sse to the URL.");
    const asking = { ...askingOf(body, call), isStreaming };
    return replyOf(await gateway.invoke.chat(permit, "generate-content", asking));
  },
});

export const chatEndpoints: readonly Endpoint[] = [...byBody, generateContent];
