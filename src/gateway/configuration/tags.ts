import type { EndpointTag } from "#agents/mod.ts";
import type { Json } from "#base/json.ts";
import { listAt, objectAt, refuse, textAt } from "./fields.ts";

/** Labels of one endpoint: they go on every row of its usage. */
const TAGS_MAX = 20;
const CHARACTERS_MAX = 256;

/** @throws Fault INVALID_PARAMETER_VALUE */
export function readTags(value: Json | undefined, path: string): readonly EndpointTag[] {
  return listAt(value, path).map((one, index) => {
    const at = `${path}[${index}]`;
    const { key, value: text } = objectAt(one, at, ["key", "value"]);
    const tag = { key: textAt(key, `${at}.key`), ...(text !== undefined && { value: textAt(text, `${at}.value`) }) };
    if (tag.key.length > CHARACTERS_MAX || (tag.value?.length ?? 0) > CHARACTERS_MAX)
      refuse(`'${at}' is longer than ${CHARACTERS_MAX} characters.`);
    return tag;
  });
}

/** The labels after a change: what is added replaces what has the same key. @throws Fault INVALID_PARAMETER_VALUE */
export function changedTags(
  before: readonly EndpointTag[],
  add: readonly EndpointTag[],
  remove: readonly string[],
): readonly EndpointTag[] {
  const tags = new Map(before.map((tag) => [tag.key, tag]));
  for (const key of remove) tags.delete(key);
  for (const tag of add) tags.set(tag.key, tag);
  if (tags.size > TAGS_MAX) refuse(`A serving endpoint has at most ${TAGS_MAX} tags.`);
  return [...tags.values()];
}
