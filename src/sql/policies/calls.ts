import type { Call, Expression } from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import { type Compile, type Compiled, numeric, type Scope, strict, typed, unified } from "./compiled.ts";
import { arithmetic, plainFunctions } from "./functions.ts";
import type { Value } from "./value.ts";

/** Functions that depend on NULL, types, names or who asks. */
interface SpecialFunction {
  readonly min: number;
  readonly max: number;
  readonly make: (given: readonly Compiled[], nodes: readonly Expression[], scope: Scope) => Compiled;
}

/** Other names of the same. */
const synonyms: Readonly<Record<string, string>> = {
  SUBSTR: "SUBSTRING",
  CHARACTER_LENGTH: "CHAR_LENGTH",
  IFNULL: "COALESCE",
  NVL: "COALESCE",
  SESSION_USER: "CURRENT_USER",
  IS_MEMBER: "IS_ACCOUNT_GROUP_MEMBER",
};

const REASON = "reason";

const special: Readonly<Record<string, SpecialFunction>> = {
  IF: {
    min: 3,
    max: 3,
    make: ([test, yes, no], nodes) => {
      const isMet = typed(test!, "BOOLEAN", nodes[0]!);
      return { type: unified([yes!, no!], nodes[1]!), run: (env) => (isMet.run(env) === true ? yes! : no!).run(env) };
    },
  },
  COALESCE: {
    min: 1,
    max: 64,
    make: (given, nodes) => ({
      type: unified(given, nodes[0]!),
      run: (env) => {
        for (const one of given) {
          const value = one.run(env);
          if (value !== null) return value;
        }
        return null;
      },
    }),
  },
  NULLIF: {
    min: 2,
    max: 2,
    make: ([one, other], nodes) => {
      unified([one!, other!], nodes[1]!);
      return {
        type: one!.type,
        run: (env) => {
          const value = one!.run(env);
          return value === other!.run(env) ? null : value;
        },
      };
    },
  },
  ISNULL: { min: 1, max: 1, make: ([one]) => ({ type: "BOOLEAN", run: (env) => one!.run(env) === null }) },
  ISNOTNULL: { min: 1, max: 1, make: ([one]) => ({ type: "BOOLEAN", run: (env) => one!.run(env) !== null }) },
  MOD: {
    min: 2,
    max: 2,
    make: ([one, other], nodes) => {
      const isInteger = numeric(one!, nodes[0]!).type !== "DOUBLE" && numeric(other!, nodes[1]!).type !== "DOUBLE";
      const type = isInteger ? "INT" : "DOUBLE";
      return strict(type, [one!, other!], ([a, b]) => arithmetic["%"]!(a as number, b as number, isInteger));
    },
  },
  NAMED_STRUCT: {
    min: 2,
    max: 64,
    make: (given, nodes, { reasons }) => {
      const fields = nodes.flatMap((node, i) => {
        if (i % 2 === 1) return [];
        const value = nodes[i + 1];
        if (node.kind !== "string_literal" || !value)
          throw unsupportedFault(node.at, "A field of NAMED_STRUCT without a name and a value");
        if (node.value === REASON && value.kind === "string_literal") reasons.add(value.value);
        return [[node.value, given[i + 1]!] as const];
      });
      return {
        type: "STRUCT",
        run: (env) => Object.fromEntries(fields.map(([name, value]) => [name, value.run(env)])),
      };
    },
  },
  TO_VARIANT_OBJECT: {
    min: 1,
    max: 1,
    make: ([one], nodes) => ({ type: "VARIANT", run: typed(one!, "STRUCT", nodes[0]!).run }),
  },
  CURRENT_USER: { min: 0, max: 0, make: () => ({ type: "STRING", run: ({ user }) => user }) },
  IS_ACCOUNT_GROUP_MEMBER: {
    min: 1,
    max: 1,
    make: ([one], nodes) => {
      const named = typed(one!, "STRING", nodes[0]!);
      return {
        type: "BOOLEAN",
        run: (env) => {
          const group = named.run(env);
          return group === null ? null : env.groups.has(group as string);
        },
      };
    },
  },
};

/** @throws Fault BAD_REQUEST naming a function that a policy cannot call. */
export function compileCall(node: Call, scope: Scope, compile: Compile): Compiled {
  const { at, name, distinct, within, filter, nulls, over } = node;
  const written = name.parts.map(({ text }) => text).join(".");
  const upper = written.toUpperCase();
  const known = synonyms[upper] ?? upper;
  const plain = Object.hasOwn(plainFunctions, known) ? plainFunctions[known] : undefined;
  const other = Object.hasOwn(special, known) ? special[known] : undefined;
  const found = plain ?? other;
  const isDressed = distinct || within.length > 0 || filter || nulls || over || node.arguments.some((one) => one.name);
  if (!found || isDressed || node.arguments.length < found.min || node.arguments.length > found.max)
    throw unsupportedFault(at, `The function ${written.slice(0, 100)} as it is called in a service policy`);
  const nodes = node.arguments.map(({ value }) => value);
  const given = nodes.map((value) => compile(value, scope));
  if (other) return other.make(given, nodes, scope);
  const { of, rest, returns, run } = plain!;
  const all = given.map((one, i) => {
    if (i > 0 && rest) return typed(one, rest, nodes[i]!);
    return of === "number" ? numeric(one, nodes[i]!) : typed(one, of, nodes[i]!);
  });
  const type = of === "number" && all[0]!.type === "INT" ? "INT" : returns;
  return strict(type, all, (values) => (run as (...values: readonly Value[]) => Value)(...values));
}
