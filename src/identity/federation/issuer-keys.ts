import { createLocalJWKSet, type JWK, type JWTVerifyGetKey, errors as joseErrors } from "jose";
import type { Clock } from "#base/clock.ts";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Egress } from "#net/mod.ts";
import { Fault } from "#wire/errors.ts";
import {
  ISSUER_DOCUMENT_BYTES_MAX,
  ISSUER_KEYS_AGE_MAX_MS,
  ISSUER_KEYS_REFETCH_GAP_MS,
  ISSUER_METADATA_AGE_MAX_MS,
  ISSUER_TIMEOUT_MS,
} from "../limits.ts";

interface Fetched<T> {
  readonly at_ms: number;
  readonly value: Promise<T>;
}

interface IssuerKeyPorts {
  readonly egress: Egress;
  readonly clock: Clock;
}

/** Whose keys, and where they are: with the policy, at an address, or where the issuer's own metadata says. */
export interface KeyPlace {
  readonly issuer: string;
  readonly jwks_uri: string | null;
  readonly jwks_json: string | null;
}

/** The keys of identity providers. */
export interface IssuerKeys {
  /**
   * A key getter over the issuer's present keys. A key the issuer removed stops being found within seconds; an unknown key id
   * makes them be fetched anew, at most once a second.
   * @throws Fault TEMPORARILY_UNAVAILABLE when the issuer cannot be asked: a kept copy past its age is never used instead.
   */
  of(place: KeyPlace): JWTVerifyGetKey;
}

/** Fetches and keeps issuers' key sets. Headers `jku`, `x5u` and `jwk` of a token play no part. */
export function createIssuerKeys({ egress, clock }: IssuerKeyPorts): IssuerKeys {
  const metadata = new Map<string, Fetched<string>>();
  const keySets = new Map<string, Fetched<JWTVerifyGetKey>>();

  const kept = <T>(cache: Map<string, Fetched<T>>, key: string, age_max_ms: number, fetch: () => Promise<T>) => {
    const now_ms = clock.now_ms();
    const present = cache.get(key);
    if (present && now_ms - present.at_ms < age_max_ms) return present.value;
    const value = fetch();
    const entry = { at_ms: now_ms, value };
    cache.set(key, entry);
    value.catch(() => {
      if (cache.get(key) === entry) cache.delete(key);
    });
    return value;
  };
  const keySetOf = ({ issuer, jwks_uri }: KeyPlace, age_max_ms: number): Promise<JWTVerifyGetKey> =>
    kept(keySets, `${issuer} ${jwks_uri ?? ""}`, age_max_ms, async () => {
      const discovered = () => kept(metadata, issuer, ISSUER_METADATA_AGE_MAX_MS, () => keysAddress(egress, issuer));
      return readKeySet(await document(egress, jwks_uri ?? (await discovered()), issuer), issuer);
    });
  return {
    of: (place) => {
      if (place.jwks_json !== null) return givenKeySet(place.jwks_json);
      return async (header, token) => {
        const present = await keySetOf(place, ISSUER_KEYS_AGE_MAX_MS);
        try {
          return await present(header, token);
        } catch (thrown) {
          if (!(thrown instanceof joseErrors.JWKSNoMatchingKey)) throw thrown;
          const renewed = await keySetOf(place, ISSUER_KEYS_REFETCH_GAP_MS);
          return renewed(header, token);
        }
      };
    },
  };
}

/** Keys as a policy carries them; they were read once when it was made. */
function givenKeySet(jwks_json: string): JWTVerifyGetKey {
  const { keys } = JSON.parse(jwks_json) as { keys: JWK[] };
  return createLocalJWKSet({ keys });
}

/** OpenID Connect Discovery 1.0 section 4: the document lies under the issuer and must name that very issuer. */
async function keysAddress(egress: Egress, issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { issuer: named, jwks_uri } = await document(egress, url, issuer);
  if (named !== issuer) throw unusable(issuer, "its metadata names another issuer");
  if (typeof jwks_uri !== "string") throw unusable(issuer, "its metadata names no key set");
  return jwks_uri;
}

async function document(egress: Egress, url: string, issuer: string): Promise<JsonObject> {
  const headers = { accept: "application/json" };
  const bounds = { timeout_ms: ISSUER_TIMEOUT_MS, bytes_max: ISSUER_DOCUMENT_BYTES_MAX };
  const answer = await egress.fetch(url, { purpose: "idp", headers, ...bounds }).catch((cause: unknown) => {
    throw unusable(issuer, "it could not be asked", cause);
  });
  if (answer.status !== 200) throw unusable(issuer, `it answered with status ${answer.status}`);
  try {
    const parsed: unknown = JSON.parse(answer.text());
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // What the parser says repeats the answer.
    throw unusable(issuer, "its answer is not JSON");
  }
  throw unusable(issuer, "its answer is not a JSON object");
}

function readKeySet(found: JsonObject, issuer: string): JWTVerifyGetKey {
  const { keys } = found;
  if (!Array.isArray(keys)) throw unusable(issuer, "its key set has no keys");
  return createLocalJWKSet({ keys: keys.filter(isJsonObject).map((key) => ({ ...key })) });
}

function unusable(issuer: string, why: string, cause?: unknown): Fault {
  const internal = cause instanceof Error ? cause.message : undefined;
  return new Fault(
    "TEMPORARILY_UNAVAILABLE",
    `The keys of the issuer '${issuer}' cannot be read: ${why}. Try again, or ask an administrator to check its federation policy, or what trusted_issuers says of it, and egress.allow.`,
    { cause, ...(internal !== undefined && { internal }) },
  );
}
