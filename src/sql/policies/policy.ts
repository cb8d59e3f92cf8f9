import { isJsonObject, type Json } from "#base/json.ts";
import type { FunctionDefinition, PolicyVerdict, ServicePolicy } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { CreateFunction } from "../ast/routine.ts";
import type { TypeSyntax } from "../ast/type.ts";
import { parseExpressionText } from "../parse/mod.ts";
import { compile } from "./compile.ts";
import type { Scope } from "./compiled.ts";
import { Uncomputable } from "./value.ts";

const results = ["ALLOW", "DENY", "ASK"] as const;

const isVariant = (type: TypeSyntax | undefined): boolean => type?.kind === "simple_type" && type.name === "VARIANT";

/** Whether a function is declared as service policies are: of one VARIANT, and giving one. */
export const isPolicyDeclared = ({ parameters, returns, body }: CreateFunction): boolean =>
  body.kind === "expression_source" &&
  parameters.length === 1 &&
  isVariant(parameters[0]!.type) &&
  parameters[0]!.default === null &&
  returns?.kind === "scalar_result" &&
  isVariant(returns.type);

/**
 * The service policy that a function is: its text as closures, with no table, no engine and nothing of the caller's but name and groups.
 * Source: Databricks docs "Service policy function reference".
 * @throws Fault BAD_REQUEST naming what a policy cannot hold; INVALID_PARAMETER_VALUE for a function of another kind.
 */
export function compilePolicy(definition: FunctionDefinition): ServicePolicy {
  const { name, parameters, returns, body, language } = definition;
  const [parameter] = parameters;
  const isPolicy = parameters.length === 1 && parameter?.type === "VARIANT" && language === undefined;
  if (!parameter || !isPolicy || returns.kind !== "scalar" || returns.type !== "VARIANT")
    throw new Fault(
      "INVALID_PARAMETER_VALUE",
      `'${name}' is no service policy: one is declared as (event VARIANT) RETURNS VARIANT, in SQL.`,
    );
  const scope: Scope = { parameter: parameter.name.toLowerCase(), reasons: new Set() };
  const { type, run } = compile(parseExpressionText(body), scope);
  if (type !== "VARIANT")
    throw new Fault(
      "BAD_REQUEST",
      `A service policy gives a VARIANT, to_variant_object(named_struct('result', 'ALLOW')), not ${type}.`,
    );
  return (event, { subject, groups }) =>
    verdictOf(run({ event, user: subject.name, groups: new Set(groups) }), scope.reasons);
}

function verdictOf(value: Json, reasons: ReadonlySet<string>): PolicyVerdict {
  const said = isJsonObject(value) && isJsonObject(value.decision) ? value.decision : value;
  const result = isJsonObject(said) ? results.find((one) => one === said.result) : undefined;
  if (!result || !isJsonObject(said)) throw new Uncomputable("it gives no result");
  const { reason } = said;
  return { result, ...(typeof reason === "string" && reasons.has(reason) && { reason }) };
}
