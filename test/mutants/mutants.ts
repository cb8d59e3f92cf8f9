import { type Case, decisionsOf } from "../governance/case.ts";
import { declared } from "../governance/declared.ts";

/** At a door: reached, or the reason why this mutant cannot be seen there. */
type Reach = true | string;

/** One sabotage of the product: `text` of `file` is replaced, in one process, while the corpus runs. */
export interface Mutant {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
  /** The cases that are about it: they are run, and counted when red. */
  readonly concerns: (one: Case) => boolean;
  readonly reaches: Readonly<Record<"kernel" | "http" | "sql" | "mcp", Reach>>;
}

const everywhere = { kernel: true, http: true, sql: true, mcp: true } as const;

/** Policies get to work where rows are; HTTP meets them in what an agent read. */
const rows = {
  ...everywhere,
  kernel: "The kernel says which policies must be applied; it has no rows to apply them to.",
} as const;

/** Groups are put together before the kernel is asked. */
const closure = {
  ...everywhere,
  kernel: "The kernel is given a caller's groups; identity puts them together.",
} as const;

/** Policies by tags are weighed by the kernel, for whoever asks for rows. */
const weighed = {
  ...everywhere,
  http: "The requests of Unity Catalog REST in these cases ask for no rows.",
} as const;

const isByTags = (one: Case): boolean => JSON.stringify(one).includes("harbour.");

const denies = (one: Case): boolean => decisionsOf(one).some((each) => each.effect === "deny");
const isLent = (one: Case): boolean => decisionsOf(one).some((each) => each.lent_by !== undefined);
const hasActor = (one: Case): boolean => one.through !== undefined;
const isGoverned = (one: Case, obligation: RegExp): boolean =>
  decisionsOf(one).some((each) => each.obligations?.some((text) => obligation.test(text)) ?? false);

/** Of those who hold one privilege in one place. */
const isOnLadder = (one: Case): boolean => one.as.includes("-on-");

const isExplained = (one: Case): boolean => one.statement?.startsWith("EXPLAIN GOVERNANCE") ?? false;

/** Of a statement that the Statement API and MCP run. */
const explained = {
  kernel: "The kernel decides; what is told of a decision is told elsewhere.",
  http: "The corpus asks this door about the object.",
  sql: true,
  mcp: true,
} as const;

/** ben is in all his groups but one by a group's group. */
const isNested = (one: Case): boolean => one.as === "ben";

const masked = [
  ...new Set(
    Object.values(declared.catalogs)
      .flatMap((catalog) => Object.values(catalog.schemas ?? {}))
      .flatMap((schema) => Object.values(schema.tables ?? {}))
      .flatMap((table) => Object.keys(table.masks ?? {})),
  ),
];

