import type { Join, JoinType, Source } from "../resolve/resolved.ts";
import { printGenerate } from "./generate.ts";
import type { Printer } from "./printer.ts";
import { physicalName, quoteName } from "./quote.ts";

/**
 * What stands in FROM. @throws TypeError for a relation: whoever got here past the policies made a mistake, and no text comes of it.
 */
export function printSourceNode(node: Source, printer: Printer): string {
  switch (node.kind) {
    case "relation":
      throw new TypeError("a relation that is not governed was about to be printed");
    case "physical":
      return `${physicalName(node.schema)}.${physicalName(node.table)} AS ${quoteName(node.alias)}`;
    case "governed":
      return `(${printer.query(node.query)}) AS ${quoteName(node.alias)}`;
    case "subquery":
      return `${node.lateral ? "LATERAL " : ""}(${printer.query(node.query)}) AS ${quoteName(node.alias)}`;
    case "common_table_reference":
      return `${quoteName(node.common)} AS ${quoteName(node.alias)}`;
    case "join":
      return printJoin(node, printer);
    case "generate":
      return printGenerate(node, printer);
  }
}

const joins: Readonly<Record<JoinType, string>> = Object.freeze({
  INNER: "INNER JOIN",
  LEFT: "LEFT JOIN",
  RIGHT: "RIGHT JOIN",
  FULL: "FULL JOIN",
  CROSS: "CROSS JOIN",
  "LEFT SEMI": "SEMI JOIN",
  "LEFT ANTI": "ANTI JOIN",
});

function printJoin({ type, left, right, condition }: Join, printer: Printer): string {
  const nested = right.kind === "join" || (right.kind === "generate" && right.input !== null);
  const beside = nested ? `(${printer.source(right)})` : printer.source(right);
  if (type === "CROSS") return `${printer.source(left)} CROSS JOIN ${beside}`;
  const on = condition === null ? "TRUE" : printer.expression(condition);
  return `${printer.source(left)} ${joins[type]} ${beside} ON ${on}`;
}
