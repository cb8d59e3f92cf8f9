import type { JoinCondition, LateralView, TableAlias, TableReference } from "../ast/table.ts";
import { printArguments, printCall } from "./call.ts";
import { printColumnList, printIdentifier, printName } from "./name.ts";
import type { Printer } from "./printer.ts";

function printAlias(alias: TableAlias | null): string {
  return alias === null ? "" : ` AS ${printIdentifier(alias.name)}${printColumnList(alias.columns)}`;
}

function printCondition(condition: JoinCondition | null, printer: Printer): string {
  if (condition?.kind === "join_on") return ` ON ${printer.expression(condition.value)}`;
  return condition?.kind === "join_using" ? ` USING${printColumnList(condition.columns)}` : "";
}

/** A table reference; joins nest to the left without parentheses, to the right with them. */
export function printTable(node: TableReference, printer: Printer): string {
  switch (node.kind) {
    case "named_table": {
      const { travel } = node;
      const version = travel === null ? "" : ` ${travel.by} AS OF (${printer.expression(travel.value)})`;
      return `${printName(node.name)}${version}${printAlias(node.alias)}`;
    }
    case "derived_table":
      return `${node.lateral ? "LATERAL " : ""}(${printer.query(node.query)})${printAlias(node.alias)}`;
    case "table_function": {
      const call = `${printName(node.name)}(${printArguments(node.arguments, printer)})`;
      return `${node.lateral ? "LATERAL " : ""}${call}${printAlias(node.alias)}`;
    }
    case "join": {
      const natural = node.condition?.kind === "join_natural" ? "NATURAL " : "";
      const right = printTable(node.right, printer);
      const side = node.right.kind === "join" ? `(${right})` : right;
      const words = `${natural}${node.type} JOIN`;
      return `${printTable(node.left, printer)} ${words} ${side}${printCondition(node.condition, printer)}`;
    }
  }
}

/** `LATERAL VIEW …`. */
export function printLateralView(view: LateralView, printer: Printer): string {
  const table = view.table === null ? "" : ` ${printIdentifier(view.table)}`;
  const columns = view.columns.length === 0 ? "" : ` AS ${view.columns.map(printIdentifier).join(", ")}`;
  return `LATERAL VIEW ${view.outer ? "OUTER " : ""}${printCall(view.call, printer)}${table}${columns}`;
}
