import type { Case } from "../case.ts";

/**
 * Queries of many shapes over governed tables, each with the rows that follow when the reader's rows are picked and masked first, and the
 * query is worked out on what is left, in plain code. Who sees what is stated here by hand, from the policies' words in world.yaml.
 */
interface Seen {
  readonly id: number;
  readonly place: string | null;
  readonly secret: string;
}

type Cell = string | number | null;
type Rows = readonly (readonly Cell[])[];

/** A governed relation as one reader sees it. */
interface Reading {
  readonly as: string;
  /** Who they are to the policies. */
  readonly who: string;
  readonly relation: string;
  readonly what: string;
  readonly place: string;
  readonly secret: string;
  readonly all: readonly Seen[];
  readonly seen: readonly Seen[];
  readonly kernel: Case["kernel"];
}

const incidents: readonly Seen[] = [
  { id: 1, place: "north", secret: "m. reyes" },
  { id: 2, place: "north", secret: "t. okoro" },
  { id: 3, place: "south", secret: "l. haas" },
  { id: 4, place: "south", secret: "p. lindt" },
  { id: 5, place: null, secret: "w. adeyemi" },
];
const hands: readonly Seen[] = [
  { id: 1, place: "north", secret: "P-111" },
  { id: 2, place: "south", secret: "P-222" },
  { id: 3, place: null, secret: "P-333" },
];

const WITHHELD = "withheld";
const masked = (one: Seen): Seen => ({ ...one, secret: WITHHELD });
const permitted = { effect: "permit", visibility: "known" } as const;
const filtered = "row_filter harbour.rules.own_zone(zone)";
const blank = "column_mask harbour.rules.blank on passport";
const ofIncidents: Omit<Reading, "as" | "who" | "seen"> = {
  relation: "fleet.ops.incidents",
  what: "the incidents",
  place: "region",
  secret: "reporter",
  all: incidents,
  kernel: {
    ...permitted,
    obligations: [
      "row_filter fleet.rules.own_region(region)",
      "column_mask fleet.rules.reporter_for_investigators on reporter",
      "column_mask fleet.rules.cost_for_finance on cost",
    ],
  },
};
const ofHands = {
  relation: "harbour.crew.hands",
  what: "the crew",
  place: "zone",
  secret: "passport",
  all: hands,
} as const;

const readings: readonly Reading[] = [
  {
    ...ofIncidents,
    as: "ana",
    who: "one of a region, masked",
    seen: incidents.filter((one) => one.place === "north").map(masked),
  },
  {
    ...ofIncidents,
    as: "cleo",
    who: "one of two regions, unmasked",
    seen: incidents.filter((one) => one.place !== null),
  },
  {
    ...ofHands,
    as: "ben",
    who: "one whom the policies by tags filter and mask",
    seen: hands.filter((one) => one.place === "south").map(masked),
    kernel: { ...permitted, obligations: [filtered, blank] },
  },
  {
    ...ofHands,
    as: "eli",
    who: "one whom no policy by tags is for",
    seen: hands,
    kernel: permitted,
  },
  {
    ...ofHands,
    as: "hal",
    who: "one to whom a view lends it, masked",
    relation: "harbour.crew.roll",
    seen: hands.map(masked),
    kernel: [
      permitted,
      { on: "TABLE harbour.crew.hands", lent_by: "TABLE harbour.crew.roll", ...permitted, obligations: [blank] },
    ],
  },
];

interface Shape {
  readonly name: string;
  readonly text: (of: Reading) => string;
  readonly rows: (seen: readonly Seen[], of: Reading) => Rows;
}

/** As the dialect sorts: NULL first, text by its code points. */
const compare = (one: Cell, other: Cell): number => {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
};
const sorted = (rows: Rows): Rows =>
  rows.toSorted((one, other) => one.map((cell, i) => compare(cell, other[i]!)).find((each) => each !== 0) ?? 0);
const distinct = (cells: readonly Cell[]): readonly Cell[] => [...new Set(cells)].toSorted(compare);
const secrets = (seen: readonly Seen[]): readonly string[] => seen.map((one) => one.secret);
const max = (cells: readonly string[]): string | null => cells.toSorted().at(-1) ?? null;
const grouped = <K>(seen: readonly Seen[], key: (one: Seen) => K): readonly (readonly [K, readonly Seen[]])[] => [
  ...Map.groupBy(seen, key),
];

/** Numbers beyond the last row, so that what is hidden can be asked for by its number. */
const NUMBERS = "(VALUES (1), (2), (3), (4), (5), (6)) AS k(id)";
const numbers = [1, 2, 3, 4, 5, 6];
const known = (seen: readonly Seen[], id: number): boolean => seen.some((one) => one.id === id);

