import type { Json, JsonObject } from "#base/json.ts";
import type { LentBy } from "#kernel/mod.ts";
import type { Fault } from "#wire/errors.ts";
import type { Argument, Call, Expression, ModelRoutine } from "../ast/expression.ts";
import { nameKey } from "../ast/name.ts";
import type { Position } from "../ast/position.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { parseTypeText } from "../parse/mod.ts";
import { faultAt } from "../plan/names.ts";
import { spellType, typeOfSyntax } from "../types/mod.ts";
import { EMBEDDINGS } from "./asking.ts";
import { responseFormat } from "./format.ts";
import { taskOf, tasks } from "./tasks.ts";

/** The function that asks a model. Source: Databricks SQL language manual, "ai_query function". */
const AI_QUERY = "ai_query";

/** The function that compares two texts. Source: Databricks SQL language manual, "ai_similarity function". */
const AI_SIMILARITY = "ai_similarity";

/** Its parameters in their order. */
const parameters = [
  "endpoint",
  "request",
  "returntype",
  "failonerror",
  "modelparameters",
  "responseformat",
  "files",
] as const;
type Parameter = (typeof parameters)[number];

/** Fields of a request that a model's parameters may not be: they say what is asked, and how it is told. */
const kept: ReadonlySet<string> = new Set([
  "messages",
  "input",
  "prompt",
  "stream",
  "stream_options",
  "n",
  "response_format",
  "tools",
  "tool_choice",
]);

/** True for the lower-case name of a function that asks a model. */
export const isModelFunction = (name: string): boolean =>
  name === AI_QUERY || name === AI_SIMILARITY || Object.hasOwn(tasks, name);

/** AI functions of Databricks that are not here. Source: Databricks SQL language manual, "AI functions". */
const absent: ReadonlySet<string> = new Set(["ai_forecast", "ai_parse_document", "ai_prep_search", "ai_top_drivers"]);

/** @throws Fault UNSUPPORTED_FEATURE for a call of a function that Databricks has and this server has not. */
export function refuseAbsent({ name, at }: Pick<Call, "name" | "at">): void {
  const [only, ...others] = name.parts;
  if (only && others.length === 0 && absent.has(nameKey(only)))
    throw unsupportedFault(at, `The function '${nameKey(only)}'`);
}

/** True for a call that asks a model. */
export const asksModel = ({ name }: Pick<Call, "name">): boolean =>
  name.parts.length === 1 && isModelFunction(nameKey(name.parts[0]!));

/** A question to a model as it stands in a text: whom it goes to, and how it is asked on a loan. */
export interface AskedModel {
  /** Null for the one set for functions that name none. */
  readonly endpoint: string | null;
  readonly routine: (lender: LentBy | null) => ModelRoutine;
}

/** Reads a call. @throws Fault naming what of it is wrong, with its place. */
export function askedModel(call: Call): AskedModel {
  const name = nameKey(call.name.parts[0]!);
  if (call.distinct || call.filter || call.over || call.within.length > 0 || call.nulls)
    throw unsupportedFault(call.at, `DISTINCT, FILTER, WITHIN GROUP or OVER on '${name}'`);
  if (name === AI_SIMILARITY) return compared(call);
  return name === AI_QUERY ? askedByName(call) : askedForTask(call, name);
}

function askedForTask(call: Call, name: string): AskedModel {
  const { answer = "STRING", labels, fields = {} } = taskOf(call, name).form;
  const common = { kind: "model", name, endpoint: null, answer, returns: answer, tells_errors: false, fields } as const;
  const routine = (lender: LentBy | null): ModelRoutine =>
    Object.freeze({ ...common, lender, ...(labels && { labels }) });
  return { endpoint: null, routine };
}

function compared(call: Call): AskedModel {
  textsOf(call);
  const routine = (lender: LentBy | null): ModelRoutine =>
    Object.freeze({
      ...({ kind: "model", name: AI_SIMILARITY, endpoint: EMBEDDINGS, compares: true, lender } as const),
      ...{ answer: "FLOAT", returns: "FLOAT", tells_errors: false, fields: {} },
    });
  return { endpoint: EMBEDDINGS, routine };
}

