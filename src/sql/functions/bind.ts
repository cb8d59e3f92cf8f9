import { commonType, type DataType, isVoid, sameType } from "../types/mod.ts";
import { expandPatterns, fillPattern, lambdaPattern, matchType, type Variables } from "./pattern.ts";
import type { FunctionKind, FunctionRow } from "./row.ts";
import { rowsOf } from "./table.ts";

export type BindArgument =
  | {
      readonly kind: "value";
      readonly type: DataType;
      /** A literal, or a cast of one. */
      readonly constant: boolean;
      /** The value, when it is a literal text or whole number: names of a struct's fields, and digits to round to, come from it. */
      readonly text?: string;
    }
  | {
      readonly kind: "lambda";
      /** How many it declares. */
      readonly parameters: number;
      /** The body's type when its parameters have these; called for each form tried. */
      readonly body: (types: readonly DataType[]) => DataType;
    };

export interface BoundFunction {
  readonly row: FunctionRow;
  /** Of each argument after its cast; of a lambda its body's. */
  readonly types: readonly DataType[];
  readonly type: DataType;
}

/** The kind of a function of the library by its lower-case name; undefined for a name that is none. */
export function kindOf(name: string): FunctionKind | undefined {
  return rowsOf(name)[0]?.kind;
}

/** The form of a function that takes these arguments with the fewest casts, the first of several; undefined when none does. */
export function bindFunction(name: string, given: readonly BindArgument[]): BoundFunction | undefined {
  let best: (BoundFunction & { readonly casts: number }) | undefined;
  for (const row of rowsOf(name)) {
    const bound = bindRow(row, given);
    if (bound && (!best || bound.casts < best.casts)) best = bound;
  }
  return best;
}

function bindRow(row: FunctionRow, given: readonly BindArgument[]): (BoundFunction & { casts: number }) | undefined {
  const patterns = expandPatterns(row.parameters, given.length);
  if (!patterns) return undefined;
  const variables: Variables = new Map();
  for (const [i, one] of given.entries()) {
    if (one.kind === "value" && !matchType(patterns[i]!, one.type, variables)) return undefined;
    if ((one.kind === "lambda") !== (lambdaPattern(patterns[i]!) !== undefined)) return undefined;
  }
  const bodies = new Map<number, DataType>();
  for (const [i, one] of given.entries()) {
    if (one.kind !== "lambda") continue;
    const body = bindLambda(patterns[i]!, one, variables);
    if (!body) return undefined;
    bodies.set(i, body);
  }
  // A second pass, since a later argument may have widened a variable.
  const types = given.map(
    (one, i) => bodies.get(i) ?? fillPattern(patterns[i]!, variables, one.kind === "value" ? one.type : undefined),
  );
  const casts = given.filter(
    (one, i) => one.kind === "value" && !isVoid(one.type) && !sameType(one.type, types[i]!),
  ).length;
  const texts = given.map((one) => (one.kind === "value" ? one.text : undefined));
  const type =
    typeof row.returns === "string" ? fillPattern(row.returns, variables, types[0]) : row.returns(types, texts);
  return { row, types: Object.freeze(types), type, casts };
}

/** A body that widens one of the lambda's own parameters, as that of `aggregate` does, is typed anew with the wider one. */
function bindLambda(
  pattern: string,
  one: Extract<BindArgument, { kind: "lambda" }>,
  variables: Variables,
): DataType | undefined {
  const { parameters, body } = lambdaPattern(pattern)!;
  if (parameters.length !== one.parameters) return undefined;
  const typed = (): DataType => one.body(parameters.map((each) => fillPattern(each, variables)));
  const first = typed();
  const before = variables.get(body);
  if (!matchType(body, first, variables)) return undefined;
  const after = variables.get(body);
  if (before && after && !sameType(before, after)) {
    const again = typed();
    if (!commonType(after, again)) return undefined;
  }
  return fillPattern(body, variables, first);
}
