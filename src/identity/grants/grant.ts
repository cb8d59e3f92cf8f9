import type { Clock } from "#base/clock.ts";
import type { TokenResponse } from "#wire/oauth/token.ts";
import type { AccessTokens, TokenTerms } from "../access-tokens.ts";
import type { MayUseTokens } from "../authenticate.ts";
import type { AuthorizationServer } from "../authorization/server.ts";
import type { Credentials } from "../credentials.ts";
import type { IssuerKeys } from "../federation/issuer-keys.ts";
import type { Attempt } from "../issue-record.ts";
import type { DirectoryStore } from "../store/directory.ts";
import type { PolicyStore } from "../store/policies.ts";
import type { SubjectStore } from "../store/subjects.ts";

/** Who calls the token endpoint, as it says itself; not proven until a grant has checked the secret. */
export interface ClaimedClient {
  readonly id: string;
  readonly secret?: string;
}

export interface GrantRequest {
  readonly form: Readonly<Record<string, string | undefined>>;
  readonly client?: ClaimedClient;
}

/** What a grant stands on. */
export interface GrantContext {
  readonly directory: DirectoryStore;
  readonly credentials: Credentials;
  readonly policies: PolicyStore;
  readonly issuerKeys: IssuerKeys;
  readonly authorization: AuthorizationServer;
  readonly accessTokens: AccessTokens;
  readonly subjects: SubjectStore;
  readonly mayUseTokens: MayUseTokens;
  /** Numeric id of the workspace, the audience of its tokens. */
  readonly workspace: string;
  readonly clock: Clock;
  readonly now_s: number;
  /** A grant writes here whom it found, for the journal. */
  readonly attempt: Attempt;
}

/** What a request has earned; `answer` when the token was signed already, with what comes beside it. */
export interface Granted {
  readonly terms: TokenTerms;
  readonly answer?: TokenResponse;
}

/** One grant type of the token endpoint. @throws Fault when the request has earned nothing. */
export type Grant = (context: GrantContext, request: GrantRequest) => Promise<Granted>;
