import type { OutsideRoutine } from "../ast/expression.ts";
import { rebuildExpression, visitExpression } from "../govern/tree.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type { Expression, OutsideCall } from "../resolve/resolved.ts";

/** The calls that no engine runs in an expression, those in queries within it among them; outer ones first. */
export function callsIn(root: Expression): readonly OutsideCall[] {
  const found: OutsideCall[] = [];
  visitExpression(root, {
    expression: (node) => {
      if (node.kind === "outside_call") found.push(node);
    },
  });
  return found;
}

/** What a person calls it. */
export const spokenCall = ({ kind, name }: OutsideRoutine): string =>
  kind === "python" ? `The Python function '${name}'` : `The function '${name}'`;

export const holdsCall = (root: Expression): boolean => callsIn(root).length > 0;

/** Whether an expression reads sources around it, and only these ones; with "or nothing", also one that reads none around it. */
export function refersTo(root: Expression, sources: ReadonlySet<string>, none?: "or nothing"): boolean {
  const inside = new Set<string>();
  visitExpression(root, {
    source: (node) => {
      if (node.kind !== "join") inside.add(node.alias);
    },
  });
  let some = none !== undefined;
  let only = true;
  visitExpression(root, {
    expression: (node) => {
      if (node.kind !== "column" || inside.has(node.source)) return;
      if (sources.has(node.source)) some = true;
      else only = false;
    },
  });
  return some && only;
}

/** @throws Fault for a call whose arguments are there only after or within what is computed of rows. */
export function refuseMisplaced({ arguments: given, routine, site }: OutsideCall): void {
  for (const value of given) {
    const kind = foreign(value);
    if (!kind) continue;
    throw unsupportedFault(
      site.at,
      `${spokenCall(routine)} with ${kind} as its argument`,
      "Compute that in a query in FROM, and call it around that.",
    );
  }
}

/** What of the expression itself, and not of a query within it, is no value of a row. */
function foreign(root: Expression): string | undefined {
  const bound = new Set<string>();
  let found: string | undefined;
  const see = (node: Expression): Expression => {
    if (node.kind === "lambda") for (const one of node.parameters) bound.add(one.id);
    if (node.kind === "aggregate") found ??= "an aggregate";
    if (node.kind === "window") found ??= "a window function";
    if (node.kind === "output") found ??= "a column of the output";
    if (node.kind === "lambda_parameter" && !bound.has(node.id)) found ??= "a lambda's parameter";
    return rebuildExpression(node, { expression: see, source: (one) => one, query: (one) => one });
  };
  see(root);
  return found;
}
