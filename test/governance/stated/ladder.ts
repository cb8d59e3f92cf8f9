import type { Case } from "../case.ts";
import { CATALOG, FUNCTION, type Holder, holders, type Level, NOBODY, SCHEMA, TABLE } from "./holders.ts";

/**
 * What one privilege in one place opens, for each thing that can be wished of a table, a function, their schema and their catalog.
 * The rules stand here as tables of their own: nothing of the product is asked what a privilege is, or where it reaches.
 */
interface Wish {
  readonly name: string;
  readonly wants: Partial<Case>;
  readonly on: "TABLE" | "FUNCTION" | "SCHEMA" | "CATALOG";
  /** Any of these, or ownership. None: whatever makes the thing known. */
  readonly needs: readonly string[];
  /** Whether USE CATALOG and USE SCHEMA are asked for as well. */
  readonly path: boolean;
  /** How the door http answers where the thing is known and the wish is denied, and where it is permitted. */
  readonly http: { readonly asks: "the thing" | "the wish" | "nothing"; readonly permitted?: Case["http"] };
  readonly rows: readonly (readonly (string | number | null)[])[];
}

const NO_REQUEST = { not_reachable: "Unity Catalog REST has no request that does this." } as const;
const UC = "/api/2.1/unity-catalog";

/** `name` is the wisher's, for what each makes of their own. */
const wishesOf = (name: string): readonly Wish[] => [
  {
    name: "reads the table",
    wants: { reads: TABLE, statement: `SELECT max(n) FROM ${TABLE}` },
    on: "TABLE",
    needs: ["SELECT"],
    path: true,
    http: { asks: "the thing", permitted: { status: 200, shows: { full_name: TABLE } } },
    rows: [[1]],
  },
  {
    name: "is told of the table",
    wants: { describes: TABLE },
    on: "TABLE",
    needs: [],
    path: false,
    http: { asks: "the thing", permitted: { status: 200, shows: { full_name: TABLE } } },
    rows: [["n", "int", null]],
  },
  {
    name: "calls the function",
    wants: { calls: FUNCTION, statement: `SELECT ${FUNCTION}()` },
    on: "FUNCTION",
    needs: ["EXECUTE"],
    path: true,
    http: { asks: "the thing", permitted: { status: 200, shows: { full_name: FUNCTION } } },
    rows: [[4]],
  },
  {
    name: "puts a row into the table",
    wants: { does: { action: "table.insert", on: `TABLE ${TABLE}` }, statement: `INSERT INTO ${TABLE} VALUES (1)` },
    on: "TABLE",
    needs: ["MODIFY"],
    path: true,
    http: { asks: "nothing" },
    rows: [[1, 1]],
  },
  {
    name: "makes a table in the schema",
    wants: {
      does: {
        action: "table.create",
        on: `SCHEMA ${SCHEMA}`,
        request: { method: "POST", path: `${UC}/tables`, body: { catalog_name: CATALOG, schema_name: "rung" } },
      },
      statement: `CREATE TABLE IF NOT EXISTS ${SCHEMA}.\`of_${name}\` (n INT)`,
    },
    on: "SCHEMA",
    needs: ["CREATE TABLE"],
    path: true,
    http: {
      asks: "the wish",
      permitted: { status: 501, error_code: "NOT_IMPLEMENTED", says: "use CREATE TABLE in SQL" },
    },
    rows: [],
  },
  {
    name: "makes a function in the schema",
    wants: {
      does: { action: "function.create", on: `SCHEMA ${SCHEMA}` },
      statement: `CREATE FUNCTION IF NOT EXISTS ${SCHEMA}.\`by_${name}\`() RETURNS INT RETURN 1`,
    },
    on: "SCHEMA",
    needs: ["CREATE FUNCTION"],
    path: true,
    http: { asks: "nothing" },
    rows: [],
  },
  {
    name: "makes a schema in the catalog",
    wants: {
      creates: `${CATALOG}.of_${name.replaceAll("-", "_")}`,
      statement: `CREATE SCHEMA IF NOT EXISTS ${CATALOG}.of_${name.replaceAll("-", "_")}`,
    },
    on: "CATALOG",
    needs: ["CREATE SCHEMA"],
    path: true,
    http: { asks: "the wish", permitted: { status: 200, shows: { catalog_name: CATALOG } } },
    rows: [],
  },
  {
    name: "tags the table",
    wants: {
      does: {
        action: "tags.update",
        on: `TABLE ${TABLE}`,
        request: {
          method: "PATCH",
          path: `${UC}/entity-tag-assignments/tables/${TABLE}/tags/worn`,
          body: { tag_value: "no" },
        },
      },
      statement: `SET TAG ON TABLE ${TABLE} 'worn' = 'yes'`,
    },
    on: "TABLE",
    needs: ["APPLY TAG"],
    path: true,
    http: { asks: "the wish", permitted: { status: 200, shows: { tag_key: "worn", tag_value: "no" } } },
    rows: [],
  },
  {
    name: "grants a right on the table to others",
    wants: { grants: { privilege: "SELECT", on: `TABLE ${TABLE}`, to: NOBODY } },
    on: "TABLE",
    needs: ["MANAGE"],
    path: false,
    http: { asks: "the wish", permitted: { status: 200, shows: {} } },
    rows: [],
  },
  {
    name: "takes a filter off the table",
    wants: { drops_filter_of: TABLE },
    on: "TABLE",
    needs: ["MANAGE"],
    path: true,
    http: { asks: "nothing" },
    rows: [],
  },
  {
    name: "reads the policies on the table",
    wants: {
      does: {
        action: "policies.read",
        on: `TABLE ${TABLE}`,
        request: { method: "GET", path: `${UC}/policies/TABLE/${TABLE}` },
      },
      statement: `SHOW POLICIES ON TABLE ${TABLE}`,
    },
    on: "TABLE",
    needs: ["MANAGE", "READ METADATA"],
    path: false,
    http: { asks: "the wish", permitted: { status: 200, shows: { policies: [] } } },
    rows: [],
  },
];

