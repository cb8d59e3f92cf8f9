import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "#base/clock.ts";
import { Fault } from "#wire/errors.ts";
import type { DirectoryStore, PrincipalRow } from "../store/directory.ts";
import type { PasswordStore } from "../store/passwords.ts";

const derive = promisify(argon2);

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** NIST SP 800-63B section 5.1.1.2: at least eight characters; and a bound, since hashing costs. */
const PASSWORD_CHARACTERS_MIN = 8;
const PASSWORD_CHARACTERS_MAX = 256;

/** Attempts that may fail before the account is locked, and for how long. */
const FAILURES_MAX = 10;
const LOCK_MS = 15 * 60 * 1000;

/** Hashes at a time: each takes 19 MiB and tens of milliseconds of a core. */
const HASHES_AT_ONCE = 4;

export interface Passwords {
  /** Sets a user's password. @throws Fault INVALID_PARAMETER_VALUE when it is too short or too long. */
  set(principal_id: string, password: string): Promise<void>;
  /**
   * The active user whose name and password these are; undefined for all else, which takes as long. Ten failures lock the
   * account for a quarter of an hour.
   */
  check(name: string, password: string): Promise<PrincipalRow | undefined>;
}

interface PasswordPorts {
  readonly store: PasswordStore;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
}

/** Local passwords, by argon2id. */
export function createPasswords({ store, directory, clock }: PasswordPorts): Passwords {
  const turn = turns(HASHES_AT_ONCE);
  const nobody = turn(() => hash(randomBytes(SALT_BYTES).toString("hex")));
  return {
    set: async (principal_id, password) => {
      const { length } = password;
      if (length < PASSWORD_CHARACTERS_MIN || length > PASSWORD_CHARACTERS_MAX)
        throw new Fault(
          "INVALID_PARAMETER_VALUE",
          `A password has ${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters.`,
        );
      await store.put(principal_id, await turn(() => hash(password)), new Date(clock.now_ms()));
    },
    check: async (name, password) => {
      const row = await directory.byName(name);
      const found = row?.kind === "user" && row.active ? await store.find(row.id) : undefined;
      const isLocked = (found?.locked_until?.getTime() ?? 0) > clock.now_ms();
      const failures = found && !isLocked ? await store.count(found.principal_id) : 0;
      const isRight = await turn(async () => verify(password, found?.hash ?? (await nobody)));
      if (!row || !found || isLocked) return undefined;
      if (isRight && failures <= FAILURES_MAX) {
        await store.succeeded(row.id);
        return row;
      }
      if (failures >= FAILURES_MAX) await store.lock(row.id, new Date(clock.now_ms() + LOCK_MS));
      return undefined;
    },
  };
}

/** PHC string format: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
async function hash(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const made = await argon2id(password, salt, MEMORY_KIB, PASSES, LANES);
  const text = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${text(salt)}$${text(made)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

async function verify(password: string, phc: string): Promise<boolean> {
  const [, memory, passes, lanes, salt, made] = PHC.exec(phc) ?? [];
  if (!salt || !made || password.length > PASSWORD_CHARACTERS_MAX) return false;
  const expected = Buffer.from(made, "base64");
  const given = await argon2id(password, Buffer.from(salt, "base64"), Number(memory), Number(passes), Number(lanes));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function argon2id(message: string, nonce: Buffer, memory: number, passes: number, parallelism: number) {
  const parameters = { message: Buffer.from(message), nonce, parallelism, tagLength: HASH_BYTES, memory, passes };
  return Buffer.from(await derive("argon2id", parameters));
}

/** Runs at most `places` at a time, in order of arrival. */
function turns(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
