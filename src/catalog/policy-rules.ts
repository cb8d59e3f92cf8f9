import type { NewPolicy } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { POLICY_CONDITION_CHARACTERS_MAX, POLICY_MATCHES_MAX, POLICY_PRINCIPALS_MAX } from "./limits.ts";

/** What Postgres keeps in no JSON: U+0000, and a surrogate without the other. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** What a policy must be whatever is there: aliases that are told apart, and told at all. @throws Fault INVALID_PARAMETER_VALUE, QUOTA_EXCEEDED */
export function assertPolicy({ to, except, when, match, masks, using }: NewPolicy): void {
  if (to.length === 0) throw refused("A policy is for at least one principal: name one in TO.");
  if (to.length + except.length > POLICY_PRINCIPALS_MAX)
    throw new Fault(
      "QUOTA_EXCEEDED",
      `A policy names ${POLICY_PRINCIPALS_MAX} principals at most, TO and EXCEPT together.`,
    );
  const matches_max = masks === null ? POLICY_MATCHES_MAX.filter : POLICY_MATCHES_MAX.mask;
  if (match.length > matches_max)
    throw new Fault("QUOTA_EXCEEDED", `MATCH COLUMNS has ${matches_max} conditions at most here, not ${match.length}.`);
  for (const { text } of [...(when ? [when] : []), ...match.map((one) => one.condition)])
    if (text.length > POLICY_CONDITION_CHARACTERS_MAX)
      throw refused(`A condition has ${POLICY_CONDITION_CHARACTERS_MAX} characters at most.`);
  const texts = [
    ...(when ? [when.text] : []),
    ...match.flatMap((one) => [one.alias ?? "", one.condition.text]),
    ...using.map((one) => (one.kind === "alias" ? one.alias : String(one.value))),
  ];
  if (texts.some((text) => UNSTORABLE.test(text)))
    throw refused("A text of the policy holds U+0000 or half a character.");
  const aliases = match.flatMap((one) => (one.alias === null ? [] : [one.alias]));
  const twice = aliases.find((alias, i) => aliases.indexOf(alias) !== i);
  if (twice !== undefined) throw refused(`The alias '${twice}' stands for two conditions.`);
  if (masks !== null && !aliases.includes(masks))
    throw refused(`ON COLUMN names '${masks}', which is no alias of MATCH COLUMNS.`);
  for (const argument of using) {
    if (argument.kind === "literal") continue;
    if (!aliases.includes(argument.alias))
      throw refused(`USING COLUMNS names '${argument.alias}', which is no alias of MATCH COLUMNS.`);
    if (argument.alias === masks) throw refused("The masked column is the function's first argument already.");
  }
}

const refused = (message: string): Fault => new Fault("INVALID_PARAMETER_VALUE", message);
