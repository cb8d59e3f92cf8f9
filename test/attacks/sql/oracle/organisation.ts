import { ADMIN, OFFICER, READER, STRANGER } from "../../../sql/setting.ts";
import type { LakeWorld } from "../stored/lake-world.ts";

export type Value = number | string | boolean | null;
export type Row = readonly Value[];
export type Type = "INT" | "STRING" | "BOOLEAN";

/** A column; `trap` says what fails on values of it that everybody is refused, and on no other. */
export interface Column {
  readonly name: string;
  readonly type: Type;
  readonly trap?: "zero" | "number" | "pattern";
}

export const subjects = [READER, OFFICER, STRANGER] as const;
export type Subject = (typeof subjects)[number];

const isOfficer = (subject: Subject): boolean => subject === OFFICER;
const regionsOf: Readonly<Record<Subject, readonly string[]>> = {
  [READER]: ["eu", "apac"],
  [OFFICER]: ["us", "apac"],
  [STRANGER]: [],
};

/** A relation and, in plain words of this language, what each subject may see of it. */
interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly visible: (subject: Subject) => readonly Row[];
}

const [ID, NAME, REGION, DEPT, PAY, CODE, PAT, SECRET] = [0, 1, 2, 3, 4, 5, 6, 7];
const REGIONS = ["eu", "us", "apac", "none", null];

/** Of five rows one is in a region of nobody's, and one in none; both hold what the rest is spared. */
const people: readonly Row[] = Array.from({ length: 30 }, (_, i) => {
  const region = REGIONS[i % 5]!;
  const hidden = region === "none" || region === null;
  return [
    i + 1,
    i % 7 === 3 ? null : ["ann", "bob", "cyn", "dan", "eve"][i % 4]!,
    region,
    i % 6 === 5 ? null : i % 4,
    hidden ? 0 : i % 9 === 4 ? null : 100 + (i % 3) * 50,
    hidden ? "x" : String(i % 5),
    hidden ? "(" : ["a", "b", "q"][i % 3]!,
    `${100 + i}-${10 + (i % 4)}`,
  ];
});

const units: readonly Row[] = [
  [0, "crew", "eu", 10],
  [1, "board", "us", 20],
  [2, "tower", "apac", null],
  [3, "apron", "none", 0],
  [4, "stand", null, 0],
  [null, "ramp", "eu", 30],
];

const notes: readonly Row[] = Array.from({ length: 12 }, (_, i) => {
  const hidden = i % 3 === 1;
  return [i, i % 5 === 2 ? null : i * 2, hidden ? `z${i}` : `${"abk"[i % 3]}${i % 4}`, hidden ? 0 : i + 4];
});

const labels: readonly Row[] = [
  [1, "red", 1],
  [2, "blue", 3],
  [3, "red", 6],
  [4, null, 8],
  [5, "ann", null],
  [6, "***-11", 11],
  [7, "eu", 13],
];

const books: readonly Row[] = Array.from({ length: 12 }, (_, i) => {
  const owner = [READER, OFFICER, "nobody", null][i % 4]!;
  return [i, owner, owner === "nobody" || owner === null ? "[" : ["a", "c", "b"][i % 3]!];
});

/** The columns of a row, some put in the place of others. */
const but = (row: Row, changes: Readonly<Record<number, Value>>): Row =>
  row.map((value, i) => changes[i] ?? (i in changes ? null : value));

function seenPeople(subject: Subject): readonly Row[] {
  return people
    .filter((row) => regionsOf[subject].includes(String(row[REGION])))
    .map((row) => {
      if (isOfficer(subject)) return row;
      return but(row, {
        [SECRET!]: `***-${String(row[SECRET!]).slice(-2)}`,
        [PAY!]: row[DEPT!] === 1 ? row[PAY!]! : null,
      });
    });
}

const seenUnits = (subject: Subject): readonly Row[] =>
  units.filter((row) => row[2] === "eu" || row[2] === "apac" || (isOfficer(subject) && row[2] === "us"));

const seenNotes = (): readonly Row[] =>
  notes
    .filter((row) => /^[a-m]/.test(String(row[2])))
    .map((row) => but(row, { 2: String(row[2]).replaceAll(/[0-9]/g, "#"), 3: Math.min(Number(row[3]), 10) }));

