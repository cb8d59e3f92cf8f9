import { fn, isPermit, type LentBy, type Obligation, type PolicyArgument, type What, type Who } from "#kernel/mod.ts";
import type { ExplainGovernance } from "../ast/explain.ts";
import { Expansion } from "../plan/expansion.ts";
import { withParameters } from "../plan/parameters.ts";
import { type Form, Planner } from "../plan/planner.ts";
import type { SqlPorts } from "../plan/ports.ts";
import { outermost } from "../plan/query.ts";
import type { AppliedPolicies, Session } from "../plan/session.ts";
import { NO_POLICIES } from "../plan/session.ts";
import { type Decided, Denied, ExplainAccess } from "./access.ts";
import type { ExplainedPolicy, Explanation, Finding } from "./explanation.ts";

/**
 * How a query would be governed, planned as for running it and then not run: no row is read, and no file or scan is touched. For somebody
 * else only where the caller may manage every table and function that the text comes to, beneath views too.
 * @throws Fault whatever is wrong with the query; what the caller may not know or manage, when it is for somebody else.
 */
export async function explainGovernance(
  ports: SqlPorts,
  session: Session,
  { query, as: name }: Pick<ExplainGovernance, "query" | "as">,
): Promise<Explanation> {
  const { who } = session;
  const as = name === null || name === who.subject.name ? undefined : await ports.gate.viewed(who, name);
  const access = new ExplainAccess(ports, session, as);
  return access.closing(async () => {
    const planned = await plan(ports, { ...session, who: as ?? who }, access, query);
    const told = await toldTo(ports, session, access.decided);
    const findings: Finding[] = [];
    for (const one of unique(access.decided)) findings.push(await findingOf(ports, one, as, planned, told));
    return { subject: (as ?? who).subject.name, findings };
  });
}

interface Planned {
  readonly forms: ReadonlyMap<string, Form>;
  readonly called: ReadonlySet<string>;
  readonly governed: AppliedPolicies;
}

async function plan(
  ports: SqlPorts,
  session: Session,
  access: ExplainAccess,
  query: ExplainGovernance["query"],
): Promise<Planned> {
  try {
    const expansion = new Expansion(access, session);
    const expanded = await expansion.query(withParameters(query, session.parameters), outermost(session));
    const planner = new Planner(ports, session, expansion);
    await planner.plan(planner.resolve(expanded), outermost(session));
    return { forms: planner.forms, called: planner.called, governed: planner.governed };
  } catch (thrown) {
    if (thrown instanceof Denied) return { forms: new Map(), called: new Set(), governed: NO_POLICIES };
    throw thrown;
  }
}

