import type { ClientMetadata } from "oidc-provider";

/** OAuth clients by their id. */
export interface ClientSource {
  find(id: string): Promise<ClientMetadata | undefined>;
}

/**
 * The Databricks CLI and SDKs: a public client on a loopback port (8020 to 8040; RFC 8252 section 7.3 lets the port vary).
 * Source: databricks-sdk-go `u2m`, databricks-sdk-py `oauth.py`.
 */
const cli: ClientMetadata = {
  client_id: "databricks-cli",
  client_name: "Databricks CLI",
  application_type: "native",
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  redirect_uris: ["http://localhost:8020", "http://127.0.0.1:8020"],
};

export const builtInClients: ClientSource = {
  find: (id) => Promise.resolve(id === cli.client_id ? cli : undefined),
};

/** The first of several sources that knows the client. */
export function firstOf(sources: readonly ClientSource[]): ClientSource {
  return {
    find: async (id) => {
      for (const source of sources) {
        const found = await source.find(id);
        if (found) return found;
      }
      return undefined;
    },
  };
}

/** Whether the client has no secret: it is registered so, or describes itself by a document, which anyone may name. */
export async function isPublicClient(clients: ClientSource, id: string): Promise<boolean> {
  return URL.canParse(id) || (await clients.find(id))?.token_endpoint_auth_method === "none";
}
