/** A tag on a securable or column: its key, and its value, which is empty for a key alone. Both distinguish case. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What a policy asks of tags: the whole language, closed. */
export type TagCondition =
  | { readonly kind: "has_tag"; readonly key: string }
  | { readonly kind: "has_tag_value"; readonly key: string; readonly value: string }
  | { readonly kind: "and" | "or"; readonly left: TagCondition; readonly right: TagCondition }
  | { readonly kind: "not"; readonly operand: TagCondition };

/** Whether the tags satisfy the condition. */
export function holdsOf(condition: TagCondition, tags: readonly Tag[]): boolean {
  switch (condition.kind) {
    case "has_tag":
      return tags.some((tag) => tag.key === condition.key);
    case "has_tag_value":
      return tags.some((tag) => tag.key === condition.key && tag.value === condition.value);
    case "and":
      return holdsOf(condition.left, tags) && holdsOf(condition.right, tags);
    case "or":
      return holdsOf(condition.left, tags) || holdsOf(condition.right, tags);
    case "not":
      return !holdsOf(condition.operand, tags);
  }
}

/** Every key and value that a condition names. */
export function tagsNamed(condition: TagCondition): readonly { readonly key: string; readonly value?: string }[] {
  switch (condition.kind) {
    case "has_tag":
      return [{ key: condition.key }];
    case "has_tag_value":
      return [{ key: condition.key, value: condition.value }];
    case "and":
    case "or":
      return [...tagsNamed(condition.left), ...tagsNamed(condition.right)];
    case "not":
      return tagsNamed(condition.operand);
  }
}

/** The tags in force on a securable, given those of each securable of its line, nearest first: a key's nearest value counts. */
export function inherited<T extends Tag>(line: readonly (readonly T[])[]): readonly T[] {
  const found = new Map<string, T>();
  for (const tags of line) for (const tag of tags) if (!found.has(tag.key)) found.set(tag.key, tag);
  return [...found.values()];
}
