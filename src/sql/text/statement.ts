import type { CreatePolicy } from "../ast/attribute-policy.ts";
import type { PolicyCall } from "../ast/policy.ts";
import type { CreateFunction, CreateView } from "../ast/routine.ts";
import type { SecurableReference } from "../ast/securable.ts";
import type { Statement } from "../ast/statement.ts";
import type { ChangeTags } from "../ast/tag.ts";
import type { ColumnDeclaration, CreateTable } from "../ast/writing.ts";
import { printLiteral, printString } from "./literal.ts";
import { printColumnList, printIdentifier, printName } from "./name.ts";
import type { Printer } from "./printer.ts";
import { printType } from "./type.ts";

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function printComment(comment: string | null): string {
  return comment === null ? "" : `COMMENT ${printString(comment)}`;
}

function printSecurable({ word, name }: SecurableReference): string {
  return name === null ? word : `${word} ${printName(name)}`;
}

function printPolicyArguments(call: Pick<PolicyCall, "arguments">): string {
  const items = call.arguments.map((item) =>
    item.kind === "policy_column" ? printIdentifier(item.name) : printLiteral(item.value),
  );
  return `(${items.join(", ")})`;
}

function printRowFilter(call: PolicyCall): string {
  return `ROW FILTER ${printName(call.function)} ON ${printPolicyArguments(call)}`;
}

function printMask(call: PolicyCall): string {
  const using = call.arguments.length === 0 ? "" : `USING COLUMNS ${printPolicyArguments(call)}`;
  return join("MASK", printName(call.function), using);
}

function printCreate(what: string, node: { readonly replace?: boolean; readonly if_not_exists: boolean }): string {
  return join("CREATE", node.replace === true ? "OR REPLACE" : "", what, node.if_not_exists ? "IF NOT EXISTS" : "");
}

function printColumn(column: ColumnDeclaration): string {
  return join(
    printIdentifier(column.name),
    printType(column.type),
    column.nullable ? "" : "NOT NULL",
    printComment(column.comment),
    column.mask === null ? "" : printMask(column.mask),
  );
}

function printCreateTable(node: CreateTable, printer: Printer): string {
  return join(
    printCreate("TABLE", node),
    printName(node.name),
    node.columns.length === 0 ? "" : `(${node.columns.map(printColumn).join(", ")})`,
    node.row_filter === null ? "" : `WITH ${printRowFilter(node.row_filter)}`,
    printComment(node.comment),
    node.query === null ? "" : `AS ${printer.query(node.query)}`,
  );
}

function printCreateView(node: CreateView, printer: Printer): string {
  const columns = node.columns.map((column) => join(printIdentifier(column.name), printComment(column.comment)));
  return join(
    printCreate("VIEW", node),
    printName(node.name),
    columns.length === 0 ? "" : `(${columns.join(", ")})`,
    printComment(node.comment),
    `AS ${printer.query(node.query)}`,
  );
}

function printReturns(returns: CreateFunction["returns"]): string {
  if (returns === null) return "";
  if (returns.kind === "scalar_result") return `RETURNS ${printType(returns.type)}`;
  const columns = returns.columns.map((column) =>
    join(printIdentifier(column.name), printType(column.type), printComment(column.comment)),
  );
  return columns.length === 0 ? "RETURNS TABLE" : `RETURNS TABLE (${columns.join(", ")})`;
}

function printCreateFunction(node: CreateFunction, printer: Printer): string {
  const parameters = node.parameters.map((parameter) =>
    join(
      printIdentifier(parameter.name),
      printType(parameter.type),
      parameter.default === null ? "" : `DEFAULT ${printer.expression(parameter.default.value)}`,
      printComment(parameter.comment),
    ),
  );
  const { body, deterministic } = node;
  return join(
    printCreate("FUNCTION", node),
    `${printName(node.name)}(${parameters.join(", ")})`,
    printReturns(node.returns),
    printComment(node.comment),
    deterministic === null ? "" : deterministic ? "DETERMINISTIC" : "NOT DETERMINISTIC",
    body.kind === "python_source"
      ? `LANGUAGE PYTHON AS $$${body.text}$$`
      : `RETURN ${body.kind === "query_source" ? printer.query(body.query) : printer.expression(body.value)}`,
  );
}

function printCreatePolicy(node: CreatePolicy): string {
  const principals = (all: CreatePolicy["to"]) => all.map(printIdentifier).join(", ");
  const match = node.match.map(({ condition, alias }) =>
    join(condition.text, alias === null ? "" : `AS ${printIdentifier(alias)}`),
  );
  return join(
    "CREATE",
    node.replace ? "OR REPLACE" : "",
    `POLICY ${printIdentifier(node.name)} ON ${printSecurable(node.target)}`,
    printComment(node.comment),
    `${node.masks === null ? "ROW FILTER" : "COLUMN MASK"} ${printName(node.function)} TO ${principals(node.to)}`,
    node.except.length === 0 ? "" : `EXCEPT ${principals(node.except)}`,
    "FOR TABLES",
    node.when === null ? "" : `WHEN ${node.when.text}`,
    match.length === 0 ? "" : `MATCH COLUMNS ${match.join(", ")}`,
    node.masks === null ? "" : `ON COLUMN ${printIdentifier(node.masks)}`,
    node.using.length === 0 ? "" : `USING COLUMNS ${printPolicyArguments({ arguments: node.using })}`,
  );
}

