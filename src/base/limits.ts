/** Every maximum, with its unit in its name and the reason beside it. */

/** A request body. Databricks refuses serving bodies over 16 MB. */
export const REQUEST_BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Objects and lists within each other in a JSON body: what protobuf's JSON reader, which Databricks uses, takes at most. */
export const JSON_DEPTH_MAX = 100;

/** Statement text. Databricks SQL Statement Execution API: 16 MiB; ours is lower, since a parser sees it whole. */
export const STATEMENT_TEXT_BYTES_MAX = 1024 * 1024;

/** Inline results, Databricks SQL Statement Execution API: 25 MiB. */
export const INLINE_RESULT_BYTES_MAX = 25 * 1024 * 1024;

/** An access token's life, as on Databricks: one hour. */
export const ACCESS_TOKEN_SECONDS = 3600;

/** An on-behalf-of token's life: long enough for one agent turn, too short to be worth stealing. */
export const ON_BEHALF_OF_TOKEN_SECONDS = 900;

/** Depth of views, functions and policies that lend to each other; deeper is a cycle or a mistake. */
export const LENDING_DEPTH_MAX = 16;