/** What kinds of things a privilege says something about: held above, it makes these known and reaches them. */
// biome-ignore format: a table is read in columns
const about: Readonly<Record<string, readonly Wish["on"][]>> = {
  SELECT:            ["TABLE"],
  MODIFY:            ["TABLE"],
  EXECUTE:           ["FUNCTION"],
  BROWSE:            ["CATALOG", "SCHEMA", "TABLE", "FUNCTION"],
  MANAGE:            ["CATALOG", "SCHEMA", "TABLE", "FUNCTION"],
  "READ METADATA":   ["CATALOG", "SCHEMA", "TABLE", "FUNCTION"],
  "APPLY TAG":       ["CATALOG", "SCHEMA", "TABLE"],
  "ALL PRIVILEGES":  ["CATALOG", "SCHEMA", "TABLE", "FUNCTION"],
  "CREATE TABLE":    ["SCHEMA"],
  "CREATE FUNCTION": ["SCHEMA"],
  "CREATE SCHEMA":   ["CATALOG"],
};

/** Where things stand on the ladder: what is held on a lower number reaches the higher ones. */
const height = { catalog: 0, schema: 1, object: 2 } as const;
const standsAt: Readonly<Record<Wish["on"], Level>> = {
  CATALOG: "catalog",
  SCHEMA: "schema",
  TABLE: "object",
  FUNCTION: "object",
};

/** Of table and function, a right on "the object" is granted on those that it says something about. */
const isAbove = (one: Holder, on: Wish["on"]): boolean => height[one.on] <= height[standsAt[on]];
const owns = (one: Holder, on: Wish["on"]): boolean => one.holds === "OWNERSHIP" && isAbove(one, on);
const reaches = (one: Holder, on: Wish["on"]): boolean => isAbove(one, on) && (about[one.holds]?.includes(on) ?? false);
const opens = (one: Holder, { needs, on }: Wish): boolean =>
  owns(one, on) ||
  (reaches(one, on) &&
    (needs.includes(one.holds) || (one.holds === "ALL PRIVILEGES" && needs.some((each) => each !== "MANAGE"))));

/** USE on the path makes the catalog known, or the schema, to all who stand on the ladder. */
function isKnownTo(one: Holder, on: Wish["on"]): boolean {
  if (owns(one, on) || reaches(one, on)) return true;
  if (on === "SCHEMA") return one.path !== "no USE SCHEMA";
  return on === "CATALOG" && one.path !== "no USE CATALOG";
}

