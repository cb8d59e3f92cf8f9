import type { ModelTask } from "#agents/mod.ts";
import { refuse } from "../configuration/fields.ts";

/** Databricks' names of what a model can be asked by, as far as models of providers are asked so here. */
const tasks: Readonly<Record<string, ModelTask>> = {
  "mlflow/v1/chat/completions": "llm/v1/chat",
  "openai/v1/chat/completions": "llm/v1/chat",
  "anthropic/v1/messages": "llm/v1/chat",
  "mlflow/v1/embeddings": "llm/v1/embeddings",
  "openai/v1/embeddings": "llm/v1/embeddings",
};

/** The API types by which a service of a task is asked, whichever its models have. Each is a path beneath `/ai-gateway/`. */
export const supported: Readonly<Record<ModelTask, readonly string[]>> = {
  "llm/v1/chat": [
    "mlflow/v1/chat/completions",
    "openai/v1/responses",
    "anthropic/v1/messages",
    "gemini/v1beta/generateContent",
  ],
  "llm/v1/completions": [],
  "llm/v1/embeddings": ["mlflow/v1/embeddings"],
};

/** What a model is for, by the API types that are listed for it. @throws Fault INVALID_PARAMETER_VALUE */
export function taskOf(native_api_types: readonly string[], at: string): ModelTask {
  const found = new Set(native_api_types.flatMap((type) => tasks[type] ?? []));
  const [task] = found;
  if (!task) return refuse(`'${at}' must hold one of: ${Object.keys(tasks).join(", ")}.`);
  return found.size === 1 ? task : refuse(`'${at}' must be of chat or of embeddings, not of both.`);
}
