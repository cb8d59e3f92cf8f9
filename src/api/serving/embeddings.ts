import { endpoint as securable } from "#kernel/mod.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { replyOf } from "./answer.ts";
import { askingOf } from "./asking.ts";
import { AnyObject, ModelBody } from "./schemas.ts";

/**
 * The paths at which an embedding model is asked, all in OpenAI's protocol. `model` is the endpoint's name, or an alias of it. Sources: OpenAI's API
 * under the workspace's `/serving-endpoints`; the Unity AI Gateway's path of MLflow's.
 */
const paths = ["/serving-endpoints/embeddings", "/ai-gateway/mlflow/v1/embeddings"] as const;

export const embeddingEndpoints: readonly Endpoint[] = paths.map((path) =>
  endpoint({
    method: "POST",
    path,
    errors: "openai",
    scope: "model-serving",
    input: ModelBody,
    output: AnyObject,
    what: ({ model }, { gateway }) =>
      path.startsWith("/ai-gateway/") ? gateway.asked(model) : securable(gateway.endpointNamed(model)),
    action: "endpoint.query",
    run: async ({ gateway }, permit, { model: _, ...body }, call) =>
      replyOf(await gateway.invoke.embeddings(permit, askingOf(body, call))),
  }),
);