export const mutants: readonly Mutant[] = [
  {
    name: "decide() always permits",
    file: "kernel/decide.ts",
    text: 'effect: permitted ? "permit" : "deny",',
    becomes: 'effect: "permit",',
    concerns: denies,
    reaches: everywhere,
  },
  {
    name: "the filter is TRUE",
    file: "sql/govern/enforcement.ts",
    text: "applyFilter: (filter: Expression) => filter,",
    becomes: 'applyFilter: (filter: Expression) => ({ kind: "literal", type: filter.type, value: true }),',
    concerns: (one) => isGoverned(one, /^row_filter /),
    reaches: rows,
  },
  ...masked.map(
    (column): Mutant => ({
      name: `the mask of ${column} is the column`,
      file: "sql/govern/enforcement.ts",
      text: "applyMask: (_column: Expression, mask: Expression) => mask,",
      becomes: `applyMask: (column: Expression, mask: Expression) => column.column === "${column}" ? column : mask,`,
      concerns: (one) => isGoverned(one, new RegExp(`^column_mask .* on ${column}$`)),
      reaches: rows,
    }),
  ),
  {
    name: "no scope is asked for",
    file: "kernel/who.ts",
    text: "return wanted.some((scope) => inForce.some((held) => opens(held, scope)));",
    becomes: "return true;",
    concerns: (one) => one.token !== undefined || one.through !== undefined,
    reaches: everywhere,
  },
  {
    name: "groups reach one step",
    file: "identity/store/directory.ts",
    text: "UNION SELECT m.group_id FROM group_members m JOIN above ON m.member_id = above.id\n    ) SELECT name",
    becomes: ") SELECT name",
    concerns: isNested,
    reaches: closure,
  },
  {
    // Without the group of all there is no token to ask with, and without administrators nobody to set a case up.
    name: "nobody is in a group but the built-in ones",
    file: "kernel/who.ts",
    text: "return new Set([who.subject.name, ...who.groups]);",
    becomes:
      'return new Set([who.subject.name, ...who.groups.filter((name) => name === "account users" || name === "admins")]);',
    concerns: isNested,
    reaches: everywhere,
  },
  {
    name: "an actor reaches what it did not declare",
    file: "kernel/decide.ts",
    text: "if (!actor) return true;",
    becomes: "return true;",
    concerns: hasActor,
    reaches: everywhere,
  },
  {
    name: "an actor has all scopes of its token",
    file: "kernel/who.ts",
    text: "if (!who.actor) return who.scopes;",
    becomes: "return who.scopes;",
    concerns: hasActor,
    reaches: everywhere,
  },
  {
    name: "an agent that acts as itself reaches what it declared for others",
    file: "kernel/who.ts",
    text: "return own && { ...actor, own, resources: own.resources, itself: true };",
    becomes: "return own && { ...actor, own, itself: true };",
    concerns: (one) => one.as.endsWith("-itself") && one.through !== undefined,
    reaches: everywhere,
  },
  {
    name: "no door is asked what it can perform",
    file: "kernel/doors.ts",
    text: "return (doors[door] as readonly ObligationType[]).includes(obligation);",
    becomes: "return true;",
    concerns: (one) => decisionsOf(one).some((each) => each.door !== undefined),
    reaches: {
      kernel: true,
      http: "No endpoint asks for a table's rows at this door: they come through `sql`, which can filter and mask.",
      sql: "This door can perform every obligation that there is.",
      mcp: "No tool asks for a table's rows at this door: they come through `sql`, which can filter and mask.",
    },
  },
  {
    name: "the door sql forgets that it can mask",
    file: "kernel/doors.ts",
    text: 'sql: ["row_filter", "column_mask"],',
    becomes: 'sql: ["row_filter"],',
    concerns: (one) => isGoverned(one, /^column_mask /),
    reaches: everywhere,
  },
  {
    name: "what is hidden is known",
    file: "kernel/decide.ts",
    text: 'const visibility = known && (reached || what.type !== "STATEMENT") ? "known" : "hidden";',
    becomes: 'const visibility = facts.found ? "known" : "hidden";',
    concerns: (one) => decisionsOf(one).some((each) => each.visibility === "hidden"),
    reaches: everywhere,
  },
  {
    name: "nothing is lent",
    file: "kernel/decide.ts",
    text: "const asking = lender ? lender.names : subject;",
    becomes: "const asking = subject;",
    concerns: isLent,
    reaches: everywhere,
  },
  {
    name: "a lender lends what it may not itself",
    file: "kernel/decide.ts",
    text: '(!rule.path || pathFactors(facts, asking).every(holds)) &&\n    holds(needFactor(rule.needs, facts, asking, visibility === "known")) &&',
    becomes:
      '(lender !== undefined || ((!rule.path || pathFactors(facts, asking).every(holds)) && holds(needFactor(rule.needs, facts, asking, visibility === "known")))) &&',
    concerns: (one) => isLent(one) && denies(one),
    reaches: everywhere,
  },
  {
    name: "USE CATALOG and USE SCHEMA are not asked for",
    file: "kernel/decide.ts",
    text: "(!rule.path || pathFactors(facts, asking).every(holds)) &&",
    becomes: "",
    concerns: (one) => decisionsOf(one).some((each) => each.visibility === "known" && each.fails?.startsWith("path: ")),
    reaches: everywhere,
  },
  {
    name: "ALL PRIVILEGES holds MANAGE",
    file: "wire/privileges.ts",
    text: 'ReadonlySet<Privilege> = new Set(["MANAGE"]);',
    becomes: "ReadonlySet<Privilege> = new Set();",
    concerns: (one) => one.as.startsWith("all_privileges-on-"),
    reaches: everywhere,
  },
  {
    name: "a privilege makes known whatever is beneath",
    file: "kernel/decide.ts",
    text: "one === self || appliesTo(privilege, self.what.type)",
    becomes: "one === self || privilege !== self.what.type",
    concerns: (one) => isOnLadder(one) && decisionsOf(one).some((each) => each.visibility === "hidden"),
    reaches: everywhere,
  },
  {
    name: "who owns a thing does not own what is beneath",
    file: "kernel/decide.ts",
    text: "return facts.chain.some((one) => names.has(one.owner));",
    becomes: "return facts.chain.slice(0, 1).some((one) => names.has(one.owner));",
    concerns: (one) => one.as.startsWith("ownership-on-"),
    reaches: everywhere,
  },
  {
    name: "a policy by tags forgets whom it excepts",
    file: "kernel/attributes.ts",
    text: " && !policy.except.some((one) => names.has(one));",
    becomes: ";",
    concerns: isByTags,
    reaches: weighed,
  },
  {
    name: "a policy by tags is for everybody",
    file: "kernel/attributes.ts",
    text: "policy.to.some((one) => names.has(one))",
    becomes: "true",
    concerns: isByTags,
    reaches: weighed,
  },
  {
    name: "a policy by tags does not ask the table's tags",
    file: "kernel/attributes.ts",
    text: "if (policy.when && !holdsOf(policy.when, facts.tags))",
    becomes: "if (policy.when === undefined)",
    concerns: isByTags,
    reaches: weighed,
  },
  {
    name: "a policy by tags matches every column",
    file: "kernel/attributes.ts",
    text: "facts.columns.filter((column) => holdsOf(condition, column.tags))",
    becomes: "facts.columns.filter((column) => holdsOf(condition, column.tags) || true)",
    concerns: isByTags,
    reaches: weighed,
  },
  {
    name: "policies that cannot be told apart are no conflict",
    file: "kernel/attributes.ts",
    text: "const refusal = conflictOf(table, obligations);",
    becomes: "const refusal = conflictOf(table, []);",
    concerns: (one) => isByTags(one) && denies(one),
    reaches: weighed,
  },
  {
    name: "tags are not inherited",
    file: "kernel/tags.ts",
    text: "for (const tags of line) for",
    becomes: "for (const tags of line.slice(0, 1)) for",
    concerns: isByTags,
    reaches: { ...weighed, kernel: "The corpus puts the kernel's facts together by the same function." },
  },
  {
    name: "a tag that is governed no more is asked for all the same",
    file: "kernel/attributes.ts",
    text: "const [lost] = policy.ungoverned;",
    becomes: "const lost = policy.ungoverned[-1];",
    concerns: (one) => isByTags(one) && denies(one),
    reaches: weighed,
  },
  {
    name: "a governed tag is for whoever may tag",
    file: "catalog/tags.ts",
    text: 'if (!(await mayAlso(ports, permit, "tag_policy.assign", governed, transaction)))',
    becomes: 'if (!(await mayAlso(ports, permit, "tag_policy.assign", governed, transaction)) && !governed)',
    concerns: (one) => one.untags !== undefined,
    reaches: { ...everywhere, kernel: "Whether a key is governed is the catalog's to find." },
  },
  {
    name: "the text of policies is told to everybody",
    file: "sql/explain/explain.ts",
    text: "const isReadable = told.readable.has(what.name);",
    becomes: "const isReadable = true;",
    concerns: isExplained,
    reaches: explained,
  },
  {
    name: "anybody is told of anybody's rights",
    file: "kernel/gate.ts",
    text: "if (as && !untold) {",
    becomes: "if (as && untold) {",
    concerns: isExplained,
    reaches: explained,
  },
];
