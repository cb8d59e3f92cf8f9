import type { Expression } from "../ast/expression.ts";
import type { TypeSyntax } from "../ast/type.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { compileCall } from "./calls.ts";
import { type Compiled, numeric, type Scope, strict, typed, unified } from "./compiled.ts";
import { arithmetic } from "./functions.ts";
import { converted, fieldOf, isLike, likeSteps, type PolicyType, Uncomputable, type Value } from "./value.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;
type Compilers = { readonly [K in Expression["kind"]]?: (node: Of<K>, scope: Scope) => Compiled };

const literal = (type: PolicyType, value: Value): Compiled => ({ type, run: () => value });

/** Types of casts by what they are written as. */
const casts: Readonly<Record<string, PolicyType>> = {
  STRING: "STRING",
  INT: "INT",
  BIGINT: "INT",
  DOUBLE: "DOUBLE",
  FLOAT: "DOUBLE",
  BOOLEAN: "BOOLEAN",
};

/** A policy may hold these kinds of expression, and no others. Source: Databricks docs "Service policy function reference". */
const compilers: Compilers = {
  string_literal: ({ value }) => literal("STRING", value),
  boolean_literal: ({ value }) => literal("BOOLEAN", value),
  null_literal: () => literal("NULL", null),
  double_literal: ({ value }) => literal("DOUBLE", value),
  decimal_literal: ({ digits }) => literal("DOUBLE", Number(digits)),
  integer_literal: ({ at, value }) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw unsupportedFault(at, `The number ${value} in a service policy`);
    return literal("INT", number);
  },
  column: ({ at, parts }, { parameter }) => {
    const [part, ...more] = parts;
    if (more.length > 0 || part!.text.toLowerCase() !== parameter)
      throw unsupportedFault(at, `A name but '${parameter}' in a service policy`, `Fields of it are ${parameter}:a.b.`);
    return { type: "VARIANT", run: ({ event }) => event };
  },
  path: ({ at, operand, steps }, scope) => {
    const of = typed(compile(operand, scope), "VARIANT", operand);
    const names = steps.map((step) => {
      if (step.kind === "path_wildcard") throw unsupportedFault(at, "[*] in a service policy");
      return step.kind === "path_field" ? step.name : step.index;
    });
    return { type: "VARIANT", run: (env) => names.reduce<Value>(fieldOf, of.run(env)) };
  },
  cast: ({ at, operand, type, tolerant }, scope) => {
    const of = compile(operand, scope);
    const to = castTo(type);
    if (to === undefined || of.type === "STRUCT") throw unsupportedFault(at, "This cast in a service policy");
    if (!tolerant) return { type: to, run: (env) => converted(of.run(env), to) };
    return { type: to, run: (env) => triedAs(of.run(env), to) };
  },
  unary: ({ at, operator, operand }, scope) => {
    const of = compile(operand, scope);
    if (operator === "NOT") return strict("BOOLEAN", [typed(of, "BOOLEAN", operand)], ([one]) => !one);
    if (operator === "~") throw unsupportedFault(at, "~ in a service policy");
    return strict(numeric(of, operand).type, [of], ([one]) => (operator === "-" ? -(one as number) : one!));
  },
  binary: (node, scope) => compileBinary(node, scope),
  is_test: ({ operand, test, negated }, scope) => {
    const of = test === "NULL" ? compile(operand, scope) : typed(compile(operand, scope), "BOOLEAN", operand);
    const wanted = test === "NULL" ? null : test === "TRUE";
    return { type: "BOOLEAN", run: (env) => (of.run(env) === wanted) !== negated };
  },
  in_list: ({ operand, items, negated }, scope) => {
    const of = compile(operand, scope);
    const all = items.map((one) => comparable(of, compile(one, scope), one));
    return {
      type: "BOOLEAN",
      run: (env) => {
        const value = of.run(env);
        if (value === null) return null;
        const values = all.map((one) => one.run(env));
        if (values.includes(value)) return !negated;
        return values.includes(null) ? null : negated;
      },
    };
  },
  like: ({ at, operator, operand, pattern, escape: escaping, negated }, scope) => {
    if (operator === "RLIKE") throw unsupportedFault(at, "RLIKE in a service policy");
    const fold = (value: string): string => (operator === "ILIKE" ? value.toLowerCase() : value);
    const [of, by] = [
      typed(compile(operand, scope), "STRING", operand),
      typed(compile(pattern, scope), "STRING", pattern),
    ];
    return strict("BOOLEAN", [of, by], ([value, like]) => {
      const steps = likeSteps(fold(like as string), escaping ?? "\\");
      return isLike(fold(value as string), steps) !== negated;
    });
  },
  case: ({ operand, branches, otherwise }, scope) => {
    const of = operand && compile(operand, scope);
    const all = branches.map(({ condition, result }) => {
      const when = compile(condition, scope);
      const isMet = of ? equal(of, comparable(of, when, condition)) : typed(when, "BOOLEAN", condition);
      return { isMet, result: compile(result, scope) };
    });
    const last = otherwise ? compile(otherwise, scope) : literal("NULL", null);
    const type = unified([...all.map(({ result }) => result), last], branches[0]!.result);
    return {
      type,
      run: (env) => (all.find(({ isMet }) => isMet.run(env) === true)?.result ?? last).run(env),
    };
  },
  trim: ({ at, side, characters, operand }, scope) => {
    if (characters) throw unsupportedFault(at, "TRIM of given characters in a service policy");
    const of = typed(compile(operand, scope), "STRING", operand);
    return strict("STRING", [of], ([value]) => {
      const start = side === "TRAILING" ? String(value) : String(value).replace(/^ +/, "");
      return side === "LEADING" ? start : start.replace(/ +$/, "");
    });
  },
  call: (node, scope) => compileCall(node, scope, compile),
};

