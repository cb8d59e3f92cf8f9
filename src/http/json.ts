import { isJsonObject, type JsonObject } from "#base/json.ts";
import { JSON_DEPTH_MAX } from "#base/limits.ts";
import { Fault } from "#wire/errors.ts";

const INVALID = "Invalid JSON given in the body of the request";

/**
 * A request body that must be a JSON object. Keys named `__proto__` are dropped, wherever they stand.
 * @throws Fault MALFORMED_REQUEST, in the words that Databricks uses.
 */
export function readJsonObject(text: string): JsonObject {
  const parsed = parse(text);
  if (!isJsonObject(parsed)) throw new Fault("MALFORMED_REQUEST", `${INVALID} - expected a map.`);
  if (!isPlain(text)) sanitize(parsed);
  return parsed;
}

const OPENING = /[{[]/g;

/**
 * Whether a text says by itself that there is nothing to sanitize: it holds neither that key nor an escape by which it might be spelt,
 * and has no more braces and brackets than may nest.
 */
function isPlain(text: string): boolean {
  if (text.includes("__proto__") || text.includes("\\u")) return false;
  let openings = 0;
  for (const _ of text.matchAll(OPENING)) {
    openings += 1;
    if (openings > JSON_DEPTH_MAX) return false;
  }
  return true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("MALFORMED_REQUEST", `${INVALID} - failed to parse given JSON.`, { cause });
  }
}

/** Level by level, not by recursion: a hostile depth must not overflow the stack here or in whatever reads the value next. */
function sanitize(root: object): void {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX)
      throw new Fault("MALFORMED_REQUEST", `${INVALID} - it nests deeper than ${JSON_DEPTH_MAX} levels.`);
    for (const one of level) Reflect.deleteProperty(one, "__proto__");
    level = level.flatMap((one) => Object.values(one).filter((value) => typeof value === "object" && value !== null));
  }
}
