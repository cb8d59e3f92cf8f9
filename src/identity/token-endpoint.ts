import type { Doorway } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import {
  ACCESS_TOKEN_TYPE,
  AUTHORIZATION_CODE,
  CLIENT_CREDENTIALS,
  JWT_BEARER,
  REFRESH_TOKEN,
  TOKEN_EXCHANGE,
} from "#wire/oauth/grants.ts";
import type { TokenResponse } from "#wire/oauth/token.ts";
import type { TokenTerms } from "./access-tokens.ts";
import type { ClientGuard } from "./attempts/client-guard.ts";
import { readDetails } from "./authorization-details.ts";
import { clientCredentials } from "./grants/client-credentials.ts";
import type { ClaimedClient, Grant, GrantContext } from "./grants/grant.ts";
import { jwtBearer } from "./grants/jwt-bearer.ts";
import { person } from "./grants/person.ts";
import { tokenExchange } from "./grants/token-exchange.ts";
import type { Attempt, IssueRecords } from "./issue-record.ts";

/** The grants there are. Metadata advertises these and no other. */
export const grants: Readonly<Record<string, Grant>> = Object.freeze({
  [AUTHORIZATION_CODE]: person,
  [REFRESH_TOKEN]: person,
  [CLIENT_CREDENTIALS]: clientCredentials,
  [TOKEN_EXCHANGE]: tokenExchange,
  [JWT_BEARER]: jwtBearer,
});

type Form = Readonly<Record<string, string | undefined>>;

interface EndpointPorts extends Omit<GrantContext, "attempt" | "now_s" | "issue"> {
  readonly records: IssueRecords;
  readonly guard: ClientGuard;
}

/** A request to the token endpoint. `authorization` is its header, of which only Basic counts. */
export interface TokenRequest {
  readonly form: Form;
  readonly authorization?: string | undefined;
  readonly doorway: Doorway;
}

/**
 * `POST /oidc/v1/token`: dispatches on `grant_type`. What it did is in the journal before the answer leaves.
 * @throws Fault UNSUPPORTED_GRANT_TYPE naming it, INVALID_CLIENT, INVALID_SCOPE, ACCESS_DENIED, INVALID_GRANT, BAD_REQUEST,
 *   RESOURCE_EXHAUSTED with Retry-After after too many failures.
 */
export async function answerTokenRequest(ports: EndpointPorts, request: TokenRequest): Promise<TokenResponse> {
  const { form, authorization, doorway } = request;
  const attempt: Attempt = { grant: Object.hasOwn(grants, form.grant_type ?? "") ? form.grant_type : undefined };
  const started_ms = ports.clock.now_ms();
  const client_id = basicOf(authorization)?.id ?? form.client_id;
  const { answer, terms } = await ports
    .guard(client_id, doorway, () => granted(ports, request, attempt, Math.floor(started_ms / 1000)))
    .catch(async (thrown: unknown) => {
      await ports.records.refused(attempt, thrown, doorway, started_ms);
      throw thrown;
    });
  await ports.records.issued(attempt, terms, doorway, started_ms);
  return answer;
}

async function granted(ports: EndpointPorts, { form, authorization }: TokenRequest, attempt: Attempt, now_s: number) {
  const grant = grantOf(form.grant_type);
  const client = claimedClient(form, authorization);
  const details = form.authorization_details ? readDetails(form.authorization_details) : undefined;
  const { terms: earned, answer: signed } = await grant(
    { ...ports, attempt, now_s },
    { form, ...(client && { client }) },
  );
  if (details && signed)
    throw new Fault(
      "BAD_REQUEST",
      "'authorization_details' cannot be asked for in a login: ask by jwt-bearer after it.",
    );
  const terms: TokenTerms = details ? { ...earned, details } : earned;
  const answer: TokenResponse = signed ?? {
    access_token: await ports.accessTokens.sign(terms),
    token_type: "Bearer",
    expires_in: terms.expires_at_s - now_s,
    scope: terms.scopes.join(" "),
    issued_token_type: ACCESS_TOKEN_TYPE,
    ...(details && { authorization_details: details }),
  };
  return { answer, terms };
}

function grantOf(type: string | undefined): Grant {
  if (!type) throw new Fault("BAD_REQUEST", "The parameter 'grant_type' is missing.");
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
  if (grant) return grant;
  throw new Fault(
    "UNSUPPORTED_GRANT_TYPE",
    `The grant type '${type.slice(0, 100)}' is not supported. Use one of: ${Object.keys(grants).join(", ")}.`,
  );
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
