import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { isScope, type Scope } from "#wire/scopes.ts";
import { PERSONAL_TOKEN_SECONDS, PERSONAL_TOKENS_MAX, SECRET_SECONDS, SECRETS_MAX } from "./limits.ts";
import { checkScopes, DEFAULT_SCOPES } from "./scopes.ts";
import { digestOf, mintPersonalToken, mintSecret } from "./secrets.ts";
import type { CredentialRow, LiveCredential, TokenRow } from "./store/credentials.ts";
import type { DirectoryStore, PrincipalKind } from "./store/directory.ts";
import type { SecretStore } from "./store/secrets.ts";
import type { SubjectStore } from "./store/subjects.ts";
import type { TokenStore } from "./store/tokens.ts";

/** A credential as found live: its scopes are explicit. */
export type Live = Omit<LiveCredential, "scopes"> & { readonly scopes: readonly Scope[] };

/** A credential just made; `secret` or `token` is shown this once and kept nowhere. */
export interface MadeSecret extends CredentialRow {
  readonly secret: string;
  readonly scopes: readonly Scope[];
}

export interface MadeToken extends TokenRow {
  readonly token: string;
  readonly scopes: readonly Scope[];
}

export interface SecretTerms {
  readonly scopes?: readonly string[] | undefined;
  /** Seconds. */
  readonly lifetime_s?: number | undefined;
}

export interface TokenTermsAsked extends SecretTerms {
  readonly comment?: string | undefined;
  /** Id of whoever makes it, when that is not whom it speaks for. */
  readonly created_by?: string;
}

/** What belongs into the transaction of a change: the record of whoever asked for it. */
export type Within = (transaction: Transaction) => Promise<void>;

const nothing: Within = async () => {};

export type Credentials = ReturnType<typeof createCredentials>;

interface CredentialPorts {
  readonly secrets: SecretStore;
  readonly tokens: TokenStore;
  readonly directory: DirectoryStore;
  readonly subjects: SubjectStore;
  readonly clock: Clock;
  readonly ids: IdSource;
}

const BEARER_OF = "personal-access-token/";

/** The client of a token that was given for a personal access token, and ends with it. */
export const bearerOf = (token_id: string): string => `${BEARER_OF}${token_id}`;

/** Service principal secrets and personal access tokens. Both are random, stored as their digest, scoped and bounded in time. */
export function createCredentials({ secrets, tokens, directory, subjects, clock, ids }: CredentialPorts) {
  const now = (): Date => new Date(clock.now_ms());
  const row = async (
    principal_id: string,
    kinds: readonly PrincipalKind[],
    terms: SecretTerms,
    seconds_max: number,
    transaction: Transaction,
  ) => {
    const principal = await directory.byId(principal_id, transaction);
    if (!principal || !kinds.includes(principal.kind)) {
      const said = kinds.join(" or ").replaceAll("_", " ");
      throw new Fault("RESOURCE_DOES_NOT_EXIST", `No ${said} has the id '${principal_id}'.`);
    }
    const lifetime_s = terms.lifetime_s ?? seconds_max;
    if (!(Number.isInteger(lifetime_s) && lifetime_s > 0 && lifetime_s <= seconds_max)) {
      throw new Fault("INVALID_PARAMETER_VALUE", `A lifetime must lie between 1 and ${seconds_max} seconds.`);
    }
    const scopes = checkScopes(terms.scopes?.length ? terms.scopes : DEFAULT_SCOPES);
    const created_at = now();
    const expires_at = new Date(created_at.getTime() + lifetime_s * 1000);
    return { id: ids.uuid(), principal_id, scopes, created_at, expires_at };
  };
  return {
    secrets: {
      /**
       * A secret for client_credentials. Without `scopes` it may ask for everything.
       * @throws Fault RESOURCE_DOES_NOT_EXIST, INVALID_SCOPE, INVALID_PARAMETER_VALUE (lifetime), QUOTA_EXCEEDED.
       */
      create: (principal_id: string, terms: SecretTerms = {}, within: Within = nothing): Promise<MadeSecret> =>
        directory.locked(principal_id, async (transaction) => {
          const made = await row(principal_id, ["service_principal"], terms, SECRET_SECONDS, transaction);
          const present = await secrets.list(principal_id, transaction);
          if (present.filter((one) => one.expires_at > now()).length >= SECRETS_MAX)
            throw new Fault(
              "QUOTA_EXCEEDED",
              `A service principal has at most ${SECRETS_MAX} live secrets. Delete one first.`,
            );
          const secret = mintSecret();
          const kept = { ...made, hash: digestOf(secret) };
          await secrets.insert(transaction, kept);
          await within(transaction);
          return { ...kept, secret };
        }),
      /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
      delete: (principal_id: string, id: string, within: Within = nothing): Promise<void> =>
        directory.locked(principal_id, async (transaction) => {
          if (!(await secrets.remove(transaction, principal_id, id))) throw missing("secret", id);
          await within(transaction);
        }),
    },
    tokens: {
      /** A personal access token of a user or service principal. @throws as `secrets.create`. */
      create: (principal_id: string, terms: TokenTermsAsked = {}, within: Within = nothing): Promise<MadeToken> =>
        directory.locked(principal_id, async (transaction) => {
          const kinds = ["user", "service_principal"] as const;
          const made = await row(principal_id, kinds, terms, PERSONAL_TOKEN_SECONDS, transaction);
          if ((await tokens.countLive(principal_id, now(), transaction)) >= PERSONAL_TOKENS_MAX)
            throw new Fault(
              "QUOTA_EXCEEDED",
              `A principal has at most ${PERSONAL_TOKENS_MAX} tokens. Revoke one first.`,
            );
          const token = mintPersonalToken();
          const { comment = "", created_by = principal_id } = terms;
          const kept = { ...made, hash: digestOf(token), comment, created_by };
          await tokens.insert(transaction, kept);
          await within(transaction);
          return { ...kept, token };
        }),
      /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
      revoke: (id: string, within: Within = nothing): Promise<void> =>
        tokens.change(async (transaction) => {
          if (!(await tokens.revoke(transaction, id, now()))) throw missing("token", id);
          await within(transaction);
        }),
    },
    /** The live secret of a service principal that matches, or undefined. */
    liveSecret: async (principal_id: string, secret: string): Promise<Live | undefined> =>
      scoped(await secrets.live(principal_id, digestOf(secret), now())),
    /** Whether the personal access token of which a client is the bearer lives; true of any other client. */
    isClientLive: async (client: string): Promise<boolean> => {
      if (!client.startsWith(BEARER_OF)) return true;
      return (await subjects.liveTokenById(client.slice(BEARER_OF.length), now())) !== undefined;
    },
    /** The live personal access token, or undefined. */
    liveToken: async (token: string): Promise<Live | undefined> =>
      scoped(await subjects.liveToken(digestOf(token), now())),
  };
}

function scoped(found: LiveCredential | undefined): Live | undefined {
  return found && { ...found, scopes: found.scopes.filter(isScope) };
}

/** As the gate says of a securable that is missing or hidden, so that both read alike. */
function missing(kind: "secret" | "token", id: string): Fault {
  return new Fault("RESOURCE_DOES_NOT_EXIST", `No live ${kind} has the id '${id}'.`);
}
