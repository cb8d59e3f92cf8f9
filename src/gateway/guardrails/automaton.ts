/** A pattern that ends where a node stands. */
export interface Pattern {
  readonly index: number;
  /** In units. */
  readonly length: number;
}

export interface Node {
  readonly next: Map<string, Node>;
  /** Of the text read so far, how many units at its end are the beginning of a pattern. */
  readonly depth: number;
  /** The longest shorter beginning of a pattern that the text ends with as well; none is shorter than the root. */
  fail: Node | undefined;
  /** All patterns that end here. */
  ends: readonly Pattern[];
}

const node = (depth: number): Node => ({ next: new Map(), depth, fail: undefined, ends: [] });

/** Many patterns at once, each character read once. Source: Aho and Corasick, "Efficient string matching", 1975. */
export function automaton(patterns: readonly string[]): Node {
  const root = node(0);
  for (const [index, pattern] of patterns.entries()) {
    const units = [...pattern];
    let at = root;
    for (const unit of units) {
      const known = at.next.get(unit) ?? node(at.depth + 1);
      at.next.set(unit, known);
      at = known;
    }
    if (units.length > 0) at.ends = [...at.ends, { index, length: units.length }];
  }
  const queue = [root];
  for (let i = 0; i < queue.length; i += 1) {
    const parent = queue[i]!;
    for (const [unit, child] of parent.next) {
      child.fail = step(root, parent.fail, unit);
      child.ends = [...child.ends, ...child.fail.ends];
      queue.push(child);
    }
  }
  return root;
}

/** The node after one more unit; of no node, the root. */
export function step(root: Node, from: Node | undefined, unit: string): Node {
  for (let at = from; at; at = at.fail) {
    const next = at.next.get(unit);
    if (next) return next;
  }
  return root;
}
