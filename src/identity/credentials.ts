import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { Fault } from "#wire/errors.ts";
import { isScope, type Scope } from "#wire/scopes.ts";
import { PERSONAL_TOKEN_SECONDS, SECRET_SECONDS } from "./limits.ts";
import { checkScopes, DEFAULT_SCOPES } from "./scopes.ts";
import { digestOf, mintPersonalToken, mintSecret } from "./secrets.ts";
import type { credentialStore, LiveCredential } from "./store/credentials.ts";
import type { DirectoryStore, PrincipalKind } from "./store/directory.ts";

/** A credential as found live: its scopes are explicit. */
export type Live = Omit<LiveCredential, "scopes"> & { readonly scopes: readonly Scope[] };

/** A credential just made; `secret` or `token` is shown this once and kept nowhere. */
export interface MadeSecret {
  readonly id: string;
  readonly secret: string;
  readonly scopes: readonly Scope[];
  readonly expires_at_ms: number;
}

export interface MadeToken {
  readonly id: string;
  readonly token: string;
  readonly scopes: readonly Scope[];
  readonly expires_at_ms: number;
}

export type Credentials = ReturnType<typeof createCredentials>;

interface CredentialPorts {
  readonly store: ReturnType<typeof credentialStore>;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Service principal secrets and personal access tokens. Both are random, stored as their digest, scoped and bounded in time. */
export function createCredentials({ store, directory, clock, ids }: CredentialPorts) {
  const now = (): Date => new Date(clock.now_ms());
  const row = async (principal_id: string, kinds: readonly PrincipalKind[], terms: Terms, default_s: number) => {
    const principal = await directory.byId(principal_id);
    if (!principal || !kinds.includes(principal.kind)) {
      throw new Fault("RESOURCE_DOES_NOT_EXIST", `No ${kinds.join(" or ")} has the id '${principal_id}'.`);
    }
    const lifetime_s = terms.lifetime_s ?? default_s;
    if (!(lifetime_s > 0 && lifetime_s <= default_s)) {
      throw new Fault("INVALID_PARAMETER_VALUE", `A lifetime must lie between 1 and ${default_s} seconds.`);
    }
    const scopes = checkScopes(terms.scopes?.length ? terms.scopes : DEFAULT_SCOPES);
    const expires_at = new Date(clock.now_ms() + lifetime_s * 1000);
    return { id: ids.uuid(), principal_id, scopes, created_at: now(), expires_at };
  };
  return {
    secrets: {
      /**
       * A secret for client_credentials. Without `scopes` it may ask for everything.
       * @throws Fault RESOURCE_DOES_NOT_EXIST, INVALID_SCOPE, INVALID_PARAMETER_VALUE (lifetime).
       */
      create: async (principal_id: string, terms: Terms = {}): Promise<MadeSecret> => {
        const secret = mintSecret();
        const made = await row(principal_id, ["service_principal"], terms, SECRET_SECONDS);
        await store.insertSecret({ ...made, hash: digestOf(secret) });
        return { id: made.id, secret, scopes: made.scopes, expires_at_ms: made.expires_at.getTime() };
      },
      /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
      delete: async (id: string): Promise<void> => {
        if (!(await store.removeSecret(id))) throw missing("secret", id);
      },
    },
    tokens: {
      /** A personal access token of a user or service principal. @throws as `secrets.create`. */
      create: async (principal_id: string, terms: Terms & { readonly comment?: string } = {}): Promise<MadeToken> => {
        const token = mintPersonalToken();
        const made = await row(principal_id, ["user", "service_principal"], terms, PERSONAL_TOKEN_SECONDS);
        await store.insertToken({ ...made, hash: digestOf(token), comment: terms.comment ?? "" });
        return { id: made.id, token, scopes: made.scopes, expires_at_ms: made.expires_at.getTime() };
      },
      /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
      revoke: async (id: string): Promise<void> => {
        if (!(await store.revokeToken(id, now()))) throw missing("personal access token", id);
      },
    },
    /** The live secret of a service principal that matches, or undefined. */
    liveSecret: async (principal_id: string, secret: string): Promise<Live | undefined> =>
      scoped(await store.liveSecret(principal_id, digestOf(secret), now())),
    /** The live personal access token, or undefined. */
    liveToken: async (token: string): Promise<Live | undefined> =>
      scoped(await store.liveToken(digestOf(token), now())),
  };
}

interface Terms {
  readonly scopes?: readonly string[];
  /** Seconds. */
  readonly lifetime_s?: number;
}

function scoped(found: LiveCredential | undefined): Live | undefined {
  return found && { ...found, scopes: found.scopes.filter(isScope) };
}

const missing = (kind: string, id: string): Fault =>
  new Fault("RESOURCE_DOES_NOT_EXIST", `No live ${kind} has the id '${id}'.`);
