import type { Clock } from "#base/clock.ts";
import { Refusal } from "../refusal.ts";
import { digestOf } from "../secrets.ts";
import type { AttemptStore } from "../store/attempts.ts";
import {
  ADDRESS_FAILURES_MAX,
  CLIENT_AT_ADDRESS_FAILURES_MAX,
  CLIENT_FAILURES_MAX,
  PERSON_AT_ADDRESS_FAILURES_MAX,
  PROVEN_MS,
  PROVEN_RENEW_MS,
  REMEMBERED_MAX,
  REQUESTS_BURST,
  REQUESTS_PER_SECOND,
  WINDOW_MS,
} from "./limits.ts";
import { networkOf } from "./network.ts";
import { Recent } from "./recent.ts";
import { RequestRate } from "./requests.ts";
import { failuresIn, type Slots, slotOf, waitFor } from "./window.ts";

/** Who somebody claims to be, and from where. */
export interface Claim {
  readonly kind: "client" | "person";
  /** As it was sent; empty when none was. */
  readonly name: string;
  /** Of the connection, or of the browser as a trusted proxy names it. */
  readonly address: string;
}

/** What a failure says of: the credential of whom was claimed, or only that something was tried. */
export type Failure = "credential" | "other";

interface GuardPorts {
  readonly store: AttemptStore;
  readonly clock: Clock;
}

export type Guard = ReturnType<typeof createGuard>;

/**
 * Bounds what may be tried at the login and the token endpoint. Failures are counted in the database, for all servers on it;
 * requests are counted by each server. What one address did to a client never shuts out an address at which that client proved
 * itself within a day: nobody can be locked out where they work by somebody elsewhere.
 */
export function createGuard({ store, clock }: GuardPorts) {
  const requests = new RequestRate({
    per_second: REQUESTS_PER_SECOND,
    burst: REQUESTS_BURST,
    keys_max: REMEMBERED_MAX,
  });
  const written = new Recent<number>(REMEMBERED_MAX);
  return {
    /** @throws Refusal RESOURCE_EXHAUSTED with Retry-After, before anything is judged. */
    admit: async (claim: Claim): Promise<void> => {
      const now_ms = clock.now_ms();
      const { pair, whole, address } = keysOf(claim);
      const wait_ms = Math.max(
        ...[address, ...(claim.name === "" ? [] : [whole])].map((key) => requests.take(key, now_ms)),
      );
      if (wait_ms > 0) throw exhausted("REQUESTS_TOO_MANY", wait_ms);
      const slots = await store.failures([pair, whole, address], slotOf(now_ms, WINDOW_MS));
      const over = ({ key, max }: Bound): number => {
        const counted = slots.get(key) ?? NONE;
        return failuresIn(counted, now_ms, WINDOW_MS) < max ? 0 : waitFor(counted, max, now_ms, WINDOW_MS);
      };
      const own_ms = over({ key: pair, max: atAddress[claim.kind] });
      if (own_ms > 0) throw exhausted("FAILURES_TOO_MANY", own_ms);
      const others_ms = Math.max(
        over({ key: address, max: ADDRESS_FAILURES_MAX }),
        claim.kind === "client" ? over({ key: whole, max: CLIENT_FAILURES_MAX }) : 0,
      );
      if (others_ms > 0 && !(await store.isProven(pair, new Date(now_ms))))
        throw exhausted("FAILURES_TOO_MANY", others_ms);
    },

    /** Counts a failure: always to the address, and to whom was claimed when it was their credential that failed. */
    failed: async (claim: Claim, failure: Failure): Promise<void> => {
      const now_ms = clock.now_ms();
      const { pair, whole, address } = keysOf(claim);
      const slot = slotOf(now_ms, WINDOW_MS);
      const keys = failure === "credential" ? [pair, whole, address] : [address];
      await store.count(keys, slot, { now: new Date(now_ms), until: new Date((slot + 2) * WINDOW_MS) });
    },

    /** Remembers that whom was claimed proved themselves at this address. Successes are never counted. */
    succeeded: async (claim: Claim): Promise<void> => {
      const now_ms = clock.now_ms();
      const { pair } = keysOf(claim);
      if (now_ms - (written.get(pair) ?? Number.NEGATIVE_INFINITY) < PROVEN_RENEW_MS) return;
      await store.prove(pair, { now: new Date(now_ms), until: new Date(now_ms + PROVEN_MS) });
      written.set(pair, now_ms);
    },
  };
}

interface Bound {
  readonly key: string;
  readonly max: number;
}

const NONE: Slots = { before: 0, now: 0 };

const atAddress: Readonly<Record<Claim["kind"], number>> = {
  client: CLIENT_AT_ADDRESS_FAILURES_MAX,
  person: PERSON_AT_ADDRESS_FAILURES_MAX,
};

/** Of one length whatever was sent. A name in other case or width, or with blanks around it, is the same name. */
function keysOf({ kind, name, address }: Claim) {
  const who = `${kind} ${name.normalize("NFKC").trim().toLowerCase()}`;
  const at = networkOf(address);
  return { pair: digestOf(`${who}\n${at}`), whole: digestOf(who), address: digestOf(`address ${at}`) };
}

/** RFC 6585 section 4: 429 with Retry-After, in whole seconds. */
function exhausted(because: "REQUESTS_TOO_MANY" | "FAILURES_TOO_MANY", wait_ms: number): Refusal {
  const seconds = Math.max(1, Math.ceil(wait_ms / 1000));
  return new Refusal(because, "RESOURCE_EXHAUSTED", `Too many attempts. Try again in ${seconds} seconds.`, {
    headers: { "retry-after": String(seconds) },
  });
}
