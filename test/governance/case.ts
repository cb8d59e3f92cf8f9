import { globSync } from "node:fs";
import { type Static, type TSchema, Type } from "typebox";
import { readYaml } from "./declared.ts";
import { ladderCases } from "./stated/ladder.ts";
import { shapeCases } from "./stated/shapes.ts";

/** The shape of a case; cases/00-how-to-read.yaml says what each part means. */
const closed = { additionalProperties: false } as const;
const Optional = <T extends TSchema>(of: T) => Type.Optional(of);
const Text = Type.String({ minLength: 1 });
const Names = Type.Array(Text);
const Cell = Type.Union([Type.Null(), Type.String(), Type.Number(), Type.Boolean()]);

const Change = Type.Union([
  Type.Object({ grant: Text, on: Text, to: Text }, closed),
  Type.Object({ revoke: Text, on: Text, from: Text }, closed),
  Type.Object({ owner: Text, to: Text }, closed),
  Type.Object({ join: Text, member: Text }, closed),
  Type.Object({ leave: Text, member: Text }, closed),
  Type.Object({ drop_filter: Text }, closed),
  Type.Object({ deactivate: Text }, closed),
  /** `on`: a securable, or `COLUMN` and a column's full name. */
  Type.Object({ tag: Text, value: Type.String(), on: Text }, closed),
  Type.Object({ untag: Text, on: Text }, closed),
  Type.Object({ ungovern: Text }, closed),
  Type.Object({ drop_policy: Text, on: Text }, closed),
]);

const NotReachable = Type.Object({ not_reachable: Type.String({ minLength: 20 }) }, closed);

const Decision = Type.Object(
  {
    as: Optional(Text),
    through: Optional(Type.Union([Text, Type.Null()])),
    action: Optional(Text),
    on: Optional(Text),
    door: Optional(Type.Union(["http", "sql", "mcp", "serving"].map((door) => Type.Literal(door)))),
    lent_by: Optional(Text),
    effect: Type.Union([Type.Literal("permit"), Type.Literal("deny")]),
    visibility: Type.Union([Type.Literal("known"), Type.Literal("hidden")]),
    /** The first rule that does not hold, and what it missed. */
    fails: Optional(Text),
    obligations: Optional(Names),
  },
  closed,
);

const Outcome = Type.Object(
  {
    status: Optional(Type.Integer()),
    rows: Optional(Type.Array(Type.Array(Cell))),
    /** Part of the answer's body. */
    shows: Optional(Type.Unknown()),
    /** Texts that stand nowhere in the answer. */
    never: Optional(Names),
    error_code: Optional(Text),
    /** SQL's error condition, of a statement that failed. */
    condition: Optional(Text),
    says: Optional(Text),
  },
  closed,
);

const Answer = Type.Union([NotReachable, Outcome]);

const Request = Type.Object(
  {
    method: Text,
    path: Text,
    body: Optional(Type.Unknown()),
  },
  closed,
);

/** What is wanted; a case has exactly one. */
const wants = {
  reads: Text,
  describes: Text,
  sees: Text,
  lists: Text,
  calls: Text,
  grants: Type.Object({ privilege: Text, on: Text, to: Text }, closed),
  gives: Type.Object({ what: Text, to: Text }, closed),
  creates: Text,
  drops: Text,
  drops_filter_of: Text,
  uses: Text,
  queries: Text,
  asks: Type.Object({ agent: Text, to_call: Text }, closed),
  untags: Type.Object({ column: Text, key: Text }, closed),
  makes_policy_on: Text,
  /** An action that has no word of its own: what it is done to, and how REST is asked; `statement` is its SQL. */
  does: Type.Object({ action: Text, on: Text, request: Optional(Request) }, closed),
  permits: Type.Object({ level: Text, on: Text, to: Text }, closed),
} as const;

export type Verb = keyof typeof wants;
const verbs = Object.keys(wants) as readonly Verb[];

const Case = Type.Object(
  {
    case: Text,
    as: Text,
    token: Optional(Names),
    through: Optional(Text),
    after: Optional(Type.Array(Change)),
    ...(Object.fromEntries(Object.entries(wants).map(([verb, of]) => [verb, Type.Optional(of)])) as {
      [V in Verb]: ReturnType<typeof Optional<(typeof wants)[V]>>;
    }),
    /** Arguments of a function that is called. */
    with: Optional(Type.Record(Text, Cell)),
    /** The statement, where it is not the plain one. */
    statement: Optional(Text),
    /** For what is hidden: a name that is missing, whose answers must be the same. */
    same_as: Optional(Text),
    kernel: Type.Union([NotReachable, Decision, Type.Array(Decision, { minItems: 1 })]),
    http: Answer,
    sql: Answer,
    mcp: Answer,
  },
  closed,
);

export type Change = Static<typeof Change>;
export type Case = Static<typeof Case>;
export type ExpectedDecision = Static<typeof Decision>;
export type ExpectedOutcome = Static<typeof Outcome>;

/** The doors, each stating its own outcome in each case. */
export const doors = ["kernel", "http", "sql", "mcp"] as const;
export type Door = (typeof doors)[number];

/** The cases of one file, in order: what a case changes stays changed for those after it. */
export interface Chapter {
  readonly file: string;
  readonly cases: readonly Case[];
}

const folder = new URL("cases/", import.meta.url);

/** Chapters whose outcomes follow from a rule that is stated in plain code, beside those that are written out. */
const stated: readonly Chapter[] = [
  { file: "25-ladder", cases: ladderCases },
  { file: "32-shapes", cases: shapeCases },
];

/** All chapters in order of their names. @throws Error for a case that does not state the outcome of each door. */
export function readCorpus(): readonly Chapter[] {
  const files = globSync("*.yaml", { cwd: folder });
  const written = files.map((file) => ({
    file,
    cases: readYaml(new URL(file, folder), Type.Array(Case, { minItems: 1 })),
  }));
  return [...written, ...stated].toSorted((one, other) => (one.file < other.file ? -1 : 1));
}

/** What a case wants. @throws Error unless it is exactly one thing. */
export function verbOf(one: Case): Verb {
  const [verb, ...more] = verbs.filter((each) => one[each] !== undefined);
  if (verb && more.length === 0) return verb;
  throw new Error(`'${one.case}' must want exactly one thing of: ${verbs.join(", ")}.`);
}

/** The decisions that a case states; none when the kernel is not reached. */
export function decisionsOf({ kernel }: Case): readonly ExpectedDecision[] {
  if ("not_reachable" in kernel) return [];
  return Array.isArray(kernel) ? kernel : [kernel];
}
