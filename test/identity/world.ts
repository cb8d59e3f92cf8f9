import { randomBytes } from "node:crypto";
import { silentLog } from "#base/log.ts";
import { systemIds } from "#host/mod.ts";
import { createIdentity, type Identity, type IdentityOptions } from "#identity/mod.ts";
import { type Actor, Doorway } from "#kernel/mod.ts";
import type { Egress } from "#net/mod.ts";
import type { TokenResponse } from "#wire/oauth/token.ts";
import { freshDatabase } from "../world/database.ts";
import { memoryJournal } from "../world/journal.ts";

export const ISSUER = "https://lake.example/oidc";
export const WORKSPACE = "4711";
export const ACCOUNT = "0b0b7b6e-account";

/** Identity on a database of its own, with a clock that the test moves. */
export interface IdentityWorld extends AsyncDisposable {
  readonly identity: Identity;
  readonly options: IdentityOptions;
  readonly journal: ReturnType<typeof memoryJournal>;
  /** A request to the token endpoint. */
  token(form: Readonly<Record<string, string>>, authorization?: string): Promise<TokenResponse>;
  /** The actors there are; a test adds and removes. */
  readonly actors: Map<string, Actor>;
  now_ms: number;
}

/** An egress with no way out. */
const closedEgress: Egress = {
  fetch: (url) => Promise.reject(new Error(`Nothing may be fetched here: ${url}`)),
  open: (url) => Promise.reject(new Error(`Nothing may be fetched here: ${url}`)),
  close: async () => {},
};

export async function identityWorld(overrides: Partial<IdentityOptions> = {}): Promise<IdentityWorld> {
  const database = await freshDatabase();
  const actors = new Map<string, Actor>();
  const world = { now_ms: Date.now() };
  const journal = memoryJournal();
  const options: IdentityOptions = {
    db: database.db,
    clock: { now_ms: () => world.now_ms },
    ids: systemIds,
    log: silentLog,
    egress: closedEgress,
    issuer: ISSUER,
    workspace: WORKSPACE,
    account_id: ACCOUNT,
    mayUseTokens: async () => true,
    actors: { find: async (kind, name) => [...actors.values()].find((one) => one.kind === kind && one.name === name) },
    audit: journal,
    rights: { rename: async () => {}, retire: async () => {} },
    sealing_key: randomBytes(32),
    ...overrides,
  };
  const identity = await createIdentity(options);
  return Object.assign(world, {
    identity,
    options,
    journal,
    token: (form: Readonly<Record<string, string>>, authorization?: string) =>
      identity.token({ form, authorization, doorway: doorway() }),
    actors,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  });
}

/** A passage through HTTP of a request of its own. */
export const doorway = (trace_id = systemIds.hex(16)): Doorway =>
  new Doorway("http", { request_id: systemIds.uuid(), trace_id, source_ip: "127.0.0.1", user_agent: "test" });

/** For `assert.rejects`: a Fault of this code, its message matching. */
export function fault(code: string, message = /./): (thrown: unknown) => boolean {
  return (thrown) =>
    thrown instanceof Error && "code" in thrown && thrown.code === code && message.test(thrown.message);
}

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