/** What may be told to the caller. */
interface Told {
  /** Tables whose policies' text may be read. */
  readonly readable: ReadonlySet<string>;
  /** Of what is lent, of what lends it and of policies' functions those that may be known of. */
  readonly tables: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/** Asked for the caller, by the caller's own right: lent access and somebody else's right open no text and no name. */
async function toldTo(ports: SqlPorts, { who, doorway }: Session, decided: readonly Decided[]): Promise<Told> {
  const among = async (action: Parameters<typeof ports.gate.filter>[1], candidates: readonly What[]) => {
    const each = [...new Map(candidates.map((one) => [one.name, one])).values()];
    return new Set((await ports.gate.filter(who, action, each, doorway)).map((one) => one.name));
  };
  const governed = decided.filter((one) => one.decision.obligations.length > 0);
  const policies = governed.flatMap((one) => one.decision.obligations.map((obligation) => fn(obligation.function)));
  const lent = decided.flatMap(({ what, lender }) =>
    lender ? [what, ...lendersOf(lender).map((one) => one.what)] : [],
  );
  const isFunction = ({ type }: What) => type === "FUNCTION";
  return {
    readable: await among(
      "policies.read",
      governed.map((one) => one.what),
    ),
    tables: await among(
      "table.read_metadata",
      lent.filter((one) => !isFunction(one)),
    ),
    functions: await among("function.read_metadata", [...policies, ...lent.filter(isFunction)]),
  };
}

/** One finding for each way to a thing, however often it is gone. */
function unique(decided: readonly Decided[]): readonly Decided[] {
  const keyOf = ({ what, lender }: Decided) =>
    [what, ...lendersOf(lender).map((one) => one.what)].map((one) => `${one.type} ${one.name}`).join(" < ");
  return [...new Map(decided.map((one) => [keyOf(one), one])).values()];
}

async function findingOf(
  ports: SqlPorts,
  one: Decided,
  as: Who | undefined,
  { forms, called, governed }: Planned,
  told: Told,
): Promise<Finding> {
  const { what, decision, denial, permit } = one;
  const filters = decision.obligations.filter((each) => each.type === "row_filter");
  const masks = decision.obligations.filter(
    (each) =>
      each.type === "column_mask" &&
      governed.masked.some((seen) => seen.table === what.name && seen.column === each.column),
  );
  const isKnown = ({ type, name }: What) => told[type === "FUNCTION" ? "functions" : "tables"].has(name);
  const isNamed = !one.lender || isKnown(what);
  const policyOf = async (obligation: Obligation): Promise<ExplainedPolicy> => {
    const { policy } = obligation;
    const source = one.sources.get(policy) ?? what;
    const isReadable = told.readable.has(what.name);
    const isDefined = isReadable && told.functions.has(obligation.function.toLowerCase());
    const definition =
      isDefined && isPermit(permit, "table.explain")
        ? (await ports.metastore.policyRoutine(permit, obligation.function)).body
        : null;
    return {
      policy,
      source: isNamed ? `${source.type} ${source.name}` : null,
      text: isReadable ? textOf(obligation) : null,
      definition,
    };
  };
  const formOf = (): Finding["form"] => {
    if (what.type === "FUNCTION") return called.has(what.name) ? "CALLED" : null;
    return one.isView ? null : (forms.get(what.name) ?? null);
  };
  return {
    name: isNamed ? what.name : null,
    type: what.type === "FUNCTION" ? "FUNCTION" : one.isView ? "VIEW" : "TABLE",
    decision: denial ? "DENIED" : "ALLOWED",
    reason: denial ? (as ? deniedTo(as, one) : denial.message) : null,
    // What somebody else's rights rest on is theirs to know.
    granted_by: one.lender ? [] : one.basis,
    lent_by: lendersOf(one.lender).map(({ what: lender, owner }) => {
      const type = lender.type === "FUNCTION" ? "FUNCTION" : "VIEW";
      return isKnown(lender) ? { type, name: lender.name, owner } : { type, name: null, owner: null };
    }),
    row_filters: await Promise.all(filters.map(policyOf)),
    column_masks: await Promise.all(
      masks.map(async (mask) => ({ column: (mask as { readonly column: string }).column, ...(await policyOf(mask)) })),
    ),
    form: formOf(),
  };
}

/** Outermost first. */
function lendersOf(lender: LentBy | undefined): readonly { readonly what: What; readonly owner: string }[] {
  return lender ? [...(lender.through ?? []), lender] : [];
}

/** Told to whoever may manage it, of whom nothing about it is hidden. */
function deniedTo({ subject }: Who, { decision, what }: Decided): string {
  const failed = decision.because.find((factor) => !factor.holds);
  const missing = `'${subject.name}' lacks ${failed?.detail ?? `access to ${what.type} '${what.name}'`}`;
  return decision.visibility === "hidden" ? `${missing}, and may not know of it.` : `${missing}.`;
}

function textOf(obligation: Obligation): string {
  const given = obligation.arguments.map(argumentText);
  const all = obligation.type === "column_mask" ? [obligation.column, ...given] : given;
  return `${obligation.function}(${all.join(", ")})`;
}

function argumentText(argument: PolicyArgument): string {
  if (argument.kind === "column") return argument.column;
  return typeof argument.value === "string" ? `'${argument.value.replaceAll("'", "''")}'` : String(argument.value);
}
