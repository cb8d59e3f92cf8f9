import {
  type AttributePolicies,
  assertPermit,
  type DefinedPolicy,
  type Facts,
  type NewPolicy,
  outcomeOf,
  type Permit,
  same,
  spoken,
  type Transaction,
  tagsNamed,
  type What,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { assertPrincipal, changeUnder, present, refuseSystem, stamp } from "./changing.ts";
import { stored } from "./facts.ts";
import { missing } from "./faults.ts";
import { POLICIES_MAX } from "./limits.ts";
import { assertComment, namePart } from "./names.ts";
import { assertPermitOf } from "./permits.ts";
import { policyFunction } from "./policy-function.ts";
import { assertPolicy } from "./policy-rules.ts";
import type { CatalogPorts } from "./ports.ts";
import type { PolicyRow, StoredPolicy } from "./store/attribute-policies.ts";
import type { SecurableRow } from "./store/securables.ts";

type Updating = Permit<"policies.update">;

/** Policies that go by tags. Which of them is in force for whom is the kernel's to decide, on the facts. */
export function attributePolicies(ports: CatalogPorts): AttributePolicies {
  const { stores } = ports;
  const named = async (id: string, what: What, name: string, transaction?: Transaction): Promise<PolicyRow> => {
    const found = (await stores.attributes.of(id, transaction)).find((one) => one.name === name.toLowerCase());
    if (found) return found;
    throw new Fault("RESOURCE_DOES_NOT_EXIST", `${spoken(what)} has no policy '${name.slice(0, 100)}' of its own.`);
  };
  const factsOf = async (permit: Permit<"policies.read">): Promise<Facts> => {
    const [facts] = await ports.facts.load([permit.what]);
    if (!facts?.found) throw missing(permit.what);
    return facts;
  };
  const above = async ({ chain }: Facts, inherited: boolean): Promise<readonly DefinedPolicy[]> => {
    const line = chain.filter((one, depth) => one.what.type !== "METASTORE" && (inherited || depth === 0));
    const found = await Promise.all(
      line.map(async ({ what }): Promise<readonly DefinedPolicy[]> => {
        const on = await stores.securables.find(what);
        return on ? (await stores.attributes.of(on.id)).map((one) => ({ ...one, on: what })) : [];
      }),
    );
    return found.flat();
  };
  return {
    createPolicy: async (permit, made, { replace }) => {
      assertPermit(permit, "policies.update");
      await assertSound(ports, made);
      await changeUnder(ports, permit, async (transaction) => {
        const on = await governable(ports, permit, transaction);
        const bound = await bind(ports, permit, transaction, made);
        const old = (await stores.attributes.of(on.id, transaction)).find((one) => one.name === bound.name);
        if (old && !replace)
          throw new Fault("RESOURCE_ALREADY_EXISTS", `${spoken(permit.what)} has a policy '${bound.name}' already.`);
        if (old) await stores.attributes.update(transaction, old.id, bound, stamp(ports, permit));
        else {
          const row = { ...bound, id: ports.ids.uuid(), securable_id: on.id };
          await stores.attributes.insert(transaction, row, stamp(ports, permit));
          await assertQuota(ports, transaction, on);
        }
      });
    },

    changePolicy: async (permit, name, made) => {
      assertPermit(permit, "policies.update");
      await assertSound(ports, made);
      await changeUnder(ports, permit, async (transaction) => {
        const on = await governable(ports, permit, transaction);
        const old = await named(on.id, permit.what, name, transaction);
        const bound = await bind(ports, permit, transaction, made);
        const others = (await stores.attributes.of(on.id, transaction)).filter((one) => one.id !== old.id);
        if (others.some((one) => one.name === bound.name))
          throw new Fault("RESOURCE_ALREADY_EXISTS", `${spoken(permit.what)} has a policy '${bound.name}' already.`);
        await stores.attributes.update(transaction, old.id, bound, stamp(ports, permit));
      });
    },

    dropPolicy: async (permit, name) => {
      assertPermit(permit, "policies.update");
      await changeUnder(ports, permit, async (transaction) => {
        const { id } = await present(ports, permit, transaction);
        await stores.attributes.remove(transaction, (await named(id, permit.what, name, transaction)).id);
      });
    },

    policy: async (permit, name) => {
      assertPermitOf(permit, ["policies.read", "policies.update"]);
      const { id } = await present(ports, permit);
      return { ...(await named(id, permit.what, name)), on: stored(permit.what) };
    },

    policies: async (permit, { inherited }) => {
      assertPermit(permit, "policies.read");
      return above(await factsOf(permit), inherited);
    },

    effectivePolicies: async (permit) => {
      assertPermit(permit, "policies.read");
      const facts = await factsOf(permit);
      const { attributes } = facts;
      return (await above(facts, true)).map((one) => {
        const found = attributes?.policies.find((each) => each.name === one.name && same(each.on, one.on));
        return { ...one, outcome: found && attributes ? outcomeOf(found, attributes) : null };
      });
    },
  };
}

/** What a policy may be bound to. @throws Fault for the server's own, and for a view. */
async function governable(ports: CatalogPorts, permit: Updating, transaction: Transaction): Promise<SecurableRow> {
  refuseSystem(permit.what);
  const found = await present(ports, permit, transaction);
  if (found.type !== "TABLE") return found;
  const [relation] = await ports.stores.relations.several([found.id], transaction);
  if (relation?.kind === "table") return found;
  throw new Fault(
    "INVALID_PARAMETER_VALUE",
    `${spoken(permit.what)} is a view: policies are for the tables below it, and hold through it.`,
  );
}

/** What can be said of a policy before its transaction begins: a look-up outside it must not wait for a connection within it. */
async function assertSound(ports: CatalogPorts, made: NewPolicy): Promise<void> {
  assertComment(made.comment ?? undefined);
  assertPolicy(made);
  for (const principal of new Set([...made.to, ...made.except])) await assertPrincipal(ports, principal);
}

/** The policy as it is kept, checked against what is there now. */
async function bind(
  ports: CatalogPorts,
  permit: Updating,
  transaction: Transaction,
  made: NewPolicy,
): Promise<StoredPolicy> {
  const { function: _, ...kept } = { ...made, name: namePart("policy", made.name) };
  const conditions = [...(made.when ? [made.when] : []), ...made.match.map((one) => one.condition)];
  const asked = conditions.flatMap((one) => tagsNamed(one.condition));
  await assertGoverned(ports, transaction, asked);
  const function_id = await functionOf(ports, permit, transaction, made);
  return { ...kept, function_id, tag_keys: [...new Set(asked.map((one) => one.key))] };
}

/** @throws Fault INVALID_PARAMETER_VALUE for a key that is not governed, or a value that its tag never has: it would protect nothing. */
async function assertGoverned(
  ports: CatalogPorts,
  transaction: Transaction,
  asked: readonly { readonly key: string; readonly value?: string }[],
): Promise<void> {
  const keys = asked.map((one) => one.key);
  const found = new Map((await ports.stores.tags.policies(keys, transaction)).map((one) => [one.key, one]));
  for (const { key, value } of asked) {
    const policy = found.get(key);
    if (!policy)
      throw new Fault("INVALID_PARAMETER_VALUE", `Unknown tag policy key '${key}': conditions ask for governed tags.`, {
        reason: "UC_ABAC_UNKNOWN_TAG_POLICY",
      });
    if (value !== undefined && !policy.values.includes(value))
      throw new Fault("INVALID_PARAMETER_VALUE", `The governed tag '${key}' does not allow the value '${value}'.`, {
        reason: "UC_ABAC_UNKNOWN_TAG_VALUE",
      });
  }
}

/** The function's id. @throws Fault when it is missing, not the caller's to execute, or does not fit. */
async function functionOf(
  ports: CatalogPorts,
  permit: Updating,
  transaction: Transaction,
  made: NewPolicy,
): Promise<string> {
  const { what, id, routine } = await policyFunction(ports, permit, transaction, made.function);
  const isFilter = made.masks === null;
  if (routine?.returns.kind !== "scalar" || (isFilter && routine.returns.type !== "BOOLEAN"))
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${what.name}' does not give ${isFilter ? "BOOLEAN, as a row filter must" : "one value, as a mask must"}.`,
    );
  const given = made.using.length + (isFilter ? 0 : 1);
  if (given !== routine.parameters.length)
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${what.name}' takes ${routine.parameters.length} arguments, and the policy gives ${given}.`,
    );
  return id;
}

async function assertQuota(ports: CatalogPorts, transaction: Transaction, on: SecurableRow): Promise<void> {
  const { here, all } = await ports.stores.attributes.count(on.id, transaction);
  const here_max = POLICIES_MAX[on.type as "CATALOG" | "SCHEMA" | "TABLE"];
  if (here > here_max) throw new Fault("QUOTA_EXCEEDED", `${here_max} policies at most on '${on.full_name}'.`);
  if (all > POLICIES_MAX.METASTORE)
    throw new Fault("QUOTA_EXCEEDED", `${POLICIES_MAX.METASTORE} policies at most in the metastore.`);
}
