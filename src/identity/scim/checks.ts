import { ADMINS, EVERYONE } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { NAME_CHARACTERS_MAX, VALUES_MAX } from "../limits.ts";
import type { PrincipalRecord } from "../store/principals.ts";
import type { Draft } from "./draft.ts";
import { scimFault } from "./faults.ts";

/** What an administrator of the account is on Databricks; here the members of a group are. */
const ACCOUNT_ADMIN = "account_admin";

/** @throws Fault INVALID_PARAMETER_VALUE when a text of the draft is none that can be kept. */
export function checkDraft(draft: Draft): void {
  const { display_name, external_id, given_name, family_name, emails, entitlements, roles } = draft;
  const texts = [display_name, external_id, given_name, family_name, ...entitlements, ...roles];
  for (const text of [...texts, ...emails.map(({ value }) => value)]) if (text !== null) checkText(text);
  for (const list of [emails, entitlements, roles]) {
    if (list.length > VALUES_MAX) throw scimFault("invalidValue", `An attribute has at most ${VALUES_MAX} values.`);
  }
  if (roles.includes(ACCOUNT_ADMIN))
    throw scimFault("invalidValue", `There is no role '${ACCOUNT_ADMIN}' here: add to the group '${ADMINS}' instead.`);
}

function checkText(text: string): void {
  if (text.length <= NAME_CHARACTERS_MAX && !/\p{Cc}/u.test(text)) return;
  throw scimFault("invalidValue", `A text has at most ${NAME_CHARACTERS_MAX} characters and no control characters.`);
}

/**
 * `admins` keeps its name, `account users` its members too: everybody is one, by definition.
 * @throws Fault INVALID_PARAMETER_VALUE (mutability)
 */
export function refuseBuiltInChange(row: PrincipalRecord, before: Draft, after: Draft): void {
  if (row.kind !== "group" || (row.name !== ADMINS && row.name !== EVERYONE)) return;
  const isSame = after.display_name === before.display_name && (row.name === ADMINS || after.members.length === 0);
  if (!isSame)
    throw scimFault("mutability", `The group '${row.name}' belongs to the account and cannot be changed so.`);
}

/** @throws Fault INVALID_STATE: nothing but a backup would bring a way in again. */
export function assertAdministered(hasAdministrator: boolean): void {
  if (hasAdministrator) return;
  throw new Fault(
    "INVALID_STATE",
    `This would leave nobody in the group '${ADMINS}' who can act. Add another administrator first.`,
  );
}