function printTags({ target, column, set, unset }: ChangeTags): string {
  const settings = set.map(({ key, value }) => `${printString(key)}${value === "" ? "" : ` = ${printString(value)}`}`);
  const change =
    set.length > 0 ? `SET TAGS (${settings.join(", ")})` : `UNSET TAGS (${unset.map(printString).join(", ")})`;
  const of = column === null ? "" : `ALTER COLUMN ${printIdentifier(column)}`;
  return join("ALTER", printSecurable(target), of, change);
}

function spell(privileges: readonly string[]): string {
  return privileges.map((privilege) => privilege.replaceAll("_", " ")).join(", ");
}

/** A statement as canonical text, without a semicolon. */
export function printStatementNode(node: Statement, printer: Printer): string {
  switch (node.kind) {
    case "query_statement":
      return printer.query(node.query);
    case "create_catalog":
      return join(printCreate("CATALOG", node), printName(node.name), printComment(node.comment));
    case "create_schema":
      return join(printCreate("SCHEMA", node), printName(node.name), printComment(node.comment));
    case "create_table":
      return printCreateTable(node, printer);
    case "create_view":
      return printCreateView(node, printer);
    case "create_function":
      return printCreateFunction(node, printer);
    case "drop": {
      const { word, name } = node.target;
      const exists = node.if_exists ? "IF EXISTS" : "";
      return join("DROP", word, exists, name === null ? "" : printName(name), node.cascade ? "CASCADE" : "");
    }
    case "change_owner":
      return `ALTER ${printSecurable(node.target)} SET OWNER TO ${printIdentifier(node.owner)}`;
    case "insert":
      return `INSERT INTO ${printName(node.table)}${printColumnList(node.columns)} ${printer.query(node.query)}`;
    case "change_row_filter": {
      const change = node.filter === null ? "DROP ROW FILTER" : `SET ${printRowFilter(node.filter)}`;
      return `ALTER TABLE ${printName(node.table)} ${change}`;
    }
    case "change_column_mask": {
      const change = node.mask === null ? "DROP MASK" : `SET ${printMask(node.mask)}`;
      return `ALTER TABLE ${printName(node.table)} ALTER COLUMN ${printIdentifier(node.column)} ${change}`;
    }
    case "create_policy":
      return printCreatePolicy(node);
    case "drop_policy":
      return `DROP POLICY ${printIdentifier(node.name)} ON ${printSecurable(node.target)}`;
    case "show_policies":
      return join("SHOW", node.effective ? "EFFECTIVE" : "", "POLICIES ON", printSecurable(node.target));
    case "describe_policy":
      return `DESCRIBE POLICY ${printIdentifier(node.name)} ON ${printSecurable(node.target)}`;
    case "create_governed_tag": {
      const values = node.values.length === 0 ? "" : `VALUES (${node.values.map(printString).join(", ")})`;
      const description = node.description === null ? "" : `DESCRIPTION ${printString(node.description)}`;
      return join("CREATE GOVERNED TAG", printString(node.key), description, values);
    }
    case "drop_governed_tag":
      return `DROP GOVERNED TAG ${printString(node.key)}`;
    case "change_tags":
      return printTags(node);
    case "grant":
      return `GRANT ${spell(node.privileges)} ON ${printSecurable(node.target)} TO ${printIdentifier(node.principal)}`;
    case "revoke":
      return `REVOKE ${spell(node.privileges)} ON ${printSecurable(node.target)} FROM ${printIdentifier(node.principal)}`;
    case "show_grants": {
      const principal = node.principal === null ? "" : printIdentifier(node.principal);
      return join("SHOW GRANTS", principal, "ON", printSecurable(node.target));
    }
    case "show_objects": {
      const scope = node.scope === null ? "" : `IN ${printName(node.scope)}`;
      return join("SHOW", node.objects, scope, node.pattern === null ? "" : `LIKE ${printString(node.pattern)}`);
    }
    case "describe": {
      const { word, name } = node.target;
      return join("DESCRIBE", word, node.extended ? "EXTENDED" : "", name === null ? "" : printName(name));
    }
    case "use_catalog":
      return `USE CATALOG ${printName(node.name)}`;
    case "use_schema":
      return `USE SCHEMA ${printName(node.name)}`;
    case "explain_governance":
      return join(
        "EXPLAIN GOVERNANCE",
        node.as === null ? "" : `AS ${printString(node.as)}`,
        printer.query(node.query),
      );
    case "explain":
      return `EXPLAIN ${printStatementNode(node.statement, printer)}`;
  }
}
