import {
  array,
  BIGINT,
  commonType,
  type DataType,
  DOUBLE,
  decimalOf,
  isImplicitlyCastable,
  isIntegral,
  isNumeric,
  isOrderable,
  isReal,
  isString,
  isVoid,
  isYearMonth,
  map,
  STRING,
  sameType,
  typeOfText,
  VOID,
} from "../types/mod.ts";

/**
 * Patterns of types. A type's own spelling is that type, to which an argument is cast if it may be. `ANY` takes anything as it is,
 * `DECIMAL` a decimal or whole number, `YM` and `DT` intervals, `=DATE` a date and no text that reads like one. Letters are variables; all places of one letter get one common
 * type: `T U K V A` any, `O` with an order, `N` a number, `I` a whole number, `R` FLOAT or DOUBLE. `ARRAY<p>` and `MAP<p,q>` nest;
 * `p -> q` and `(p, q) -> r` are lambdas; `p+` and `p*` repeat, `(p,q)*` repeats a pair.
 */
export type Variables = Map<string, DataType>;

const VARIABLE = /^[TUKVAONIR]$/;

/** The type that `given` takes where `pattern` stands, variables being bound on the way; undefined when it does not fit. */
export function matchType(pattern: string, given: DataType, variables: Variables): DataType | undefined {
  if (VARIABLE.test(pattern)) return matchVariable(pattern, given, variables);
  switch (pattern) {
    case "ANY":
      return given;
    case "=DATE":
    case "=TIMESTAMP":
    case "=TIMESTAMP_NTZ":
      return sameType(given, typeOf(pattern.slice(1))) ? given : undefined;
    case "DECIMAL":
      return isString(given) || isReal(given) ? undefined : decimalOf(given);
    case "YM":
      return given.kind === "interval" && isYearMonth(given) ? given : undefined;
    case "DT":
      return given.kind === "interval" && !isYearMonth(given) ? given : undefined;
    default:
  }
  const nested = nestedOf(pattern);
  if (!nested) {
    const wanted = typeOf(pattern);
    return isImplicitlyCastable(given, wanted) ? wanted : undefined;
  }
  if (nested.head === "ARRAY")
    return given.kind === "array" ? mapped(matchType(nested.parts[0]!, given.element, variables), array) : undefined;
  if (given.kind !== "map") return undefined;
  const key = matchType(nested.parts[0]!, given.key, variables);
  const value = matchType(nested.parts[1]!, given.value, variables);
  return key && value && map(key, value);
}

const mapped = (type: DataType | undefined, wrap: (type: DataType) => DataType): DataType | undefined =>
  type && wrap(type);

function matchVariable(name: string, given: DataType, variables: Variables): DataType | undefined {
  const bound = variables.get(name);
  const joined = bound ? commonType(bound, given) : given;
  const kept = joined && constrained(name, joined);
  if (kept) variables.set(name, kept);
  return kept;
}

const isLoose = (type: DataType): boolean => isString(type) || isVoid(type);

function constrained(name: string, type: DataType): DataType | undefined {
  if (name === "O") return isOrderable(type) ? type : undefined;
  // A text beside a number takes that number's type; only alone it becomes one of its own, when the pattern is filled.
  if (name === "N") return isNumeric(type) || isLoose(type) ? type : undefined;
  if (name === "I") return isIntegral(type) || isLoose(type) ? type : undefined;
  if (name === "R") return isReal(type) ? type : undefined;
  return type;
}

/** The pattern with its variables filled in; one that nothing bound, as in `array()`, is VOID. */
export function fillPattern(pattern: string, variables: Variables, given?: DataType): DataType {
  if (VARIABLE.test(pattern)) {
    const bound = variables.get(pattern) ?? VOID;
    if (pattern === "N" && isLoose(bound)) return DOUBLE;
    return pattern === "I" && isLoose(bound) ? BIGINT : bound;
  }
  const nested = nestedOf(pattern);
  if (nested) {
    const [first, second] = nested.parts.map((part) => fillPattern(part, variables));
    return nested.head === "ARRAY" ? array(first!) : map(first!, second!);
  }
  if (pattern === "ANY" || pattern === "YM" || pattern === "DT") return given ?? STRING;
  if (pattern === "DECIMAL") return decimalOf(given!)!;
  return typeOf(pattern.replace("=", ""));
}

const types = new Map<string, DataType>();

function typeOf(text: string): DataType {
  const known = types.get(text);
  if (known) return known;
  const type = typeOfText(text);
  types.set(text, type);
  return type;
}

function nestedOf(pattern: string): { readonly head: "ARRAY" | "MAP"; readonly parts: readonly string[] } | undefined {
  const found = /^(ARRAY|MAP)<(.*)>$/.exec(pattern);
  if (!found) return undefined;
  return { head: found[1] as "ARRAY" | "MAP", parts: splitTop(found[2]!) };
}

/** Parts between commas that stand outside all brackets. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "<" || text[at] === "(") depth += 1;
    if (text[at] === ">" || text[at] === ")") depth -= 1;
    if (text[at] !== "," || depth > 0) continue;
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  }
  return [...parts, text.slice(start).trim()];
}

export interface LambdaPattern {
  readonly parameters: readonly string[];
  readonly body: string;
}

/** The parts of a lambda's pattern; undefined for any other. */
export function lambdaPattern(pattern: string): LambdaPattern | undefined {
  const [head, body] = pattern.split(" -> ");
  if (body === undefined) return undefined;
  const bare = head!.startsWith("(") ? head!.slice(1, -1) : head!;
  return { parameters: splitTop(bare), body };
}

/** One pattern for each of `count` arguments; undefined when there cannot be so many. */
export function expandPatterns(patterns: readonly string[], count: number): readonly string[] | undefined {
  const last = patterns.at(-1);
  const repeat = last && /^(.+)([+*])$/.exec(last);
  if (!repeat) return patterns.length === count ? patterns : undefined;
  const before = patterns.slice(0, -1);
  const cycle = repeat[1]!.startsWith("(") ? splitTop(repeat[1]!.slice(1, -1)) : [repeat[1]!];
  const left = count - before.length;
  if (left < (repeat[2] === "+" ? 1 : 0) || left % cycle.length !== 0) return undefined;
  return [...before, ...Array.from({ length: left }, (_, i) => cycle[i % cycle.length]!)];
}