const int = (name: string, trap?: Column["trap"]): Column => ({ name, type: "INT", ...(trap && { trap }) });
const text = (name: string, trap?: Column["trap"]): Column => ({ name, type: "STRING", ...(trap && { trap }) });

export const relations: readonly Relation[] = [
  {
    name: "emp",
    columns: [
      int("id"),
      text("name"),
      text("region"),
      int("dept"),
      int("pay", "zero"),
      text("code", "number"),
      text("pat", "pattern"),
      text("secret"),
    ],
    visible: seenPeople,
  },
  { name: "unit", columns: [int("id"), text("title"), text("region"), int("budget", "zero")], visible: seenUnits },
  { name: "note", columns: [int("id"), int("emp"), text("body"), int("n", "zero")], visible: seenNotes },
  { name: "label", columns: [int("k"), text("word"), int("emp")], visible: () => labels },
  {
    name: "v_emp",
    columns: [int("id"), text("name"), text("secret"), int("pay", "zero"), text("pat", "pattern")],
    visible: (subject) =>
      seenPeople(subject)
        .filter((row) => Number(row[DEPT!]) > 0)
        .map((row) => [row[ID!]!, row[NAME!]!, row[SECRET!]!, row[PAY!]!, row[PAT!]!]),
  },
  {
    name: "v_pair",
    columns: [int("id"), text("secret"), text("title"), text("code", "number")],
    visible: (subject) =>
      seenPeople(subject).flatMap((row) =>
        seenUnits(subject)
          .filter((unit) => unit[0] !== null && unit[0] === row[DEPT!])
          .map((unit) => [row[ID!]!, row[SECRET!]!, unit[1]!, row[CODE!]!]),
      ),
  },
  {
    name: "v_book",
    columns: [int("id"), text("word", "pattern")],
    visible: (subject) => books.filter((row) => row[1] === subject).map((row) => [row[0]!, row[2]!]),
  },
  {
    name: "staff(8)",
    columns: [int("id"), text("secret"), text("pat", "pattern")],
    visible: (subject) =>
      seenPeople(subject)
        .filter((row) => Number(row[ID!]) >= 8)
        .map((row) => [row[ID!]!, row[SECRET!]!, row[PAT!]!]),
  },
];

/** What `secret_of` gives. */
export function secretOf(subject: Subject, id: Value): Value {
  const found = seenPeople(subject).filter((row) => id !== null && row[ID!] === id);
  return found.length === 0
    ? null
    : found
        .map((row) => String(row[SECRET!]))
        .toSorted()
        .at(-1)!;
}

const literal = (value: Value): string => (typeof value === "string" ? `'${value}'` : String(value));
const rowsOf = (rows: readonly Row[]): string => rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ");

/** Rows that are nobody's, by table: they hold what statements fail on. */
const isTrap = {
  people: (row: Row): boolean => row[REGION!] === "none" || row[REGION!] === null,
  units: (row: Row): boolean => row[2] === "none" || row[2] === null,
  notes: (row: Row): boolean => String(row[2]).startsWith("z"),
  books: (row: Row): boolean => row[1] === "nobody" || row[1] === null,
} as const;

