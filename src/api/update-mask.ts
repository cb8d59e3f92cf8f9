import { Fault } from "#wire/errors.ts";

/**
 * The fields that an update changes: those that `update_mask` names, or with none or `*` those that were sent.
 * @throws Fault INVALID_PARAMETER_VALUE for a field that cannot be changed, or when nothing would be.
 */
export function fieldsToUpdate(
  update_mask: string | undefined,
  input: object,
  changeable: readonly string[],
): ReadonlySet<string> {
  const isWhole = update_mask === undefined || update_mask === "" || update_mask === "*";
  const wanted = isWhole ? changeable.filter((name) => name in input) : update_mask.split(",");
  for (const name of wanted)
    if (!changeable.includes(name))
      throw new Fault(
        "INVALID_PARAMETER_VALUE",
        `'update_mask' names '${name.slice(0, 100)}', which is not changed here: use ${changeable.join(", ")}.`,
      );
  if (wanted.length === 0)
    throw new Fault("INVALID_PARAMETER_VALUE", `Nothing to update: send one of ${changeable.join(", ")}.`);
  return new Set(wanted);
}