/** The first step of the path that is missing, or none. What owns or manages all privileges of a step needs no USE there. */
function missingStep(one: Holder, { on, path }: Wish): string | null {
  if (!path) return null;
  const has = (level: "catalog" | "schema") =>
    ((one.holds === "OWNERSHIP" || one.holds === "ALL PRIVILEGES") && height[one.on] <= height[level]) ||
    one.path === "both";
  if (on !== "CATALOG" && !has("schema") && one.path === "no USE SCHEMA") return `USE_SCHEMA on SCHEMA '${SCHEMA}'`;
  if (!has("catalog") && one.path === "no USE CATALOG") return `USE_CATALOG on CATALOG '${CATALOG}'`;
  return null;
}

const nameOf = { CATALOG, SCHEMA, TABLE, FUNCTION } as const;
const MISSING = { CATALOG: "staircase", SCHEMA: "ladder.rail", TABLE: `${SCHEMA}.nail`, FUNCTION: `${SCHEMA}.leap` };

const where: Readonly<Record<Level, string>> = {
  catalog: "the catalog",
  schema: "the schema",
  object: "the thing itself",
};

function sentence(one: Holder, wish: Wish, outcome: string): string {
  const path = one.path === "both" ? "" : `, with ${one.path},`;
  const held = one.holds === "OWNERSHIP" ? "Who is in the group that owns" : `Who holds ${one.holds} on`;
  return `${held} ${where[one.on]}${path} ${wish.name}: ${outcome}`;
}

/** One case: this holder's wish, and what each door says to it. */
function caseOf(one: Holder, wish: Wish): Case {
  const { on, needs, http } = wish;
  const base = { as: one.name, ...wish.wants };
  const lacks = needs.length === 0 ? "known: a privilege" : `grant: ${needs[0]!.replaceAll(" ", "_")}`;
  const lack = `${lacks} on ${on} '${nameOf[on]}'`;
  const step = missingStep(one, wish);
  const no_request = http.asks === "nothing" ? NO_REQUEST : undefined;
  if (!isKnownTo(one, on)) {
    const fails = step === null ? lack : `path: ${step}`;
    const table_gone = { status: 404, error_code: "TABLE_DOES_NOT_EXIST" };
    const function_gone = { status: 404, error_code: "RESOURCE_DOES_NOT_EXIST" };
    const sql = {
      error_code: "BAD_REQUEST",
      condition: on === "FUNCTION" ? "UNRESOLVED_ROUTINE" : "TABLE_OR_VIEW_NOT_FOUND",
    };
    return {
      case: sentence(one, wish, "no, and learns not that it is there"),
      ...base,
      same_as: MISSING[on],
      kernel: { effect: "deny", visibility: "hidden", fails },
      http: no_request ?? (on === "FUNCTION" ? function_gone : table_gone),
      sql,
      mcp: sql,
    } as Case;
  }
  const permitted_http = http.permitted ?? NO_REQUEST;
  if (step === null && (needs.length === 0 || opens(one, wish)))
    return {
      case: sentence(one, wish, "yes"),
      ...base,
      kernel: { effect: "permit", visibility: "known" },
      http: no_request ?? permitted_http,
      sql: { rows: wish.rows },
      mcp: { rows: wish.rows },
    } as Case;
  const says = step ?? lack.slice(lack.indexOf(" ") + 1);
  const sql = { error_code: "BAD_REQUEST", condition: "INSUFFICIENT_PERMISSIONS", says };
  const refused = { status: 403, error_code: "PERMISSION_DENIED", says };
  return {
    case: sentence(one, wish, step === null ? "no, though it is known" : "no, for want of the path"),
    ...base,
    kernel: { effect: "deny", visibility: "known", fails: step === null ? lack : `path: ${step}` },
    http: no_request ?? (http.asks === "the thing" ? permitted_http : refused),
    sql,
    mcp: sql,
  } as Case;
}

/**
 * Of each privilege all wishes where it is held on the schema, the one place that has children and parents; elsewhere what it opens
 * there, and whether it makes the table known; without a part of the path what it would open.
 */
function isAsked(one: Holder, wish: Wish): boolean {
  const whole = { ...one, path: "both" } as const;
  if (one.path !== "both") return opens(whole, wish);
  if (one.on === "schema" || one.holds === "CREATE SCHEMA") return true;
  return opens(one, wish) || wish.name === "is told of the table";
}

export const ladderCases: readonly Case[] = holders.flatMap((one) =>
  wishesOf(one.name)
    .filter((wish) => isAsked(one, wish))
    .map((wish) => caseOf(one, wish)),
);
