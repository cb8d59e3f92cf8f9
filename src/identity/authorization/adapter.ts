import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from "oidc-provider";
import type { Clock } from "#base/clock.ts";
import { digestOf } from "../secrets.ts";
import type { AuthorizationModelRow, AuthorizationStore } from "../store/authorization.ts";
import type { Vault } from "../vault.ts";
import type { ClientSource } from "./clients.ts";

/** A model that its maker gives no end lives as long as the longest of ours. */
const LONGEST_S = 90 * 24 * 60 * 60;

interface AdapterPorts {
  readonly store: AuthorizationStore;
  readonly vault: Vault;
  readonly clients: ClientSource;
  readonly clock: Clock;
}

/**
 * oidc-provider's storage: rows are found by the digest of what a browser or client holds, and their payload is sealed, so that
 * whoever reads the database can neither replay a session nor redeem a code.
 */
export function createAdapters(ports: AdapterPorts): AdapterFactory {
  return (kind) => (kind === "Client" ? clientAdapter(ports.clients) : modelAdapter(kind, ports));
}

function modelAdapter(kind: string, { store, vault, clock }: AdapterPorts): Adapter {
  const now = (): Date => new Date(clock.now_ms());
  const purpose = (id: string): string => `authorization:${kind}:${id}`;
  const open = (row: AuthorizationModelRow | undefined): AdapterPayload | undefined => {
    if (!row) return undefined;
    const payload: AdapterPayload = JSON.parse(vault.unseal(purpose(row.id), row).toString());
    return row.consumed_at ? { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) } : payload;
  };
  return {
    upsert: async (held, payload, expires_in_s = LONGEST_S) => {
      const id = digestOf(held);
      const row: AuthorizationModelRow = {
        ...vault.seal(purpose(id), Buffer.from(JSON.stringify(payload))),
        kind,
        id,
        uid: payload.uid ?? null,
        grant_id: payload.grantId ?? null,
        consumed_at: null,
        expires_at: new Date(clock.now_ms() + expires_in_s * 1000),
      };
      await store.upsert(row, now());
    },
    find: async (held) => open(await store.byId(kind, digestOf(held), now())),
    findByUid: async (uid) => open(await store.byUid(kind, uid, now())),
    // Only the device flow has user codes, and it is not offered.
    findByUserCode: () => Promise.resolve(undefined),
    consume: async (held) => {
      const id = digestOf(held);
      if (await store.consume(kind, id, now())) return;
      // Of two requests with one code or refresh token at the same time this is the second: one of them is a thief's.
      const row = await store.byId(kind, id, now());
      // The first may not have written its tokens yet: without the grant itself they open nothing when it has.
      if (row?.grant_id) {
        await store.remove("Grant", digestOf(row.grant_id));
        await store.removeGrant(row.grant_id);
      }
      throw new errors.InvalidGrant("it was used already");
    },
    destroy: (held) => store.remove(kind, digestOf(held)),
    revokeByGrantId: (grant_id) => store.removeGrant(grant_id),
  };
}

function clientAdapter(clients: ClientSource): Adapter {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    find: (id) => clients.find(id),
    upsert: nothing,
    findByUid: nothing,
    findByUserCode: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}