/** The same in SQL: tables, policies, views and functions. `kept` says which rows of a table there are. */
const organisation = (
  kept: (rows: readonly Row[], trap: (row: Row) => boolean) => readonly Row[],
): readonly string[] => [
  "CREATE TABLE lake.s.areas (person STRING, region STRING)",
  `INSERT INTO lake.s.areas VALUES ${rowsOf(subjects.flatMap((one) => regionsOf[one].map((region) => [one, region])))}`,
  "CREATE TABLE lake.s.emp (id INT, name STRING, region STRING, dept INT, pay INT, code STRING, pat STRING, secret STRING)",
  `INSERT INTO lake.s.emp VALUES ${rowsOf(kept(people, isTrap.people))}`,
  "CREATE TABLE lake.s.unit (id INT, title STRING, region STRING, budget INT)",
  `INSERT INTO lake.s.unit VALUES ${rowsOf(kept(units, isTrap.units))}`,
  "CREATE TABLE lake.s.note (id INT, emp INT, body STRING, n INT)",
  `INSERT INTO lake.s.note VALUES ${rowsOf(kept(notes, isTrap.notes))}`,
  "CREATE TABLE lake.s.label (k INT, word STRING, emp INT)",
  `INSERT INTO lake.s.label VALUES ${rowsOf(labels)}`,
  "CREATE TABLE lake.vault.book (id INT, owner STRING, word STRING)",
  `INSERT INTO lake.vault.book VALUES ${rowsOf(kept(books, isTrap.books))}`,
  `CREATE FUNCTION lake.s.own_region(r STRING) RETURNS BOOLEAN
     RETURN EXISTS (SELECT 1 FROM lake.s.areas AS a WHERE a.person = current_user() AND a.region = r)`,
  `CREATE FUNCTION lake.s.near(r STRING) RETURNS BOOLEAN
     RETURN r IN ('eu', 'apac') OR (is_account_group_member('hr') AND r = 'us')`,
  "CREATE FUNCTION lake.s.early(b STRING) RETURNS BOOLEAN RETURN b RLIKE '^[a-m]'",
  `CREATE FUNCTION lake.s.last_two(s STRING) RETURNS STRING
     RETURN CASE WHEN is_account_group_member('hr') THEN s ELSE concat('***-', right(s, 2)) END`,
  `CREATE FUNCTION lake.s.own_pay(p INT, d INT) RETURNS INT
     RETURN CASE WHEN is_account_group_member('hr') OR d = 1 THEN p END`,
  "CREATE FUNCTION lake.s.no_digits(b STRING) RETURNS STRING RETURN regexp_replace(b, '[0-9]', '#')",
  "CREATE FUNCTION lake.s.at_most_ten(n INT) RETURNS INT RETURN CASE WHEN n > 10 THEN 10 ELSE n END",
  "ALTER TABLE lake.s.emp SET ROW FILTER lake.s.own_region ON (region)",
  "ALTER TABLE lake.s.emp ALTER COLUMN secret SET MASK lake.s.last_two",
  "ALTER TABLE lake.s.emp ALTER COLUMN pay SET MASK lake.s.own_pay USING COLUMNS (dept)",
  "ALTER TABLE lake.s.unit SET ROW FILTER lake.s.near ON (region)",
  "ALTER TABLE lake.s.note SET ROW FILTER lake.s.early ON (body)",
  "ALTER TABLE lake.s.note ALTER COLUMN body SET MASK lake.s.no_digits",
  "ALTER TABLE lake.s.note ALTER COLUMN n SET MASK lake.s.at_most_ten",
  "CREATE VIEW lake.s.v_emp AS SELECT id, name, secret, pay, pat FROM lake.s.emp WHERE dept > 0",
  `CREATE VIEW lake.s.v_pair AS SELECT e.id, e.secret, d.title, e.code FROM lake.s.emp AS e
     JOIN lake.s.unit AS d ON e.dept = d.id`,
  "CREATE VIEW lake.s.v_book AS SELECT id, word FROM lake.vault.book WHERE owner = current_user()",
  `CREATE FUNCTION lake.s.staff(least INT) RETURNS TABLE (id INT, secret STRING, pat STRING)
     RETURN SELECT id, secret, pat FROM lake.s.emp WHERE id >= least`,
  `CREATE FUNCTION lake.s.secret_of(who INT) RETURNS STRING RETURN (SELECT max(secret) FROM lake.s.emp WHERE id = who)`,
  "CREATE FUNCTION lake.s.twice(n INT) RETURNS INT RETURN n * 2",
  "CREATE FUNCTION lake.s.quoted(s STRING) RETURNS STRING RETURN concat('<', s, '>')",
];

/** Builds it, with the rows that are nobody's or without. */
export async function organise(world: LakeWorld, traps: "set" | "none"): Promise<void> {
  const kept = (rows: readonly Row[], trap: (row: Row) => boolean): readonly Row[] =>
    traps === "set" ? rows : rows.filter((row) => !trap(row));
  for (const statement of organisation(kept)) await world.must(ADMIN, statement);
}
