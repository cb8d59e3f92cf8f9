/** Sources of regular expressions for what may not stand around a number: it would be a part of a longer one. */
const open = "(?<!\\d[.-])";
const closed = "(?![A-Za-z\\d]|[.-]\\d)";

/** A sticky expression between these edges. */
export const whole = (source: string): RegExp => new RegExp(`${open}(?:${source})${closed}`, "y");
