/**
 * Who stands on the ladder: users who hold one privilege each, in one place. `world.yaml` says the rest of the organisation; these
 * stand in code, since one table of them is read better than forty grants. What follows from each is stated in `ladder.ts`.
 */
export const CATALOG = "ladder";
export const SCHEMA = `${CATALOG}.rung`;
export const TABLE = `${SCHEMA}.plank`;
export const FUNCTION = `${SCHEMA}.step`;

/** Where a right is held: on the catalog, on the schema, or on the table and the function themselves. */
export type Level = "catalog" | "schema" | "object";

export interface Holder {
  readonly name: string;
  /** In the words of GRANT; `OWNERSHIP` is held by a group of the holder's. */
  readonly holds: string;
  readonly on: Level;
  /** Whether USE CATALOG and USE SCHEMA are held as well. */
  readonly path: "both" | "no USE SCHEMA" | "no USE CATALOG";
}

/** Each privilege with the levels on which it can be granted. */
// biome-ignore format: a table is read in columns
const grantable: Readonly<Record<string, readonly Level[]>> = {
  SELECT:            ["catalog", "schema", "object"],
  MODIFY:            ["catalog", "schema", "object"],
  EXECUTE:           ["catalog", "schema", "object"],
  BROWSE:            ["catalog", "schema", "object"],
  MANAGE:            ["catalog", "schema", "object"],
  "READ METADATA":   ["catalog", "schema", "object"],
  "APPLY TAG":       ["catalog", "schema", "object"],
  "ALL PRIVILEGES":  ["catalog", "schema", "object"],
  "CREATE TABLE":    ["catalog", "schema"],
  "CREATE FUNCTION": ["catalog", "schema"],
  "CREATE SCHEMA":   ["catalog"],
  OWNERSHIP:         ["catalog", "schema", "object"],
};

const word = (text: string): string => text.toLowerCase().replaceAll(" ", "_");

const holder = (holds: string, on: Level, path: Holder["path"] = "both"): Holder => ({
  name: [word(holds), "on", on, ...(path === "both" ? [] : ["with", word(path)])].join("-"),
  holds,
  on,
  path,
});

/** Without a part of the path, a right on the object itself. */
const PATHLESS = ["SELECT", "MODIFY", "EXECUTE", "MANAGE", "APPLY TAG", "ALL PRIVILEGES", "OWNERSHIP"] as const;

export const holders: readonly Holder[] = [
  ...Object.entries(grantable).flatMap(([holds, levels]) => levels.map((on) => holder(holds, on))),
  ...PATHLESS.filter((holds) => holds !== "OWNERSHIP").map((holds) => holder(holds, "object", "no USE SCHEMA")),
  ...(["SELECT", "EXECUTE"] as const).map((holds) => holder(holds, "object", "no USE CATALOG")),
];

const owners = (on: Level): string => `owners-of-${on}`;
const SEE_BOTH = "ladder-climbers";
const SEE_CATALOG = "ladder-lookers";
const SEE_SCHEMA = "ladder-jumpers";
/** To whom grants are made by those who may; nobody is in it. */
export const NOBODY = "ladder-nobody";
const pathGroup = { both: SEE_BOTH, "no USE SCHEMA": SEE_CATALOG, "no USE CATALOG": SEE_SCHEMA } as const;

/** The ladder's part of the organisation. */
export function ladder() {
  const users = Object.fromEntries(
    holders.map((one) => [
      one.name,
      ["staff", pathGroup[one.path], ...(one.holds === "OWNERSHIP" ? [owners(one.on)] : [])],
    ]),
  );
  const names = [SEE_BOTH, SEE_CATALOG, SEE_SCHEMA, NOBODY, owners("catalog"), owners("schema"), owners("object")];
  const groups = Object.fromEntries(names.map((name) => [name, [] as string[]]));
  /** What is granted on something of this level; on tables and functions, only what is said of their kind. */
  const granted = (on: Level, kinds?: ReadonlySet<string>) =>
    Object.fromEntries(
      Object.keys(grantable)
        .filter((holds) => holds !== "OWNERSHIP" && (!kinds || kinds.has(holds)))
        .map((holds) => [holds, holders.filter((one) => one.holds === holds && one.on === on).map((one) => one.name)]),
    );
  const both = ["BROWSE", "MANAGE", "READ METADATA", "ALL PRIVILEGES"];
  return {
    users,
    groups,
    catalog: {
      owner: owners("catalog"),
      grants: { "USE CATALOG": [SEE_BOTH, SEE_CATALOG], ...granted("catalog") },
      schemas: {
        rung: {
          owner: owners("schema"),
          grants: { "USE SCHEMA": [SEE_BOTH, SEE_SCHEMA], ...granted("schema") },
          tables: {
            plank: {
              columns: "n INT",
              rows: [[1]],
              tags: { worn: "yes" },
              owner: owners("object"),
              grants: granted("object", new Set([...both, "SELECT", "MODIFY", "APPLY TAG"])),
            },
          },
          functions: {
            step: {
              sql: "() RETURNS INT RETURN 4",
              owner: owners("object"),
              grants: granted("object", new Set([...both, "EXECUTE"])),
            },
          },
        },
      },
    },
  };
}
