import type { FunctionRow } from "../functions/row.ts";
import type { Expression, Lambda } from "../resolve/resolved.ts";
import type { Printer } from "./printer.ts";
import { quoteName } from "./quote.ts";

/** What stands for each parameter, by id, in terms of what the engine's own lambda is given. */
type Given = readonly { readonly id: string; readonly text: string }[];

/** A lambda whose parameters are as the row says that the engine gives them. */
export function printLambda(node: Lambda, how: FunctionRow["lambda"], printer: Printer): string {
  const names = node.parameters.map(({ id }) => quoteName(id));
  const [first = "", second = ""] = names;
  switch (how) {
    case undefined:
      return `lambda ${names.join(", ")}: ${printer.expression(node.body)}`;
    case "indexed":
      return `lambda ${first}, ${second}: ${body(node, [first, `CAST((${second} - 1) AS INTEGER)`], printer)}`;
    case "zipped":
      return `lambda ${first}: ${body(node, [`${first}[1]`, `${first}[2]`], printer)}`;
    case "entry":
      return `lambda ${first}: ${body(node, [`${first}.key`, `${first}.value`], printer)}`;
  }
}

function body(node: Lambda, texts: readonly string[], printer: Printer): string {
  const given = node.parameters.map(({ id }, i) => ({ id, text: texts[i]! }));
  return withParameters(printer, given).expression(node.body);
}

function withParameters(printer: Printer, given: Given): Printer {
  const own: Printer = Object.freeze({
    ...printer,
    expression: (node: Expression) => {
      const stands = node.kind === "lambda_parameter" ? given.find(({ id }) => id === node.id) : undefined;
      return stands ? stands.text : printer.within(own).expression(node);
    },
  });
  return own;
}
