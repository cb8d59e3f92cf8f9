import type { Permit } from "#kernel/mod.ts";
import type { AnswerModel, EmbeddingModel } from "#models/mod.ts";
import type { Destination } from "./asked.ts";

/** Where a served model's answers come from. Implemented in `sources.ts`. */
export interface Sources {
  /** @throws Fault when its credentials cannot be had, or no such model is configured here. */
  chat(permit: Permit<"endpoint.query">, entity: Destination): Promise<AnswerModel>;
  /** @throws as `chat`. */
  embedding(permit: Permit<"endpoint.query">, entity: Destination): Promise<EmbeddingModel>;
}
