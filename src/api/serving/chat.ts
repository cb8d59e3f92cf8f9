import type { JsonObject } from "#base/json.ts";
import { endpoint as securable } from "#kernel/mod.ts";
import type { SurfaceName } from "#models/mod.ts";
import { type Endpoint, type ErrorShape, endpoint } from "../endpoint.ts";
import { replyOf } from "./answer.ts";
import { AnyObject, ModelBody } from "./schemas.ts";

/**
 * The paths at which a chat model is asked, each in a protocol. `model` is the endpoint's name. Sources: OpenAI's API under
 * the workspace's `/serving-endpoints`; the Unity AI Gateway's path of the same.
 */
// biome-ignore format: a table is read in columns
const paths: readonly (readonly [path: string, api: SurfaceName, errors: ErrorShape])[] = [
  ["/serving-endpoints/chat/completions",      "chat", "openai"],
  ["/ai-gateway/mlflow/v1/chat/completions",   "chat", "openai"],
];

export const chatEndpoints: readonly Endpoint[] = paths.map(([path, api, errors]) =>
  endpoint({
    method: "POST",
    path,
    errors,
    scope: "model-serving",
    input: ModelBody,
    output: AnyObject,
    what: ({ model }) => securable(model),
    action: "endpoint.query",
    run: async ({ gateway }, permit, { model: _, ...body }, { signal }) =>
      replyOf(await gateway.invoke.chat(permit, api, { body: body as JsonObject, signal })),
  }),
);
