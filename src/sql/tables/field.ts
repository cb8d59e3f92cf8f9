/**
 * Files name their columns `c0`, `c1`, ... by the order in which the table got them, never by the name people see. A rename
 * then touches no file, and a column dropped and added again under the same name cannot bring the old values back.
 */
export function fieldOf(ordinal: number): string {
  return `c${ordinal}`;
}
