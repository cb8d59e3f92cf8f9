import {
  type AssignedTag,
  assertPermit,
  inherited,
  type Permit,
  type Tag,
  type Tagging,
  type Transaction,
  tagPolicy,
  type What,
  what,
} from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { changeUnder, insertChild, mayAlso, present, refuseSystem, stamp } from "./changing.ts";
import { stored } from "./facts.ts";
import { missing } from "./faults.ts";
import { TAGS_MAX } from "./limits.ts";
import { assertPermitOf } from "./permits.ts";
import type { CatalogPorts } from "./ports.ts";
import type { Tagged } from "./store/tags.ts";
import { assertDescription, assertGovernedKey, assertTag, assertValues } from "./tag-names.ts";

/** Governed tags and tags. A governed one needs ASSIGN on it besides the right to tag the thing, also to take it away. */
export function tagging(ports: CatalogPorts): Tagging {
  const { stores } = ports;
  return {
    createTagPolicy: async (permit, { key, description, values }) => {
      assertPermit(permit, "tag_policy.create");
      assertGovernedKey(key);
      assertDescription(description);
      assertValues(values);
      await changeUnder(ports, permit, async (transaction) => {
        const child = { type: "TAG_POLICY", name: key, comment: description } as const;
        const id = await insertChild(ports, transaction, permit, child);
        await stores.tags.writePolicy(transaction, id, values);
      });
    },

    updateTagPolicy: async (permit, { description, values }) => {
      assertPermit(permit, "tag_policy.update");
      assertDescription(description);
      if (values) assertValues(values);
      await changeUnder(ports, permit, async (transaction) => {
        const { id } = await present(ports, permit, transaction);
        await stores.securables.update(transaction, id, {
          ...(description !== undefined && { comment: description }),
          ...stamp(ports, permit),
        });
        if (values) await stores.tags.writePolicy(transaction, id, values);
      });
    },

    deleteTagPolicy: async (permit) => {
      assertPermit(permit, "tag_policy.delete");
      await changeUnder(ports, permit, async (transaction) => {
        const { id } = await present(ports, permit, transaction);
        await stores.securables.remove(transaction, [id]);
      });
    },

    tagPolicy: async (permit) => {
      assertPermitOf(permit, ["tag_policy.read", "tag_policy.update"]);
      const { full_name } = await present(ports, permit);
      const [found] = await stores.tags.policies([full_name]);
      if (!found) throw missing(permit.what);
      return found;
    },

    tagPolicyCandidates: async (permit) => {
      assertPermit(permit, "tag_policy.list");
      return (await stores.tags.policies()).map((one) => tagPolicy(one.key));
    },

    tagPolicies: async (permit, visible) => {
      assertPermit(permit, "tag_policy.list");
      return stores.tags.policies(visible.map((one) => one.name));
    },

    changeTags: async (permit, column, { set, unset, expects }) => {
      assertPermit(permit, "tags.update");
      refuseSystem(permit.what);
      for (const tag of set) assertTag(tag);
      await changeUnder(ports, permit, async (transaction) => {
        const tagged = await taggable(ports, permit, column, transaction);
        await assertAssignable(ports, permit, transaction, { set, unset });
        if (expects) await assertThere(ports, transaction, tagged, [...set.map((tag) => tag.key), ...unset], expects);
        await stores.tags.unset(transaction, tagged, unset);
        await stores.tags.set(transaction, tagged, set, stamp(ports, permit));
        const { length } = await stores.tags.of(tagged, transaction);
        if (length > TAGS_MAX)
          throw new Fault("QUOTA_EXCEEDED", `${TAGS_MAX} tags at most on one thing, not ${length}.`);
      });
    },

    tags: async (permit, column) => {
      assertPermitOf(permit, ["tags.read", "tags.update"]);
      const tagged = await taggable(ports, permit, column);
      if (column !== null) return (await stores.tags.of(tagged)).map((tag) => ({ ...tag, from: null }));
      return inheritedTags(ports, permit);
    },
  };
}

/** Of the line of a securable; a key's nearest value is the one in force. */
async function inheritedTags(
  ports: CatalogPorts,
  permit: Permit<"tags.read" | "tags.update">,
): Promise<readonly AssignedTag[]> {
  const [facts] = await ports.facts.load([permit.what]);
  if (!facts?.found) throw missing(permit.what);
  const line = await Promise.all(
    facts.chain.map(async ({ what: each }, depth): Promise<readonly AssignedTag[]> => {
      const found = await ports.stores.securables.find(each);
      if (!found) return [];
      const from = depth === 0 ? null : what(each.type, each.name);
      return (await ports.stores.tags.of({ id: found.id, column: null })).map((tag) => ({ ...tag, from }));
    }),
  );
  return inherited(line);
}

/** What bears the tags, with the column's own spelling. @throws Fault when there is no such column. */
async function taggable(
  ports: CatalogPorts,
  permit: Permit<"tags.read" | "tags.update">,
  column: string | null,
  transaction?: Transaction,
): Promise<Tagged> {
  const { id } = await present(ports, permit, transaction);
  if (column === null) return { id, column };
  const [relation] = await ports.stores.relations.several([id], transaction);
  const found = relation?.columns.find((one) => one.name.toLowerCase() === column.toLowerCase());
  if (!found) throw new Fault("INVALID_PARAMETER_VALUE", `'${stored(permit.what).name}' has no column '${column}'.`);
  return { id, column: found.name };
}

/** @throws Fault RESOURCE_ALREADY_EXISTS or RESOURCE_DOES_NOT_EXIST when a tag is there, or is not, against expectation. */
async function assertThere(
  ports: CatalogPorts,
  transaction: Transaction,
  tagged: Tagged,
  keys: readonly string[],
  expects: "absent" | "present",
): Promise<void> {
  const there = new Set((await ports.stores.tags.of(tagged, transaction)).map((tag) => tag.key));
  for (const key of keys) {
    if (there.has(key) === (expects === "present")) continue;
    if (expects === "absent")
      throw new Fault("RESOURCE_ALREADY_EXISTS", `The tag '${key}' is assigned to this already: update it instead.`);
    throw new Fault("RESOURCE_DOES_NOT_EXIST", `The tag '${key}' is not assigned to this itself. List its tags.`);
  }
}

/** @throws Fault PERMISSION_DENIED for a governed key without ASSIGN on it, INVALID_PARAMETER_VALUE for a value it does not allow. */
async function assertAssignable(
  ports: CatalogPorts,
  permit: Permit<"tags.update">,
  transaction: Transaction,
  { set, unset }: { readonly set: readonly Tag[]; readonly unset: readonly string[] },
): Promise<void> {
  const keys = [...new Set([...set.map((tag) => tag.key), ...unset])];
  for (const policy of await ports.stores.tags.policies(keys, transaction)) {
    const governed: What = tagPolicy(policy.key);
    if (!(await mayAlso(ports, permit, "tag_policy.assign", governed, transaction)))
      throw new Fault(
        "PERMISSION_DENIED",
        `The tag '${policy.key}' is governed: to put it on something, or take it away, you need ASSIGN on it. Ask an administrator.`,
      );
    for (const { key, value } of set) {
      if (key !== policy.key) continue;
      if (policy.values.length === 0 ? value === "" : policy.values.includes(value)) continue;
      const allowed = policy.values.length === 0 ? "no value" : policy.values.map((one) => `'${one}'`).join(", ");
      throw new Fault(
        "INVALID_PARAMETER_VALUE",
        `The governed tag '${key}' does not allow '${value}': it takes ${allowed}.`,
      );
    }
  }
}
