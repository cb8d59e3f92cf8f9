import { createHash } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { Clock } from "#base/clock.ts";
import { isJsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";
import { parseJson } from "#wire/serving/chat.ts";
import { ProviderFailure } from "../../failure.ts";
import { failed, malformed, sendWhole } from "../call.ts";
import type { ProviderEgress } from "../egress.ts";
import { countIn, textIn } from "../read.ts";

/** Where a grant goes, whatever the key file says: a key is used at Google alone. */
export const GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token";
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The longest that Google takes an assertion for. Seconds. */
const ASSERTION_S = 3_600;
/** A token is asked for anew so long before its end, so that it lives through the longest answer. */
const RENEWED_BEFORE_MS = 300_000;
/** The grant is everybody's who waits for it: nobody's leaving ends it. */
const GRANT_MS_MAX = 10_000;
/** Service accounts whose tokens are kept; the oldest one is asked for anew. */
const TOKENS_MAX = 1_000;

/** Access tokens of service accounts, each kept until shortly before its end. */
export interface GoogleTokens {
  /** @throws Fault INVALID_STATE for what is no key file; as `sendWhole`. */
  get(key_file: string): Promise<string>;
  /** It was refused: the next one is asked for. */
  forget(key_file: string): void;
}

interface Kept {
  readonly token: Promise<string>;
  /** Milliseconds since the Unix epoch; until it is there, it is waited for. */
  until_ms: number;
}

/** Source: developers.google.com/identity/protocols/oauth2/service-account, RFC 7523. */
export function createGoogleTokens({
  egress,
  clock,
}: {
  readonly egress: ProviderEgress;
  readonly clock: Clock;
}): GoogleTokens {
  const kept = new Map<string, Kept>();
  const placeOf = (key_file: string): string => createHash("sha256").update(key_file).digest("base64");
  return {
    get: (key_file) => {
      const place = placeOf(key_file);
      const found = kept.get(place);
      if (found && clock.now_ms() < found.until_ms) return found.token;
      const asked = granted(egress, key_file, clock.now_ms());
      const entry: Kept = { token: asked.then(({ token }) => token), until_ms: Number.POSITIVE_INFINITY };
      kept.delete(place);
      kept.set(place, entry);
      if (kept.size > TOKENS_MAX) kept.delete(kept.keys().next().value!);
      asked.then(
        ({ until_ms }) => {
          entry.until_ms = until_ms;
        },
        () => {
          if (kept.get(place) === entry) kept.delete(place);
        },
      );
      return entry.token;
    },
    forget: (key_file) => void kept.delete(placeOf(key_file)),
  };
}

async function granted(
  egress: ProviderEgress,
  key_file: string,
  now_ms: number,
): Promise<{ readonly token: string; readonly until_ms: number }> {
  const assertion = await assertionOf(key_file, Math.floor(now_ms / 1000));
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ grant_type: GRANT_TYPE, assertion }).toString();
  const outgoing = { url: GOOGLE_TOKEN_URL, headers, body };
  const answer = await sendWhole(egress, outgoing, AbortSignal.timeout(GRANT_MS_MAX)).catch((thrown: unknown) =>
    Promise.reject(refusedGrant(thrown)),
  );
  const token = textIn(answer.access_token);
  if (!/^[\x21-\x7e]+$/.test(token)) return malformed("its answer is no access token");
  return { token, until_ms: now_ms + (countIn(answer.expires_in) ?? 0) * 1000 - RENEWED_BEFORE_MS };
}

async function assertionOf(key_file: string, now_s: number): Promise<string> {
  const parsed = parseJson(key_file);
  const { client_email, private_key, private_key_id } = isJsonObject(parsed) ? parsed : {};
  if (typeof client_email !== "string" || typeof private_key !== "string") throw noKeyFile();
  const key = await importPKCS8(private_key, "RS256").catch(() => Promise.reject(noKeyFile()));
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({
      alg: "RS256",
      typ: "JWT",
      ...(typeof private_key_id === "string" && { kid: private_key_id }),
    })
    .setIssuer(client_email)
    .setAudience(GOOGLE_TOKEN_URL)
    .setIssuedAt(now_s)
    .setExpirationTime(now_s + ASSERTION_S)
    .sign(key);
}

const noKeyFile = (): Fault =>
  new Fault(
    "INVALID_STATE",
    "'google_cloud_vertex_ai_config.private_key' holds no key file of a service account in JSON, with client_email and private_key. Ask the endpoint's owner to replace it.",
  );

/** A grant is refused with 400; what is wrong is the credential, and nothing of the question. */
function refusedGrant(thrown: unknown): unknown {
  const cause = thrown instanceof Fault ? thrown.cause : undefined;
  return cause instanceof ProviderFailure && cause.status === 400
    ? failed({ status: 401, kind: "invalid_grant" })
    : thrown;
}
