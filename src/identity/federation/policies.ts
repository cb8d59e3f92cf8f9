import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { assertPermit, type Permit, type Transaction } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { ACCOUNT_POLICIES_MAX, NAME_CHARACTERS_MAX, PRINCIPAL_POLICIES_MAX } from "../limits.ts";
import type { DirectoryStore } from "../store/directory.ts";
import type { FederationPolicy, PolicyStore } from "../store/policies.ts";
import { checkedPolicy, type PolicyInput, type PolicyRules } from "./policy-rules.ts";

interface PolicyPorts extends PolicyRules {
  readonly policies: PolicyStore;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Fields that an update may name, and what each is called in the input. */
type Masked = readonly (keyof PolicyInput)[];

type AnyPermit = Permit<
  "federation_policy.read" | "federation_policy.create" | "federation_policy.update" | "federation_policy.delete"
>;

/**
 * Federation policies of the account, whose permits are on the workspace, and of service principals, on whom theirs are.
 * A change has effect at the next exchange; tokens already exchanged keep their end.
 */
export function createPolicies(ports: PolicyPorts) {
  const { policies, directory, clock, ids } = ports;

  /** Whose policies the permit is about. @throws Fault RESOURCE_DOES_NOT_EXIST when the principal went away since. */
  const ownerOf = async ({ what }: AnyPermit): Promise<string | null> => {
    if (what.type !== "SERVICE_PRINCIPAL") return null;
    const row = (await directory.byId(what.name)) ?? (await directory.byName(what.name));
    if (row) return row.id;
    throw new Fault("RESOURCE_DOES_NOT_EXIST", `Service principal '${what.name}' does not exist any more.`);
  };
  const present = async (
    permit: AnyPermit,
    policy_id: string,
    transaction?: Transaction,
  ): Promise<FederationPolicy> => {
    const found = await policies.find(await ownerOf(permit), policy_id, transaction);
    if (found) return found;
    throw new Fault("RESOURCE_DOES_NOT_EXIST", `No federation policy has the id '${policy_id.slice(0, 100)}' here.`);
  };
  const add = async (
    transaction: Transaction,
    principal_id: string | null,
    input: PolicyInput,
    policy_id: string | undefined,
  ): Promise<FederationPolicy> => {
    const isAccount = principal_id === null;
    const checked = checkedPolicy(input, isAccount, ports);
    const most = isAccount ? ACCOUNT_POLICIES_MAX : PRINCIPAL_POLICIES_MAX;
    if ((await policies.list(principal_id, transaction)).length >= most)
      throw new Fault("QUOTA_EXCEEDED", `There are ${most} federation policies here at most. Delete one first.`);
    const at = new Date(clock.now_ms());
    const uid = ids.uuid();
    const named = { policy_id: policy_id ? checkPolicyId(policy_id) : uid, principal_id };
    const policy = { uid, ...named, ...checked, created_at: at, updated_at: at };
    await policies.insert(transaction, policy);
    return policy;
  };

  return {
    /** One of the account's, as a start sets it up. @throws Fault INVALID_PARAMETER_VALUE, RESOURCE_ALREADY_EXISTS, QUOTA_EXCEEDED. */
    createPolicy: (input: PolicyInput): Promise<FederationPolicy> =>
      policies.change((transaction) => add(transaction, null, input, undefined)),

    create: (permit: Permit<"federation_policy.create">, input: PolicyInput, policy_id: string | undefined) => {
      assertPermit(permit, "federation_policy.create");
      return policies.change(async (transaction) => {
        const made = await add(transaction, await ownerOf(permit), input, policy_id);
        await permit.settleIn(transaction, { status: "ok" });
        return made;
      });
    },

    list: async (permit: Permit<"federation_policy.read">): Promise<readonly FederationPolicy[]> => {
      assertPermit(permit, "federation_policy.read");
      return policies.list(await ownerOf(permit));
    },

    read: async (permit: Permit<"federation_policy.read">, policy_id: string): Promise<FederationPolicy> => {
      assertPermit(permit, "federation_policy.read");
      return present(permit, policy_id);
    },

    /** Takes the fields that `masked` names from `input`: one that is named and not there is the default again. */
    update: (
      permit: Permit<"federation_policy.update">,
      policy_id: string,
      input: Partial<PolicyInput>,
      masked: Masked,
    ): Promise<FederationPolicy> => {
      assertPermit(permit, "federation_policy.update");
      return policies.change(async (transaction) => {
        const found = await present(permit, policy_id, transaction);
        const kept = Object.entries(inputOf(found)).filter(([field]) => !masked.some((one) => one === field));
        const sent = Object.entries(input).filter(([field]) => masked.some((one) => one === field));
        const next = Object.fromEntries([...kept, ...sent]) as Partial<PolicyInput>;
        const checked = checkedPolicy({ issuer: "", ...next }, found.principal_id === null, ports);
        const change = { ...checked, updated_at: new Date(clock.now_ms()) };
        await refuseSecondIssuer(transaction, found, change.issuer);
        await policies.update(transaction, found.uid, change);
        await permit.settleIn(transaction, { status: "ok" });
        return { ...found, ...change };
      });
    },

    delete: (permit: Permit<"federation_policy.delete">, policy_id: string): Promise<void> => {
      assertPermit(permit, "federation_policy.delete");
      return policies.change(async (transaction) => {
        await policies.remove(transaction, (await present(permit, policy_id, transaction)).uid);
        await permit.settleIn(transaction, { status: "ok" });
      });
    },
  };

  async function refuseSecondIssuer(transaction: Transaction, found: FederationPolicy, issuer: string): Promise<void> {
    if (found.principal_id !== null) return;
    const all = await policies.list(null, transaction);
    if (all.some((one) => one.uid !== found.uid && one.issuer === issuer))
      throw new Fault(
        "RESOURCE_ALREADY_EXISTS",
        `A federation policy of the account's for '${issuer}' exists already.`,
      );
  }
}

/** Source: databricks-sdk-py `service/oauth2.py`: lowercase alphanumeric characters, numbers, hyphens, and slashes. */
const POLICY_ID = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

function checkPolicyId(policy_id: string): string {
  if (POLICY_ID.test(policy_id) && policy_id.length <= NAME_CHARACTERS_MAX) return policy_id;
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `A policy_id has lower-case letters, digits, hyphens, and slashes between them, at most ${NAME_CHARACTERS_MAX} in all.`,
  );
}

/** A policy as it would be asked for. */
function inputOf({
  description,
  issuer,
  audiences,
  subject_claim,
  subject,
  jwks_uri,
  jwks_json,
}: FederationPolicy): PolicyInput {
  return {
    description,
    issuer,
    audiences,
    subject_claim,
    ...(subject !== null && { subject }),
    ...(jwks_uri !== null && { jwks_uri }),
    ...(jwks_json !== null && { jwks_json }),
  };
}
