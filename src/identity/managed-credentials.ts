import { assertPermit, isPermit, type Permit, scopesOf, type Who } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { Credentials, MadeSecret, MadeToken, SecretTerms, TokenTermsAsked, Within } from "./credentials.ts";
import { beyond, checkScopes, DEFAULT_SCOPES, quoted } from "./scopes.ts";
import type { CredentialRow, ListedToken, TokenChange, TokenFilter } from "./store/credentials.ts";
import type { DirectoryStore, PrincipalRow } from "./store/directory.ts";
import type { SecretStore } from "./store/secrets.ts";
import type { TokenStore } from "./store/tokens.ts";

interface ManagedPorts {
  readonly credentials: Credentials;
  readonly secrets: SecretStore;
  readonly tokens: TokenStore;
  readonly directory: DirectoryStore;
  readonly clock: { now_ms(): number };
}

/** What a token's update may say; `undefined` leaves as it is. */
export interface TokenUpdate {
  readonly comment?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Credentials as people manage them over REST. What is made opens no more than the token of the request does, and never on
 * behalf of somebody: an agent could keep its caller's rights past its turn.
 */
export function manageCredentials({ credentials, secrets, tokens, directory, clock }: ManagedPorts) {
  const now = (): Date => new Date(clock.now_ms());
  const principalOf = async ({
    what,
  }: Permit<"credential.create" | "credential.list" | "credential.delete" | "token.create_for">) =>
    present(what.name, (await directory.byId(what.name)) ?? (await directory.byName(what.name)));
  const listed = async (filter: TokenFilter): Promise<readonly ListedToken[]> => tokens.list(filter, now());
  return {
    secrets: {
      create: async (permit: Permit<"credential.create">, terms: SecretTerms): Promise<MadeSecret> => {
        assertPermit(permit, "credential.create");
        refuseWider(permit.who, terms.scopes);
        return credentials.secrets.create((await principalOf(permit)).id, terms, recorded(permit));
      },
      /** Those that are not deleted, oldest first. */
      list: async (
        permit: Permit<"credential.list">,
      ): Promise<readonly (CredentialRow & { readonly isLive: boolean })[]> => {
        assertPermit(permit, "credential.list");
        const found = await secrets.list((await principalOf(permit)).id);
        return found.map((one) => ({ ...one, isLive: one.expires_at > now() }));
      },
      delete: async (permit: Permit<"credential.delete">, id: string): Promise<void> => {
        assertPermit(permit, "credential.delete");
        await credentials.secrets.delete((await principalOf(permit)).id, id, recorded(permit));
      },
    },
    tokens: {
      /** One of the caller's own. */
      create: async (permit: Permit<"token.create">, terms: TokenTermsAsked): Promise<MadeToken> => {
        assertPermit(permit, "token.create");
        refuseWider(permit.who, terms.scopes);
        return credentials.tokens.create(permit.who.subject.id, terms, recorded(permit));
      },
      /** One that speaks for a service principal. */
      createFor: async (permit: Permit<"token.create_for">, terms: TokenTermsAsked): Promise<MadeToken> => {
        assertPermit(permit, "token.create_for");
        refuseWider(permit.who, terms.scopes);
        const { id } = await principalOf(permit);
        return credentials.tokens.create(id, { ...terms, created_by: permit.who.subject.id }, recorded(permit));
      },
      /** The caller's own. */
      list: async (permit: Permit<"token.list">): Promise<readonly ListedToken[]> => {
        assertPermit(permit, "token.list");
        return listed({ principal_id: permit.who.subject.id });
      },
      listAll: async (
        permit: Permit<"token.list_all">,
        filter: Pick<TokenFilter, "created_by" | "created_by_name">,
      ): Promise<readonly ListedToken[]> => {
        assertPermit(permit, "token.list_all");
        return listed(filter);
      },
      /** @throws Fault RESOURCE_DOES_NOT_EXIST when it ended meanwhile. */
      read: async (permit: Permit<"token.read" | "token.update">): Promise<ListedToken> => {
        if (!isPermit(permit, "token.read")) assertPermit(permit, "token.update");
        const [found] = await listed({ id: permit.what.name });
        return present(permit.what.name, found);
      },
      /** @throws Fault INVALID_SCOPE, PERMISSION_DENIED when it would open more than the token of the request. */
      update: async (permit: Permit<"token.update">, update: TokenUpdate): Promise<void> => {
        assertPermit(permit, "token.update");
        if (update.scopes) refuseWider(permit.who, update.scopes);
        const change: TokenChange = {
          ...(update.comment !== undefined && { comment: update.comment }),
          ...(update.scopes && { scopes: checkScopes(update.scopes) }),
        };
        await tokens.change(async (transaction) => {
          if (!(await tokens.update(transaction, permit.what.name, change, now())))
            present(permit.what.name, undefined);
          await recorded(permit)(transaction);
        });
      },
      delete: async (permit: Permit<"token.delete">): Promise<void> => {
        assertPermit(permit, "token.delete");
        await credentials.tokens.revoke(permit.what.name, recorded(permit));
      },
    },
  };
}

/** Closes the permit's record in the transaction of the change that it allows: the one is never there without the other. */
const recorded =
  (permit: Pick<Permit<"token.create">, "settleIn">): Within =>
  (transaction) =>
    permit.settleIn(transaction, { status: "ok" });

function refuseWider(who: Who, wanted: readonly string[] | undefined): void {
  if (who.actor)
    throw new Fault(
      "PERMISSION_DENIED",
      `The ${who.actor.kind} '${who.actor.name}' acts for somebody else here, and cannot make or change credentials of theirs.`,
    );
  const held = scopesOf(who);
  const excess = beyond(held, wanted?.length ? checkScopes(wanted) : DEFAULT_SCOPES);
  if (excess.length === 0) return;
  throw new Fault(
    "PERMISSION_DENIED",
    `Scopes ${quoted(excess)} are not assigned to the token of this request, so it cannot give them to another. Name 'scopes' of these: ${quoted(held)}.`,
  );
}

function present<T extends PrincipalRow | ListedToken>(id: string, row: T | undefined): T {
  if (row) return row;
  throw new Fault("RESOURCE_DOES_NOT_EXIST", `'${id}' does not exist any more.`);
}
