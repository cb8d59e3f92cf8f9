import { BIGINT, boundedDecimal, type DataType } from "../../types/mod.ts";
import { remainderType } from "../decimals.ts";
import { scalar } from "../make.ts";
import type { FunctionRow, ReturnRule } from "../row.ts";

/** A decimal without its fraction, and one digit more; BIGINT of any other number. */
const whole = ([type]: readonly DataType[]): DataType =>
  type?.kind === "decimal" ? boundedDecimal(type.precision - type.scale + 1, 0) : BIGINT;
const remainder = (types: readonly DataType[]): DataType => remainderType(types[0]!, types[1]!);

/** Rounded to a number of digits that is written out, a decimal of so many; else of those that it had. */
const rounded: ReturnRule = ([type], [, digits]) => {
  if (type?.kind !== "decimal") return BIGINT;
  const scale = digits === undefined ? type.scale : Math.max(0, Math.min(type.scale, Number(digits)));
  return boundedDecimal(type.precision - type.scale + scale + 1, scale);
};

/** Functions of one DOUBLE that both sides mean alike. */
const plain = [
  "exp",
  "sin",
  "cos",
  "tan",
  "cot",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "degrees",
  "radians",
  "cbrt",
];

// biome-ignore format: a table is read in rows
export const numberRows: readonly FunctionRow[] = [
  ...plain.map((name) => scalar(name, "DOUBLE", "DOUBLE", `system.main.${name}({0})`)),
  scalar("abs", "N", "N", "system.main.abs({0})"),
  scalar("positive", "N", "N", "({0})"),
  scalar("ceil / ceiling", "DECIMAL", whole, "CAST(system.main.ceil({0}) AS {type})"),
  scalar("ceil / ceiling", "DOUBLE", whole, "CAST(system.main.ceil({0}) AS {type})"),
  scalar("ceil / ceiling", "I", "BIGINT", "CAST({0} AS BIGINT)"),
  scalar("floor", "DECIMAL", whole, "CAST(system.main.floor({0}) AS {type})"),
  scalar("floor", "DOUBLE", whole, "CAST(system.main.floor({0}) AS {type})"),
  scalar("floor", "I", "BIGINT", "CAST({0} AS BIGINT)"),
  scalar("round", "DECIMAL", whole, "CAST(system.main.round({0}, 0) AS {type})"),
  scalar("round", "I", "I", "({0})"),
  scalar("round", "DOUBLE", "DOUBLE", "system.main.round({0}, 0)"),
  scalar("round", "I ; INT", "I", "CAST(system.main.round({0}, {1}) AS {type})"),
  scalar("round", "DECIMAL ; INT", rounded, "CAST(system.main.round({0}, {1}) AS {type})"),
  scalar("round", "DOUBLE ; INT", "DOUBLE", "system.main.round({0}, {1})"),
  scalar("bround", "DOUBLE", "DOUBLE", "system.main.round_even({0}, 0)"),
  scalar("bround", "DOUBLE ; INT", "DOUBLE", "system.main.round_even({0}, {1})"),
  scalar("rint", "DOUBLE", "DOUBLE", "system.main.round_even({0}, 0)"),
  scalar("sign / signum", "DOUBLE", "DOUBLE", "CAST(system.main.sign({0}) AS DOUBLE)"),
  scalar("sqrt", "DOUBLE", "DOUBLE", "lakeward_fn.sqrt_of({0})"),
  scalar("ln", "DOUBLE", "DOUBLE", "lakeward_fn.ln_of({0})"),
  scalar("log", "DOUBLE", "DOUBLE", "lakeward_fn.ln_of({0})"),
  scalar("log", "DOUBLE ; DOUBLE", "DOUBLE", "(lakeward_fn.ln_of({1}) / lakeward_fn.ln_of({0}))"),
  scalar("log2", "DOUBLE", "DOUBLE", "(CASE WHEN {0} > 0 THEN system.main.log2({0}) END)"),
  scalar("log10", "DOUBLE", "DOUBLE", "(CASE WHEN {0} > 0 THEN system.main.log10({0}) END)"),
  scalar("log1p", "DOUBLE", "DOUBLE", "lakeward_fn.ln_of({0} + 1)"),
  scalar("expm1", "DOUBLE", "DOUBLE", "(system.main.exp({0}) - 1)"),
  scalar("pow / power", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.pow({0}, {1})"),
  scalar("atan2", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.atan2({0}, {1})"),
  scalar("hypot", "DOUBLE ; DOUBLE", "DOUBLE", "system.main.sqrt({0} * {0} + {1} * {1})"),
  scalar("pi", "", "DOUBLE", "system.main.pi()"),
  scalar("e", "", "DOUBLE", "system.main.exp(CAST(1 AS DOUBLE))"),
  scalar("mod", "I ; I", "I", "({0} % lakeward_fn.remainder_divisor({1}))"),
  scalar("mod", "DECIMAL ; DECIMAL", remainder, "CAST(({0} % lakeward_fn.remainder_divisor({1})) AS {type})"),
  scalar("mod", "DOUBLE ; DOUBLE", "DOUBLE", "({0} % lakeward_fn.remainder_divisor({1}))"),
  scalar("pmod", "I ; I", "I", "CAST(((({0} % lakeward_fn.remainder_divisor({1})) + {1}) % {1}) AS {type})"),
  scalar("greatest", "O+", "O", "system.main.greatest({*})"),
  scalar("least", "O+", "O", "system.main.least({*})"),
  scalar("factorial", "INT", "BIGINT", "CAST(system.main.factorial({0}) AS BIGINT)"),
  scalar("bit_count", "BIGINT", "INT", "CAST(system.main.bit_count({0}) AS INTEGER)"),
  scalar("shiftleft", "INT ; INT", "INT", "({0} << {1})"),
  scalar("shiftright", "INT ; INT", "INT", "({0} >> {1})"),
  scalar("conv", "STRING ; INT ; INT", "STRING", "system.main.to_base(lakeward_fn.from_base({0}, {1}), {2})"),
  scalar("bin", "BIGINT", "STRING", "system.main.to_base({0}, 2)"),
  scalar("isnan", "DOUBLE", "BOOLEAN", "coalesce(system.main.isnan({0}), FALSE)"),
  scalar("nanvl", "DOUBLE ; DOUBLE", "DOUBLE", "(CASE WHEN system.main.isnan({0}) THEN {1} ELSE {0} END)"),
  scalar("rand / random", "", "DOUBLE", "system.main.random()", { volatile: true }),
  scalar("try_add", "N ; N", "N", "TRY({0} + {1})"),
  scalar("try_subtract", "N ; N", "N", "TRY({0} - {1})"),
  scalar("try_multiply", "I ; I", "I", "TRY({0} * {1})"),
  scalar("try_multiply", "DOUBLE ; DOUBLE", "DOUBLE", "({0} * {1})"),
  scalar("try_divide", "DOUBLE ; DOUBLE", "DOUBLE", "({0} / nullif({1}, 0))"),
  scalar("try_mod", "I ; I", "I", "({0} % nullif({1}, 0))"),
  scalar("zeroifnull", "N", "N", "coalesce({0}, 0)"),
  scalar("nullifzero", "N", "N", "nullif({0}, 0)"),
].flat();
