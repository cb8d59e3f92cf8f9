import type { Expression } from "../ast/expression.ts";
import { unsupportedFault } from "../parse/fault.ts";
import type { PolicyType, Value } from "./value.ts";

/** What a policy looks at while it runs. */
export interface Env {
  readonly event: Value;
  readonly user: string;
  readonly groups: ReadonlySet<string>;
}

/** An expression, ready to run. */
export interface Compiled {
  readonly type: PolicyType;
  readonly run: (env: Env) => Value;
}

/** What compiling knows: the parameter's name, and the reasons that stand in the text as they are. */
export interface Scope {
  readonly parameter: string;
  readonly reasons: Set<string>;
}

/** With an argument that is NULL the result is NULL. */
export function strict(type: PolicyType, of: readonly Compiled[], run: (given: readonly Value[]) => Value): Compiled {
  return {
    type,
    run: (env) => {
      const given = of.map((one) => one.run(env));
      return given.includes(null) ? null : run(given);
    },
  };
}

/** @throws Fault BAD_REQUEST when it is of another type; NULL is of any. */
export function typed(one: Compiled, type: PolicyType, node: Expression): Compiled {
  if (one.type === type || one.type === "NULL") return one;
  const hint = one.type === "VARIANT" ? "Cast the field: event:type::string." : "";
  throw unsupportedFault(node.at, `${one.type} where a service policy needs ${type}`, hint);
}

export function numeric(one: Compiled, node: Expression): Compiled {
  return one.type === "DOUBLE" ? one : typed(one, "INT", node);
}

/** The one type of several results. @throws Fault BAD_REQUEST */
export function unified(all: readonly Compiled[], node: Expression): PolicyType {
  const types = new Set(all.map(({ type }) => type).filter((type) => type !== "NULL"));
  if (types.size === 2 && types.has("INT") && types.has("DOUBLE")) return "DOUBLE";
  if (types.size > 1) throw unsupportedFault(node.at, `Results of ${[...types].join(" and ")} in a service policy`);
  return [...types][0] ?? "NULL";
}

/** Compiles what stands within. @throws Fault BAD_REQUEST naming what a policy cannot hold. */
export type Compile = (node: Expression, scope: Scope) => Compiled;
