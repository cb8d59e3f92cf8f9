import { Fault } from "#wire/errors.ts";
import { CLIENT_CREDENTIALS, TOKEN_EXCHANGE } from "#wire/oauth/grants.ts";
import type { TokenResponse } from "#wire/oauth/token.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { clientCredentials } from "./grants/client-credentials.ts";
import type { ClaimedClient, Grant, GrantContext } from "./grants/grant.ts";
import { tokenExchange } from "./grants/token-exchange.ts";

/** The grants there are. Metadata advertises these and no other. */
export const grants: Readonly<Record<string, Grant>> = Object.freeze({
  [CLIENT_CREDENTIALS]: clientCredentials,
  [TOKEN_EXCHANGE]: tokenExchange,
});

type Form = Readonly<Record<string, string | undefined>>;

interface EndpointPorts extends Omit<GrantContext, "now_s" | "issue"> {
  readonly accessTokens: AccessTokens;
}

/**
 * `POST /oidc/v1/token`: dispatches on `grant_type`. `authorization` is the request's header, of which only Basic counts.
 * @throws Fault UNSUPPORTED_GRANT_TYPE naming it, INVALID_CLIENT, INVALID_SCOPE, ACCESS_DENIED, INVALID_GRANT, BAD_REQUEST.
 */
export async function answerTokenRequest(
  ports: EndpointPorts,
  form: Form,
  authorization: string | undefined,
): Promise<TokenResponse> {
  const type = form.grant_type;
  if (!type) throw new Fault("BAD_REQUEST", "The parameter 'grant_type' is missing.");
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
  if (!grant) {
    throw new Fault(
      "UNSUPPORTED_GRANT_TYPE",
      `The grant type '${type.slice(0, 100)}' is not supported. Use one of: ${Object.keys(grants).join(", ")}.`,
    );
  }
  const client = claimedClient(form, authorization);
  const now_s = Math.floor(ports.clock.now_ms() / 1000);
  const issue: GrantContext["issue"] = async (terms, issued_token_type) => ({
    access_token: await ports.accessTokens.sign(terms),
    token_type: "Bearer",
    expires_in: terms.expires_at_s - now_s,
    scope: terms.scopes.join(" "),
    issued_token_type,
  });
  return grant({ ...ports, now_s, issue }, { form, ...(client && { client }) });
}

/** RFC 6749 section 2.3.1: Basic or the body, never both. */
function claimedClient(form: Form, authorization: string | undefined): ClaimedClient | undefined {
  const { client_id, client_secret } = form;
  const basic = basicOf(authorization);
  if (basic && client_secret)
    throw new Fault("BAD_REQUEST", "Send the client's secret once: in the header or the body.");
  if (basic && client_id && client_id !== basic.id)
    throw new Fault("BAD_REQUEST", "The header and the body name different clients.");
  if (basic) return basic;
  return client_id ? { id: client_id, ...(client_secret && { secret: client_secret }) } : undefined;
}

function basicOf(authorization: string | undefined): ClaimedClient | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "")?.[1];
  if (!encoded) return undefined;
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  return id ? { id: decoded(id), ...(secret && { secret: decoded(secret) }) } : undefined;
}

/** The specification form-encodes both parts; the SDKs do not. Ids and secrets of ours read the same either way. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch (thrown) {
    if (thrown instanceof URIError) return part;
    throw thrown;
  }
}