/** The two texts that a call compares. */
function textsOf({ at, arguments: given }: Call): readonly Expression[] {
  const named = given.find((one) => one.name);
  if (named) throw unsupportedFault(named.at, `Named arguments of '${AI_SIMILARITY}'`);
  if (given.length !== 2)
    throw faultAt(at, `${AI_SIMILARITY} takes 2 arguments`, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605");
  return given.map(({ value }) => value);
}

function askedByName(call: Call): AskedModel {
  const given = argumentsOf(call);
  const endpoint = given.get("endpoint");
  if (!endpoint || !given.has("request")) throw tooFew(call);
  const files = given.get("files");
  if (files) throw unsupportedFault(files.at, `Files in '${AI_QUERY}'`);
  const name = textOf(endpoint, "endpoint");
  const answer = given.has("returntype") ? typeText(given.get("returntype")!) : "STRING";
  const tells_errors = given.has("failonerror") && !truthOf(given.get("failonerror")!, "failOnError");
  const fields: JsonObject = {
    ...(given.has("modelparameters") && fieldsOf(given.get("modelparameters")!)),
    ...(given.has("responseformat") && { response_format: formatOf(given.get("responseformat")!) }),
  };
  const returns = tells_errors ? `STRUCT<result: ${answer}, errorMessage: STRING>` : answer;
  return {
    endpoint: name,
    routine: (lender) =>
      Object.freeze({ kind: "model", name: AI_QUERY, endpoint: name, lender, answer, returns, tells_errors, fields }),
  };
}

/** The expressions that are the question, or the texts that are compared. */
export function requestsOf(call: Call): readonly Expression[] {
  const name = nameKey(call.name.parts[0]!);
  if (name === AI_SIMILARITY) return textsOf(call);
  if (name !== AI_QUERY) return [taskOf(call, name).question];
  return [argumentsOf(call).get("request") ?? refuse(tooFew(call))];
}

function refuse(fault: Fault): never {
  throw fault;
}

const tooFew = ({ at }: Call): Fault =>
  faultAt(at, `${AI_QUERY} takes an endpoint's name and a request`, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605");

function argumentsOf(call: Call): ReadonlyMap<Parameter, Expression> {
  const given = new Map<Parameter, Expression>();
  for (const [i, argument] of call.arguments.entries()) {
    const parameter = parameterOf(argument, i);
    if (!parameter || given.has(parameter))
      throw faultAt(
        argument.at,
        `${AI_QUERY} takes, each once: endpoint, request, returnType, failOnError, modelParameters, responseFormat`,
        "UNRECOGNIZED_PARAMETER_NAME",
        "4274K",
      );
    given.set(parameter, argument.value);
  }
  return given;
}

function parameterOf({ name }: Argument, place: number): Parameter | undefined {
  return name ? parameters.find((one) => one === nameKey(name)) : parameters[place];
}

function constant(at: Position, what: string, kind: string): never {
  throw faultAt(at, `${what} of ${AI_QUERY} must be ${kind} constant`, "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", "42K09");
}

const textOf = (value: Expression, what: string): string =>
  value.kind === "string_literal" && value.value !== "" ? value.value : constant(value.at, what, "a STRING");

const truthOf = (value: Expression, what: string): boolean =>
  value.kind === "boolean_literal" ? value.value : constant(value.at, what, "a BOOLEAN");

/** As the metastore spells it. */
const typeText = (value: Expression): string => spellType(typeOfSyntax(parseTypeText(textOf(value, "returnType"))));

/** `named_struct('max_tokens', 100, 'temperature', 0.2)`, as fields of the request. */
function fieldsOf(value: Expression): JsonObject {
  const name = value.kind === "call" && value.name.parts.length === 1 ? nameKey(value.name.parts[0]!) : undefined;
  if (value.kind !== "call" || name !== "named_struct" || value.arguments.length % 2 !== 0)
    throw faultAt(
      value.at,
      "modelParameters is written named_struct('max_tokens', 100, …)",
      "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
      "42K09",
    );
  const fields: Record<string, Json> = {};
  for (let i = 0; i < value.arguments.length; i += 2) {
    const field = textOf(value.arguments[i]!.value, "The name of a model parameter");
    if (kept.has(field))
      throw faultAt(
        value.arguments[i]!.at,
        `'${field}' is no model parameter: ${AI_QUERY} sets it itself`,
        "UNRECOGNIZED_PARAMETER_NAME",
        "4274K",
      );
    fields[field] = jsonOf(value.arguments[i + 1]!.value);
  }
  return fields;
}

function jsonOf(value: Expression): Json {
  switch (value.kind) {
    case "string_literal":
    case "boolean_literal":
    case "double_literal":
      return value.value;
    case "integer_literal":
      return Number(value.value);
    case "decimal_literal":
      return Number(value.digits);
    case "null_literal":
      return null;
    case "unary": {
      const operand = value.operator === "-" ? jsonOf(value.operand) : undefined;
      return typeof operand === "number" ? -operand : constant(value.at, "A model parameter", "a");
    }
    case "call":
      if (value.name.parts.length === 1 && nameKey(value.name.parts[0]!) === "array")
        return value.arguments.map((one) => jsonOf(one.value));
      return fieldsOf(value);
    default:
      return constant(value.at, "A model parameter", "a");
  }
}

const formatOf = (value: Expression): JsonObject => responseFormat(textOf(value, "responseFormat"), value.at);
