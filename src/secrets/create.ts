import type { Clock } from "#base/clock.ts";
import type { Database } from "#db/mod.ts";
import {
  ADMINS,
  assertPermit,
  EVERYONE,
  type FactSource,
  type NamedRights,
  type Permit,
  type Sealing,
  secretScope,
  type Transaction,
  type What,
  workspace,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { NAME_CHARACTERS_MAX, SCOPES_MAX, SECRETS_MAX, VALUE_BYTES_MAX } from "./limits.ts";
import { type Acl, namedRights, type SecretEntry, secretStore } from "./store.ts";

export interface SecretsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly sealing: Sealing;
  /** Whether rights may be given to this name. */
  readonly isPrincipal: (name: string) => Promise<boolean>;
}

export interface Secrets {
  /** Facts of secret scopes: the administrators own each. */
  readonly facts: FactSource;
  readonly rights: NamedRights;
  /** All scopes, unfiltered: pass them through `gate.filter` before anyone sees one. */
  candidates(permit: Permit<"secret_scope.list">): Promise<readonly What[]>;
  /** Whoever makes it may manage it, or everybody. @throws Fault INVALID_PARAMETER_VALUE, RESOURCE_ALREADY_EXISTS, QUOTA_EXCEEDED. */
  createScope(permit: Permit<"secret_scope.create">, name: string, isEverybodys: boolean): Promise<void>;
  /** With all that is in it. */
  deleteScope(permit: Permit<"secret_scope.delete">): Promise<void>;
  /** @throws Fault INVALID_PARAMETER_VALUE (key, length), QUOTA_EXCEEDED. */
  put(permit: Permit<"secret.put">, key: string, value: Uint8Array): Promise<void>;
  /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
  get(permit: Permit<"secret.get">, key: string): Promise<Uint8Array>;
  list(permit: Permit<"secret.list">): Promise<readonly SecretEntry[]>;
  /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
  delete(permit: Permit<"secret.delete">, key: string): Promise<void>;
  /** Instead of what the principal had. @throws Fault RESOURCE_DOES_NOT_EXIST when there is no such principal. */
  putAcl(permit: Permit<"secret_acl.update">, acl: Acl): Promise<void>;
  /** @throws Fault RESOURCE_DOES_NOT_EXIST when the principal has no right of its own there. */
  deleteAcl(permit: Permit<"secret_acl.update">, principal: string): Promise<void>;
  acls(permit: Permit<"secret_acl.read">): Promise<readonly Acl[]>;
}