/** @throws Fault BAD_REQUEST naming what a policy cannot hold. */
export function compile(node: Expression, scope: Scope): Compiled {
  const compiler = compilers[node.kind] as ((node: Expression, scope: Scope) => Compiled) | undefined;
  if (!compiler) throw unsupportedFault(node.at, `${node.kind.replaceAll("_", " ").toUpperCase()} in a service policy`);
  return compiler(node, scope);
}

function compileBinary({ at, operator, left, right }: Of<"binary">, scope: Scope): Compiled {
  const [one, other] = [compile(left, scope), compile(right, scope)];
  if (operator === "AND" || operator === "OR") {
    const decides = operator === "OR";
    const [a, b] = [typed(one, "BOOLEAN", left), typed(other, "BOOLEAN", right)];
    return {
      type: "BOOLEAN",
      run: (env) => {
        const first = a.run(env);
        if (first === decides) return decides;
        const second = b.run(env);
        if (second === decides) return decides;
        return first === null || second === null ? null : !decides;
      },
    };
  }
  if (operator === "||") return strict("STRING", [typed(one, "STRING", left), typed(other, "STRING", right)], joined);
  const compute = arithmetic[operator];
  if (compute) {
    numeric(one, left);
    numeric(other, right);
    const isInteger = operator !== "/" && one.type !== "DOUBLE" && other.type !== "DOUBLE";
    return strict(isInteger ? "INT" : "DOUBLE", [one, other], ([a, b]) => compute(a as number, b as number, isInteger));
  }
  const compare = comparisons[operator];
  if (!compare) throw unsupportedFault(at, `${operator} in a service policy`);
  comparable(one, other, right);
  if (operator === "<=>") return { type: "BOOLEAN", run: (env) => one.run(env) === other.run(env) };
  return strict("BOOLEAN", [one, other], ([a, b]) => compare(a as string, b as string));
}

const joined = (parts: readonly Value[]): Value => converted(parts.join(""), "STRING");

const comparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  "=": (left, right) => left === right,
  "<=>": (left, right) => left === right,
  "<>": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

const equal = (one: Compiled, other: Compiled): Compiled => strict("BOOLEAN", [one, other], ([a, b]) => a === b);

const isScalar = ({ type }: Compiled): boolean => type !== "VARIANT" && type !== "STRUCT";
const familyOf = ({ type }: Compiled): PolicyType => (type === "INT" ? "DOUBLE" : type);

/** The second, as one that can be compared with the first. @throws Fault BAD_REQUEST */
function comparable(one: Compiled, other: Compiled, node: Expression): Compiled {
  const isSame = familyOf(one) === familyOf(other) || one.type === "NULL" || other.type === "NULL";
  if (isSame && isScalar(one) && isScalar(other)) return other;
  const hint = isScalar(one) && isScalar(other) ? "" : "Cast the field: event:type::string.";
  throw unsupportedFault(node.at, `Comparing ${one.type} with ${other.type} in a service policy`, hint);
}

const castTo = (type: TypeSyntax): PolicyType | undefined =>
  type.kind === "simple_type" ? casts[type.name] : undefined;

function triedAs(value: Value, to: PolicyType): Value {
  try {
    return converted(value, to);
  } catch (thrown) {
    if (thrown instanceof Uncomputable) return null;
    throw thrown;
  }
}
