import { type Permit, traceHeadersOf } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import type { Destination } from "./asked.ts";
import { type CredentialPorts, credentialsOf } from "./credentials.ts";
import type { Sources } from "./ports.ts";
import { type ReachPorts, reachEndpoint, reachProvider } from "./services/mod.ts";

/** A model of a provider's, and what opens it. */
type Asked = readonly [
  model: Parameters<Models["providers"]["chat"]>[0],
  opened: Parameters<Models["providers"]["chat"]>[1],
];

/** Models of this server by their names; those of providers with the credentials that the endpoint or the provider service has. */
export function createSources(models: Models, ports: CredentialPorts & ReachPorts): Sources {
  /** What is asked of a model is the same for each task; how it is had is told by where it comes from. */
  const reach =
    <T>(own: (name: string) => T, outside: (...asked: Asked) => T) =>
    async (permit: Permit<"endpoint.query">, { source }: Destination): Promise<T> => {
      if (source.kind === "foundation") return own(source.model);
      if (source.kind === "external") return outside(source, await credentialsOf(ports, permit, source));
      if (source.kind === "provider_service") {
        const { external, credentials } = await reachProvider(ports, permit, source);
        return outside(external, credentials);
      }
      const { lent, entity } = await reachEndpoint(ports, permit, source);
      if (entity.source.kind === "foundation") return own(entity.source.model);
      return outside(entity.source, await credentialsOf(ports, lent, entity.source));
    };
  return {
    chat: (permit, destination) => {
      const trace = traceHeadersOf(permit);
      return reach(
        (name) => models.chat(name, trace),
        (...asked) => models.providers.chat(...asked, trace),
      )(permit, destination);
    },
    embedding: (permit, destination) =>
      reach(
        (name) => models.embedding(name),
        (...asked) => models.providers.embedding(...asked, traceHeadersOf(permit)),
      )(permit, destination),
  };
}
