import { traceHeadersOf } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { type CredentialPorts, credentialsOf } from "./credentials.ts";
import type { Sources } from "./ports.ts";

/** Models of this server by their names; those of providers with the credentials that the endpoint has. */
export function createSources(models: Models, credentials: CredentialPorts): Sources {
  return {
    chat: async (permit, { source }) => {
      if (source.kind === "foundation") return models.chat(source.model, traceHeadersOf(permit));
      return models.providers.chat(source, await credentialsOf(credentials, permit, source), traceHeadersOf(permit));
    },
    embedding: async (permit, { source }) => {
      if (source.kind === "foundation") return models.embedding(source.model);
      const opened = await credentialsOf(credentials, permit, source);
      return models.providers.embedding(source, opened, traceHeadersOf(permit));
    },
  };
}