/** Opens the secrets on their database. */
export function createSecrets({ db, clock, sealing, isPrincipal }: SecretsOptions): Secrets {
  const store = secretStore(db);
  /** A change and its record, both or neither. */
  const change = (
    permit: { settleIn: Permit<"secret.put">["settleIn"] },
    work: (transaction: Transaction) => Promise<void>,
  ): Promise<void> =>
    store.change(async (transaction) => {
      await work(transaction);
      await permit.settleIn(transaction, { status: "ok" });
    });
  return {
    facts: {
      load: async (whats) => {
        const { version, scopes } = await store.facts(whats.map(({ name }) => name));
        return whats.map((what) => {
          const acls = scopes.get(what.name);
          const grants = acls?.map(({ principal, permission }) => ({ principal, privileges: [permission] }));
          const chain = [
            ...(grants ? [{ what, owner: ADMINS, grants }] : []),
            { what: workspace, owner: ADMINS, grants: [] },
          ];
          return { what, found: acls !== undefined, chain, policies: [], version };
        });
      },
    },
    rights: namedRights(db),

    candidates: async (permit) => {
      assertPermit(permit, "secret_scope.list");
      return (await store.scopeNames()).map(secretScope);
    },
    createScope: (permit, name, isEverybodys) => {
      assertPermit(permit, "secret_scope.create");
      assertName("scope", name);
      return change(permit, async (transaction) => {
        if ((await store.scopeNames(transaction)).length >= SCOPES_MAX)
          throw new Fault("QUOTA_EXCEEDED", `There are at most ${SCOPES_MAX} secret scopes. Delete one first.`);
        if (!(await store.insertScope(transaction, name, new Date(clock.now_ms()))))
          throw new Fault("RESOURCE_ALREADY_EXISTS", `Scope ${name} already exists!`);
        const principal = isEverybodys ? EVERYONE : permit.who.subject.name;
        await store.putAcl(transaction, name, { principal, permission: "MANAGE" });
      });
    },
    deleteScope: (permit) => {
      assertPermit(permit, "secret_scope.delete");
      return change(permit, async (transaction) => {
        if (!(await store.removeScope(transaction, permit.what.name))) throw gone(permit.what.name);
      });
    },

    put: (permit, key, value) => {
      assertPermit(permit, "secret.put");
      assertName("key", key);
      if (value.length > VALUE_BYTES_MAX)
        throw new Fault("INVALID_PARAMETER_VALUE", `A secret has at most ${VALUE_BYTES_MAX} bytes.`);
      const { name: scope } = permit.what;
      return change(permit, async (transaction) => {
        const present = await store.list(scope, transaction);
        if (present.length >= SECRETS_MAX && !present.some((one) => one.key === key))
          throw new Fault("QUOTA_EXCEEDED", `A scope has at most ${SECRETS_MAX} secrets. Delete one first.`);
        if (!(await store.scopeNames(transaction)).includes(scope)) throw gone(scope);
        const sealed = sealing.seal(purposeOf(scope, key), value);
        await store.put(transaction, scope, key, sealed, new Date(clock.now_ms()));
      });
    },
    get: async (permit, key) => {
      assertPermit(permit, "secret.get");
      const { name: scope } = permit.what;
      const found = await store.find(scope, key);
      if (!found) throw missing(scope, key);
      return sealing.unseal(purposeOf(scope, key), found);
    },
    list: (permit) => {
      assertPermit(permit, "secret.list");
      return store.list(permit.what.name);
    },
    delete: (permit, key) => {
      assertPermit(permit, "secret.delete");
      const { name: scope } = permit.what;
      return change(permit, async (transaction) => {
        if (!(await store.remove(transaction, scope, key))) throw missing(scope, key);
      });
    },

    putAcl: async (permit, { principal, permission }) => {
      assertPermit(permit, "secret_acl.update");
      if (!(await isPrincipal(principal)))
        throw new Fault(
          "RESOURCE_DOES_NOT_EXIST",
          `There is no user, group or service principal '${principal.slice(0, NAME_CHARACTERS_MAX)}'.`,
        );
      const { name: scope } = permit.what;
      await change(permit, async (transaction) => {
        if (!(await store.scopeNames(transaction)).includes(scope)) throw gone(scope);
        await store.putAcl(transaction, scope, { principal, permission });
      });
    },
    deleteAcl: (permit, principal) => {
      assertPermit(permit, "secret_acl.update");
      return change(permit, async (transaction) => {
        if (!(await store.removeAcl(transaction, permit.what.name, principal))) throw noAcl(principal);
      });
    },
    acls: (permit) => {
      assertPermit(permit, "secret_acl.read");
      return store.acls(permit.what.name);
    },
  };
}

/** Ties a sealed value to its place, so that whoever can write to the database cannot show one scope's secret in another. */
const purposeOf = (scope: string, key: string): string => `secret:${scope}/${key}`;

/** Source: databricks-sdk-py `service/workspace.py` SecretsAPI. */
function assertName(word: "scope" | "key", name: string): void {
  if (/^[\w.@-]+$/.test(name) && name.length <= NAME_CHARACTERS_MAX) return;
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `A ${word} has letters, digits, '-', '_', '@' and '.', at most ${NAME_CHARACTERS_MAX} in all.`,
  );
}

const gone = (scope: string): Fault =>
  new Fault("RESOURCE_DOES_NOT_EXIST", `Secret scope '${scope}' does not exist any more.`);

const missing = (scope: string, key: string): Fault =>
  new Fault(
    "RESOURCE_DOES_NOT_EXIST",
    `Secret does not exist with scope: ${scope} and key: ${key.slice(0, NAME_CHARACTERS_MAX)}`,
  );

const noAcl = (principal: string): Fault =>
  new Fault(
    "RESOURCE_DOES_NOT_EXIST",
    `'${principal.slice(0, NAME_CHARACTERS_MAX)}' has no permission of its own in this scope.`,
  );
