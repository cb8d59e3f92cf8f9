/**
 * types: the data types of the dialect, how they widen, and how each side spells them.
 *
 * Owns: types as frozen data, ANSI promotion and casts, spellings for users and for the engine.
 * Never: touches a value.
 * Depends on: the parser, for types written as text.
 */
export { isCastable } from "./castable.ts";
export { commonType, commonTypeOf, isImplicitlyCastable } from "./common.ts";
export {
  boundedDecimal,
  decimalOf,
  isIntegral,
  isNumeric,
  isOrderable,
  isReal,
  isString,
  isTemporal,
  isVoid,
  isYearMonth,
} from "./family.ts";
export { typeOfSyntax, typeOfText } from "./read.ts";
export { spellEngineType, spellType } from "./spell.ts";
export type { DataType, DecimalType, StructField, StructType } from "./type.ts";
export {
  array,
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  INT,
  interval,
  map,
  SMALLINT,
  STRING,
  sameType,
  struct,
  TIMESTAMP,
  VOID,
} from "./type.ts";
