import type { Tag } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { TAG_CHARACTERS_MAX, TAG_DESCRIPTION_CHARACTERS_MAX, TAG_VALUES_MAX } from "./limits.ts";

/** Databricks docs, "Governed tags": what neither a key nor an allowed value may hold. */
const REFUSED_CHARACTERS = /[*./<>%&?\\=\p{C}]/u;

/** Keys that begin so are the server's own: they are told of things, and nobody assigns or governs them. */
const SYSTEM_KEYS = /^(class|system)\./i;

/** Securables are found by id too; a key that looks like one could be taken for another's. */
const ID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws Fault INVALID_PARAMETER_VALUE, PERMISSION_DENIED for a system tag. */
export function assertGovernedKey(key: string): void {
  assertKey(key);
  if (ID_FORM.test(key)) throw refused("key", key, "it looks like an id");
}

/** @throws Fault INVALID_PARAMETER_VALUE for a value that cannot be one, or is there twice, or one too many. */
export function assertValues(values: readonly string[]): void {
  if (values.length > TAG_VALUES_MAX)
    throw new Fault("INVALID_PARAMETER_VALUE", `A governed tag allows ${TAG_VALUES_MAX} values at most.`);
  for (const [i, value] of values.entries()) {
    if (value === "") throw refused("value", value, "it is empty");
    assertText("value", value);
    if (values.indexOf(value) !== i) throw refused("value", value, "it is there twice");
  }
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function assertDescription(description: string | undefined): void {
  if (description === undefined) return;
  if (description.length > TAG_DESCRIPTION_CHARACTERS_MAX || description.includes("\0"))
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `A governed tag's description has ${TAG_DESCRIPTION_CHARACTERS_MAX} characters at most, and no NUL.`,
    );
}

/** A tag that may be assigned, as far as its form goes. @throws Fault INVALID_PARAMETER_VALUE, PERMISSION_DENIED for a system tag. */
export function assertTag({ key, value }: Tag): void {
  assertKey(key);
  if (value.length > TAG_CHARACTERS_MAX || /\p{C}/u.test(value))
    throw refused("value", value, `it has more than ${TAG_CHARACTERS_MAX} characters, or a control character`);
}

function assertKey(key: string): void {
  if (SYSTEM_KEYS.test(key))
    throw new Fault("PERMISSION_DENIED", `The tag '${shown(key)}' is a system tag, which the server alone assigns.`);
  if (key === "" || key !== key.trim()) throw refused("key", key, "it is empty, or has a space at its ends");
  assertText("key", key);
}

function assertText(what: string, text: string): void {
  if (text.length > TAG_CHARACTERS_MAX || REFUSED_CHARACTERS.test(text))
    throw refused(
      what,
      text,
      `1 to ${TAG_CHARACTERS_MAX} characters, none of * . / < > % & ? \\ = and no control character`,
    );
}

function refused(what: string, text: string, why: string): Fault {
  return new Fault("INVALID_PARAMETER_VALUE", `'${shown(text)}' cannot be a tag's ${what}: ${why}.`);
}

/** A refused text as a message may repeat it. */
const shown = (text: string): string => text.replaceAll(/\p{C}/gu, "?").slice(0, 64);
