import { appliesTo, type Privilege, privileges } from "#wire/privileges.ts";
import { type SecurableType, securables } from "#wire/securables.ts";

/** What the metastore holds, the metastore itself apart. */
export const metastoreTypes: ReadonlySet<SecurableType> = new Set([
  "CATALOG",
  "SCHEMA",
  "TABLE",
  "FUNCTION",
  "MODEL_SERVICE",
  "MODEL_PROVIDER_SERVICE",
]);

/** True for a word that is a privilege or a permission level. */
export function isPrivilege(word: string): word is Privilege {
  return Object.hasOwn(privileges, word);
}

/**
 * Whether `privilege` may be granted on a securable of this kind: it applies to that kind, or to one beneath it, which
 * inherits it. Rights on the metastore and the workspace do not reach down, so nothing is granted there for others' sake.
 */
export function isGrantableOn(privilege: Privilege, type: SecurableType): boolean {
  if (appliesTo(privilege, type)) return true;
  if (!metastoreTypes.has(type)) return false;
  return [...metastoreTypes].some((below) => appliesTo(privilege, below) && isBeneath(below, type));
}

function isBeneath(below: SecurableType, type: SecurableType): boolean {
  const { parent } = securables[below];
  if (parent === null) return false;
  return parent === type || isBeneath(parent as SecurableType, type);
}

/** Privileges that may be granted on a kind, for messages. */
export function grantableOn(type: SecurableType): readonly Privilege[] {
  return (Object.keys(privileges) as Privilege[]).filter((privilege) => isGrantableOn(privilege, type));
}
