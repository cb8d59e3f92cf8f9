import type { GroupBy, GroupItem, Query, QueryBody, Select, SetOperation } from "../ast/query.ts";
import { printColumnList, printIdentifier, printName } from "./name.ts";
import { printOrderBy } from "./order.ts";
import type { Printer } from "./printer.ts";
import { printLateralView, printTable } from "./table.ts";
import { printSpecification } from "./window.ts";

function printGroupItem(item: GroupItem, printer: Printer): string {
  if (item.kind === "group_expression") return printer.expression(item.value);
  return `${item.form} (${item.sets.map((set) => `(${set.map(printer.expression).join(", ")})`).join(", ")})`;
}

function printGroupBy(group: GroupBy, printer: Printer): string {
  if (group.kind === "group_by_all") return "GROUP BY ALL";
  return `GROUP BY ${group.items.map((item) => printGroupItem(item, printer)).join(", ")}`;
}

function printSelect(node: Select, printer: Printer): string {
  const clause = (word: string, items: readonly string[]) => (items.length === 0 ? "" : `${word} ${items.join(", ")}`);
  const items = node.items.map(
    (item) => printer.expression(item.value) + (item.alias === null ? "" : ` AS ${printIdentifier(item.alias)}`),
  );
  const windows = node.windows.map(
    (named) => `${printIdentifier(named.name)} AS ${printSpecification(named.window, printer)}`,
  );
  const parts = [
    clause(node.distinct ? "SELECT DISTINCT" : "SELECT", items),
    clause(
      "FROM",
      node.from.map((table) => printTable(table, printer)),
    ),
    ...node.lateral_views.map((view) => printLateralView(view, printer)),
    node.where === null ? "" : `WHERE ${printer.expression(node.where)}`,
    node.group === null ? "" : printGroupBy(node.group, printer),
    node.having === null ? "" : `HAVING ${printer.expression(node.having)}`,
    node.qualify === null ? "" : `QUALIFY ${printer.expression(node.qualify)}`,
    clause("WINDOW", windows),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** An operand that would bind otherwise without parentheses gets them; the parser makes none such. */
function printSetOperand(node: QueryBody, parent: SetOperation, isRight: boolean, printer: Printer): string {
  const text = printBody(node, printer);
  if (node.kind !== "set_operation") return text;
  const isTighter = node.operator === "INTERSECT" && parent.operator !== "INTERSECT";
  const isLooser = node.operator !== "INTERSECT" && parent.operator === "INTERSECT";
  return isTighter || (!isRight && !isLooser) ? text : `(${text})`;
}

function printBody(node: QueryBody, printer: Printer): string {
  switch (node.kind) {
    case "query":
      return `(${printQuery(node, printer)})`;
    case "select":
      return printSelect(node, printer);
    case "set_operation": {
      const left = printSetOperand(node.left, node, false, printer);
      const right = printSetOperand(node.right, node, true, printer);
      return `${left} ${node.operator}${node.all ? " ALL" : ""} ${right}`;
    }
    case "values":
      return `VALUES ${node.rows.map((row) => `(${row.map(printer.expression).join(", ")})`).join(", ")}`;
    case "whole_table":
      return `TABLE ${printName(node.name)}`;
  }
}

/** A query as canonical text, without parentheses around it. */
export function printQuery(node: Query, printer: Printer): string {
  const entries = node.with.map(
    (entry) => `${printIdentifier(entry.name)}${printColumnList(entry.columns)} AS (${printer.query(entry.query)})`,
  );
  const parts = [
    entries.length === 0 ? "" : `WITH ${entries.join(", ")}`,
    printBody(node.body, printer),
    node.order === null ? "" : printOrderBy(node.order, printer),
    node.limit === null ? "" : `LIMIT ${printer.expression(node.limit)}`,
    node.offset === null ? "" : `OFFSET ${printer.expression(node.offset)}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}
