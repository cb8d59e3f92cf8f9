import type { Call } from "../ast/expression.ts";
import { type Name, nameKey } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import { childrenOf, type QueryNode } from "../ast/visit.ts";
import { asksModel, refuseAbsent } from "../models/routine.ts";
import { unsupportedFault } from "../parse/fault.ts";

/** A name in a text that stands for a securable, not for a common table. */
interface Reference {
  readonly name: Name;
  readonly at: Position;
}

/** Every table and function that a text names, each place once, in text order. */
export interface References {
  readonly tables: readonly Reference[];
  /** Calls, built-in ones included: which are securables is decided by name. */
  readonly functions: readonly Reference[];
  /** Calls that ask a model, which they name in a constant. */
  readonly questions: readonly Call[];
}

/**
 * What a text refers to, right as to scopes: a common table is seen by the entries after it, by its query's body and by all beneath,
 * never by itself or outside, so `WITH sec AS (SELECT * FROM sec) SELECT * FROM sec` refers to the table `sec` once.
 * @throws Fault for time travel, and for AI functions that are not here, which are refused by name.
 */
export function referencesOf(root: QueryNode): References {
  const tables: Reference[] = [];
  const functions: Reference[] = [];
  const questions: Call[] = [];
  const collect = (node: QueryNode, common: ReadonlySet<string>): void => {
    switch (node.kind) {
      case "query": {
        let seen = common;
        for (const entry of node.with) {
          collect(entry.query, seen);
          seen = new Set([...seen, nameKey(entry.name)]);
        }
        const entries: readonly QueryNode[] = node.with.map((entry) => entry.query);
        for (const child of childrenOf(node)) if (!entries.includes(child)) collect(child, seen);
        return;
      }
      case "named_table":
        if (node.travel) throw unsupportedFault(node.travel.at, "Time travel");
        if (!isCommon(node.name, common)) tables.push(node);
        return;
      case "whole_table":
        if (!isCommon(node.name, common)) tables.push(node);
        return;
      case "call":
        refuseAbsent(node);
        if (asksModel(node)) questions.push(node);
        functions.push(node);
        break;
      case "table_function":
        refuseAbsent(node);
        functions.push(node);
        break;
      default:
    }
    for (const child of childrenOf(node)) collect(child, common);
  };
  collect(root, new Set());
  return { tables, functions, questions };
}

function isCommon(name: Name, common: ReadonlySet<string>): boolean {
  return name.parts.length === 1 && common.has(nameKey(name.parts[0]!));
}
