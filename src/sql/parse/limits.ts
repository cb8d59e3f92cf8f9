/** Nesting of parentheses, subqueries, CASE, calls and types. Deeper text is made by programs, and would exhaust the stack. */
export const NESTING_DEPTH_MAX = 200;

/** Depth of the finished tree. It also bounds chains such as `a + b + c …`, which nest without parentheses; later passes recurse. */
export const TREE_DEPTH_MAX = 1000;

/** An identifier's length in characters. Databricks: 255. */
export const IDENTIFIER_CHARACTERS_MAX = 255;

/** Digits of any number as written; the smallest DOUBLE has 324 zeros behind its point. */
export const NUMBER_DIGITS_MAX = 400;

/** Digits of a DECIMAL. Databricks: 38. */
export const DECIMAL_DIGITS_MAX = 38;
