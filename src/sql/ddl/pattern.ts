/** True when `name` matches a SHOW pattern: `*` for any characters, `|` between alternatives, case not distinguished. */
export function matchesPattern(name: string, pattern: string | null): boolean {
  if (pattern === null) return true;
  return pattern
    .toLowerCase()
    .split("|")
    .some((alternative) => matchesOne(name.toLowerCase(), alternative.trim().split("*")));
}

/** Greedy from the left: linear, whatever the pattern. */
function matchesOne(name: string, pieces: readonly string[]): boolean {
  const [first = "", ...rest] = pieces;
  if (rest.length === 0) return name === first;
  const last = rest.at(-1)!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  const end = name.length - last.length;
  for (const piece of rest.slice(0, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
