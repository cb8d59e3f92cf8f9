import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { Fault } from "#wire/errors.ts";
import type { FederationPolicy, PolicyStore } from "../store/policies.ts";

/** Claims that could never name a user: letting one be chosen would make a policy that maps everybody to one name. */
const NEVER_A_SUBJECT: ReadonlySet<string> = new Set(["iss", "aud", "exp", "nbf", "iat", "jti", "typ", "azp"]);

interface PolicyPorts {
  readonly store: PolicyStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Our own issuer, whose tokens are never subject tokens. */
  readonly issuer: string;
  readonly account_id: string;
}

export interface PolicyInput {
  readonly issuer: string;
  readonly audiences?: readonly string[];
  readonly subject_claim?: string;
  /** Only a service principal's policy may have one. */
  readonly subject?: string;
}

/** Account federation policies: an issuer whose tokens are exchanged for the user that a claim names. */
export function createPolicies({ store, clock, ids, issuer: own, account_id }: PolicyPorts) {
  return {
    /**
     * Without `audiences` a token must be made out to the account id; without `subject_claim` the claim is `sub`.
     * @throws Fault INVALID_PARAMETER_VALUE when the issuer is not a plain https URL or is our own, a `subject` is given, or
     *   the claim names no user; RESOURCE_ALREADY_EXISTS when the issuer has a policy.
     */
    createPolicy: async (input: PolicyInput): Promise<FederationPolicy> => {
      const subject_claim = input.subject_claim ?? "sub";
      const policy: FederationPolicy = {
        id: ids.uuid(),
        issuer: checkIssuer(input.issuer, own),
        audiences: checkAudiences(input.audiences?.length ? input.audiences : [account_id]),
        subject_claim,
      };
      if (input.subject !== undefined)
        throw invalid("An account policy has no 'subject'; only a service principal's has one.");
      if (subject_claim === "" || NEVER_A_SUBJECT.has(subject_claim))
        throw invalid(`The claim '${subject_claim}' cannot name a user. Use 'sub' or 'email'.`);
      await store.insert(policy, new Date(clock.now_ms()));
      return policy;
    },
    /** Tokens already exchanged keep their end. @throws Fault RESOURCE_DOES_NOT_EXIST. */
    deletePolicy: async (id: string): Promise<void> => {
      if (!(await store.remove(id)))
        throw new Fault("RESOURCE_DOES_NOT_EXIST", `No federation policy has the id '${id}'.`);
    },
  };
}

function checkIssuer(issuer: string, own: string): string {
  const url = URL.parse(issuer);
  const isPlain = url?.protocol === "https:" && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || /[\s\\]/.test(issuer))
    throw invalid("An issuer is an https URL without user, query or fragment, exactly as the tokens' 'iss' says it.");
  if (issuer === own) throw invalid("This server's own tokens cannot be exchanged for others.");
  return issuer;
}

function checkAudiences(audiences: readonly string[]): readonly string[] {
  if (audiences.some((audience) => audience.trim() === "")) throw invalid("An audience cannot be empty.");
  return audiences;
}

const invalid = (message: string): Fault => new Fault("INVALID_PARAMETER_VALUE", message);
