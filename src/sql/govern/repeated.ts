import type { Expression, Query, Select, Source } from "../resolve/resolved.ts";
import { conjuncts } from "./conjuncts.ts";
import { isLeakProofExpression } from "./leak-proof.ts";
import { holdsQuery, visit, visitExpression } from "./tree.ts";

/**
 * Of relations that a query reads in one place alone, by name, the conditions that may be repeated where their rows are set apart:
 * so that no more of them are than the query can want.
 */
export function conditionsByName(root: Query): ReadonlyMap<string, readonly Expression[]> {
  const repeated = repeatedConditions(root);
  const found = new Map<string, readonly Expression[]>();
  const places = new Map<string, number>();
  visit(root, {
    source: (node) => {
      if (node.kind !== "relation") return;
      places.set(node.name, (places.get(node.name) ?? 0) + 1);
      found.set(node.name, repeated.get(node.alias) ?? []);
    },
  });
  return new Map([...found].filter(([name]) => places.get(name) === 1));
}

/**
 * Conditions that may be repeated within a barrier, by the alias of the relation that each reads alone: leak-proof, without a
 * subquery, and such that a row for which they are not true is in no result of their SELECT. Without them a barrier would have the
 * engine read the whole table for one row of it.
 */
export function repeatedConditions(root: Query): ReadonlyMap<string, readonly Expression[]> {
  const found = new Map<string, Expression[]>();
  visit(root, {
    select: (node) => {
      for (const { condition, relations } of required(node)) {
        const alias = soleSource(condition);
        if (alias === undefined || !relations.has(alias) || !isLeakProofExpression(condition)) continue;
        const known = found.get(alias) ?? [];
        found.set(alias, [...known, condition]);
      }
    },
  });
  return found;
}

/** A condition, and the relations whose rows it leaves out when it is not true. */
interface Required {
  readonly condition: Expression;
  readonly relations: ReadonlySet<string>;
}

function required({ from, where }: Select): readonly Required[] {
  if (from === null) return [];
  const reach = reachOf(from);
  const own = where === null ? [] : conjuncts(where).map((condition) => ({ condition, relations: reach.relations }));
  return [...own, ...reach.inner];
}

/** Of a FROM: the relations of which a row is in the result only as itself, and the conditions of joins that both sides must meet. */
function reachOf(source: Source): { readonly relations: ReadonlySet<string>; readonly inner: readonly Required[] } {
  if (source.kind === "relation") return { relations: new Set([source.alias]), inner: [] };
  if (source.kind !== "join") return { relations: new Set(), inner: [] };
  const left = reachOf(source.left);
  const right = reachOf(source.right);
  switch (source.type) {
    case "INNER":
    case "CROSS": {
      const relations = left.relations.union(right.relations);
      const own = source.condition === null ? [] : conjuncts(source.condition);
      return {
        relations,
        inner: [...own.map((condition) => ({ condition, relations })), ...left.inner, ...right.inner],
      };
    }
    case "LEFT":
    case "LEFT SEMI":
    case "LEFT ANTI": {
      // A row of the right side that does not meet the condition is as good as not there.
      const own = source.condition === null ? [] : conjuncts(source.condition);
      const matched = own.map((condition) => ({ condition, relations: right.relations }));
      return { relations: left.relations, inner: [...matched, ...left.inner, ...right.inner] };
    }
    default:
      return { relations: new Set(), inner: [...left.inner, ...right.inner] };
  }
}

/** The one source that an expression reads; undefined when it reads several, none, or has a query in it. */
function soleSource(root: Expression): string | undefined {
  const sources = new Set<string>();
  let isPlain = !holdsQuery(root);
  visitExpression(root, {
    expression: (node) => {
      if (node.kind === "column") sources.add(node.source);
      else isPlain &&= node.kind !== "output";
    },
  });
  return isPlain && sources.size === 1 ? [...sources][0] : undefined;
}