const shapes: readonly Shape[] = [
  {
    name: "a derived table, with the condition outside",
    text: (t) =>
      `SELECT v.id, v.s FROM (SELECT id, ${t.secret} AS s FROM ${t.relation}) AS v WHERE v.s <> '${WITHHELD}' ORDER BY 1`,
    rows: (seen) => seen.filter((one) => one.secret !== WITHHELD).map((one) => [one.id, one.secret]),
  },
  {
    name: "a common table that is joined to itself",
    text: (t) =>
      `WITH v AS (SELECT id, ${t.secret} AS s FROM ${t.relation}) SELECT a.id, b.s FROM v AS a JOIN v AS b ON a.id = b.id ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id, one.secret]),
  },
  {
    name: "a common table on a common table",
    text: (t) =>
      `WITH v AS (SELECT * FROM ${t.relation}), w AS (SELECT id, ${t.secret} AS s FROM v WHERE id > 1) SELECT s, count(*) FROM w GROUP BY s ORDER BY 1`,
    rows: (seen) =>
      sorted(
        grouped(
          seen.filter((one) => one.id > 1),
          (one) => one.secret,
        ).map(([secret, of]) => [secret, of.length]),
      ),
  },
  {
    name: "a left join that asks for hidden rows by number",
    text: (t) => `SELECT k.id, t.${t.secret} FROM ${NUMBERS} LEFT JOIN ${t.relation} AS t ON t.id = k.id ORDER BY 1`,
    rows: (seen) => numbers.map((id) => [id, seen.find((one) => one.id === id)?.secret ?? null]),
  },
  {
    name: "a full join",
    text: (t) =>
      `SELECT k.id, t.id FROM ${t.relation} AS t FULL JOIN ${NUMBERS} ON t.id = k.id AND k.id > 2 ORDER BY 1, 2`,
    rows: (seen) =>
      sorted([
        ...numbers.map((id): readonly Cell[] => [id, id > 2 && known(seen, id) ? id : null]),
        ...seen.filter((one) => one.id <= 2).map((one): readonly Cell[] => [null, one.id]),
      ]),
  },
  {
    name: "a semi-join by IN",
    text: (t) => `SELECT k.id FROM ${NUMBERS} WHERE k.id IN (SELECT t.id FROM ${t.relation} AS t) ORDER BY 1`,
    rows: (seen) => numbers.filter((id) => known(seen, id)).map((id) => [id]),
  },
  {
    name: "an anti-join by NOT EXISTS",
    text: (t) =>
      `SELECT k.id FROM ${NUMBERS} WHERE NOT EXISTS (SELECT 1 FROM ${t.relation} AS t WHERE t.id = k.id) ORDER BY 1`,
    rows: (seen) => numbers.filter((id) => !known(seen, id)).map((id) => [id]),
  },
  {
    name: "UNION ALL of the table with itself",
    text: (t) =>
      `SELECT id, ${t.secret} FROM ${t.relation} UNION ALL SELECT id, ${t.secret} FROM ${t.relation} ORDER BY 1, 2`,
    rows: (seen) => seen.flatMap((one) => [one, one]).map((one) => [one.id, one.secret]),
  },
  {
    name: "UNION, which leaves doubles out",
    text: (t) => `SELECT ${t.secret} FROM ${t.relation} UNION SELECT ${t.secret} FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => distinct(secrets(seen)).map((one) => [one]),
  },
  {
    name: "INTERSECT with a guess",
    text: (t) => `SELECT ${t.secret} FROM ${t.relation} INTERSECT SELECT '${t.all[0]!.secret}'`,
    rows: (seen, { all }) => (secrets(seen).includes(all[0]!.secret) ? [[all[0]!.secret]] : []),
  },
  {
    name: "EXCEPT, which tells what is left",
    text: (t) => `SELECT k.id FROM ${NUMBERS} EXCEPT SELECT t.id FROM ${t.relation} AS t ORDER BY 1`,
    rows: (seen) => numbers.filter((id) => !known(seen, id)).map((id) => [id]),
  },
  {
    name: "groups by the masked column",
    text: (t) => `SELECT ${t.secret}, count(*), min(id) FROM ${t.relation} GROUP BY ${t.secret} ORDER BY 1`,
    rows: (seen) =>
      sorted(
        grouped(seen, (one) => one.secret).map(([secret, of]) => [secret, of.length, Math.min(...of.map((x) => x.id))]),
      ),
  },
  {
    name: "groups by the filtered column, kept by an aggregate of the masked one",
    text: (t) =>
      `SELECT ${t.place}, count(*) FROM ${t.relation} GROUP BY ${t.place} HAVING max(${t.secret}) <> '${WITHHELD}' ORDER BY 1`,
    rows: (seen) =>
      sorted(
        grouped(seen, (one) => one.place)
          .filter(([, of]) => max(secrets(of)) !== WITHHELD)
          .map(([place, of]) => [place, of.length]),
      ),
  },
  {
    name: "aggregates over all",
    text: (t) =>
      `SELECT count(*), count(DISTINCT ${t.secret}), min(${t.secret}), max(${t.secret}), sum(id) FROM ${t.relation}`,
    rows: (seen) => [
      [
        seen.length,
        distinct(secrets(seen)).length,
        secrets(seen).toSorted()[0] ?? null,
        max(secrets(seen)),
        seen.length === 0 ? null : seen.reduce((sum, one) => sum + one.id, 0),
      ],
    ],
  },
  {
    name: "an aggregate with a condition on the masked column",
    text: (t) => `SELECT count(*) FILTER (WHERE ${t.secret} = '${WITHHELD}') FROM ${t.relation}`,
    rows: (seen) => [[seen.filter((one) => one.secret === WITHHELD).length]],
  },
  {
    name: "a window in the order of the masked column",
    text: (t) => `SELECT id, rank() OVER (ORDER BY ${t.secret}) FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id, 1 + secrets(seen).filter((each) => each < one.secret).length]),
  },
  {
    name: "a window that looks at the row before",
    text: (t) => `SELECT id, lag(${t.secret}) OVER (ORDER BY id) FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => seen.map((one, i) => [one.id, seen[i - 1]?.secret ?? null]),
  },
  {
    name: "a window parted by the masked column",
    text: (t) => `SELECT id, count(*) OVER (PARTITION BY ${t.secret}) FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id, secrets(seen).filter((each) => each === one.secret).length]),
  },
  {
    name: "a scalar subquery",
    text: (t) => `SELECT (SELECT max(t.${t.secret}) FROM ${t.relation} AS t)`,
    rows: (seen) => [[max(secrets(seen))]],
  },
  {
    name: "a correlated subquery that compares masked values",
    text: (t) =>
      `SELECT a.id, (SELECT count(*) FROM ${t.relation} AS b WHERE b.${t.secret} = a.${t.secret}) FROM ${t.relation} AS a ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id, secrets(seen).filter((each) => each === one.secret).length]),
  },
  {
    name: "CASE on the masked column",
    text: (t) =>
      `SELECT id, CASE WHEN ${t.secret} = '${WITHHELD}' THEN 'mask' ELSE ${t.secret} END FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id, one.secret === WITHHELD ? "mask" : one.secret]),
  },
  {
    name: "functions of the masked column",
    text: (t) => `SELECT id, upper(${t.secret}), length(${t.secret}) FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id, one.secret.toUpperCase(), one.secret.length]),
  },
  {
    name: "a condition on a part of the masked column",
    text: (t) =>
      `SELECT id FROM ${t.relation} WHERE substring(${t.secret}, 1, 1) = 'w' OR ${t.secret} LIKE 'P-%' ORDER BY 1`,
    rows: (seen) =>
      seen.filter((one) => one.secret.startsWith("w") || one.secret.startsWith("P-")).map((one) => [one.id]),
  },
  {
    name: "DISTINCT of the filtered column",
    text: (t) => `SELECT DISTINCT ${t.place} FROM ${t.relation} ORDER BY 1`,
    rows: (seen) => distinct(seen.map((one) => one.place)).map((one) => [one]),
  },
  {
    name: "a condition that every hidden row would meet",
    text: (t) => `SELECT id FROM ${t.relation} WHERE ${t.place} IS NULL OR ${t.place} <> 'nowhere' OR TRUE ORDER BY 1`,
    rows: (seen) => seen.map((one) => [one.id]),
  },
  {
    name: "the first by the masked column, going down",
    text: (t) => `SELECT ${t.secret} FROM ${t.relation} ORDER BY ${t.secret} DESC LIMIT 1`,
    rows: (seen) => (seen.length === 0 ? [] : [[max(secrets(seen))]]),
  },
];

function caseOf(of: Reading, shape: Shape): Case {
  const hidden = secrets(of.all).filter((one) => !secrets(of.seen).includes(one));
  const outcome = { rows: shape.rows(of.seen, of).map((row) => [...row]), never: hidden };
  return {
    case: `By ${shape.name}, ${of.who}, reads no more of ${of.what} than plainly`,
    as: of.as,
    reads: of.relation,
    statement: shape.text(of),
    kernel: of.kernel,
    http: { status: 200, shows: { full_name: of.relation }, never: [...secrets(of.all)] },
    sql: outcome,
    mcp: outcome,
  };
}

export const shapeCases: readonly Case[] = readings.flatMap((of) => shapes.map((shape) => caseOf(of, shape)));
