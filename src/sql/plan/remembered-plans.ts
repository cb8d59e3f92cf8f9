import type { FunctionDefinition } from "#kernel/mod.ts";
import type { Query } from "../ast/query.ts";
import type { Statement } from "../ast/statement.ts";
import type { EngineStep } from "../engines/engine.ts";
import { parseStatement } from "../parse/mod.ts";
import type { Entry, Wishes } from "./access.ts";
import { type Attached, attachStep } from "./attach.ts";
import type { SqlPorts } from "./ports.ts";
import { planQuery, type QueryPlan } from "./query.ts";
import { type Answered, answerText, basesOf, Replayed, Watched } from "./replayed.ts";
import type { Session } from "./session.ts";

/** Texts of statements remembered; beyond it the one that was seen first is forgotten, with its plans. */
const TEXTS_MAX = 500;

/** Longer texts, and plans with more text for the engine, are made each time. */
const TEXT_CHARACTERS_MAX = 64 * 1024;

/** Plans of one text: of so many callers, names in force and values of parameters. */
const PLANS_PER_TEXT_MAX = 100;

/** A step that brings a table's rows within reach is made anew for each run: its files are those of the moment. */
type Template = { readonly attach: string; readonly as: Attached } | { readonly step: EngineStep };

interface RememberedPlan {
  readonly asked: readonly { readonly wishes: Wishes; readonly answer: string }[];
  /** The functions of the policies that were read, by the table whose permit they were read under. */
  readonly policies: readonly { readonly table: string; readonly function: string; readonly definition: string }[];
  readonly templates: readonly Template[];
  readonly plan: Omit<QueryPlan, "steps">;
}

/**
 * Parsed texts, and plans of queries, each for one caller as it was: subject, groups, actor, scopes and all. A remembered plan
 * decides nothing. Every run asks the gate for all that its planning asked for, in the same words and order, which gives permits and
 * records of its own; only when every answer (obligations, loans, definitions of tables, views and functions, bodies of policies) is what
 * it was, is the plan what planning would make again. Nothing else goes into a plan: no time, no chance, no row.
 */
export class RememberedPlans {
  readonly #texts = new Map<string, Statement>();
  readonly #plans = new WeakMap<Query, Map<string, RememberedPlan>>();

  /** A text's statement, the same object for as long as it is remembered. @throws Fault as `parseStatement`. */
  parse(text: string): Statement {
    const known = this.#texts.get(text);
    if (known) return known;
    const statement = parseStatement(text);
    if (statement.kind === "query_statement" && text.length <= TEXT_CHARACTERS_MAX)
      put(this.#texts, text, statement, TEXTS_MAX);
    return statement;
  }

  /** As `planQuery`. */
  async plan(ports: SqlPorts, session: Session, access: Entry, query: Query): Promise<QueryPlan> {
    const key = keyOf(session);
    const known = this.#plans.get(query)?.get(key);
    const entry = new Replayed(access);
    if (known) {
      const plan = await again(known, ports, session, entry);
      if (plan) return plan;
      this.#plans.get(query)?.delete(key);
    }
    const watched = new Watched(entry);
    const policies: RememberedPlan["policies"][number][] = [];
    const plan = await planQuery(watchingPolicies(ports, policies), session, watched, query);
    const made = remembered(plan, watched.answered, policies);
    if (made) {
      const plans = this.#plans.get(query) ?? new Map<string, RememberedPlan>();
      put(plans, key, made, PLANS_PER_TEXT_MAX);
      this.#plans.set(query, plans);
    }
    return plan;
  }
}

/** The plan with the steps of this run; undefined when it rests on anything that is not what it was. */
async function again(
  known: RememberedPlan,
  ports: SqlPorts,
  session: Session,
  entry: Replayed,
): Promise<QueryPlan | undefined> {
  const answered: Answered[] = [];
  try {
    for (const { wishes, answer } of known.asked) {
      const entered = await entry.ahead(wishes);
      if (answerText(entered) !== answer) return undefined;
      answered.push({ wishes, entered });
    }
  } catch {
    // Planning asks again, is given the same fault, and says where in the text the name stands.
    return undefined;
  }
  const bases = basesOf(answered);
  for (const { table, function: name, definition } of known.policies) {
    const now = await ports.metastore.policyRoutine(bases.get(table)!.permit, name);
    if (definitionText(now) !== definition) return undefined;
  }
  const steps = await Promise.all(
    known.templates.map(async (one) =>
      "step" in one ? one.step : attachStep(ports, session, bases.get(one.attach)!, one.as),
    ),
  );
  return { ...known.plan, steps: steps.filter((step) => step !== null) };
}

/** What of a plan can serve again; undefined for one with a step that is more than text. */
function remembered(
  { steps, ...plan }: QueryPlan,
  answered: readonly Answered[],
  policies: RememberedPlan["policies"],
): RememberedPlan | undefined {
  const tables = new Map([...plan.attached].map(([name, as]) => [as.place.table, { attach: name, as }]));
  const templates: Template[] = [];
  let characters = plan.sql.length;
  for (const step of steps) {
    if (step.kind === "materialise") {
      characters += step.sql.length;
      templates.push({ step });
    } else if (step.kind === "attach_table" || step.kind === "load_rows") {
      const attached = tables.get(step.table);
      if (!attached) return undefined;
      templates.push(attached);
    } else return undefined;
  }
  if (characters > TEXT_CHARACTERS_MAX) return undefined;
  const asked = answered.map(({ wishes, entered }) => ({ wishes, answer: answerText(entered) }));
  return { asked, policies, templates, plan };
}

/** The ports, telling `read` of each policy's function that is read. */
function watchingPolicies(ports: SqlPorts, read: RememberedPlan["policies"][number][]): SqlPorts {
  const policyRoutine: SqlPorts["metastore"]["policyRoutine"] = async (permit, name) => {
    const definition = await ports.metastore.policyRoutine(permit, name);
    read.push({ table: permit.what.name, function: name, definition: definitionText(definition) });
    return definition;
  };
  return { ...ports, metastore: { ...ports.metastore, policyRoutine } };
}

const definitionText = (definition: FunctionDefinition): string => JSON.stringify(definition);

/** All of a session that planning may look at: the caller as a whole, the names in force, and the values of parameters. */
function keyOf({ who, current, parameters }: Session): string {
  return JSON.stringify([who, current, [...parameters]], (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

function put<T>(map: Map<string, T>, key: string, value: T, entries_max: number): void {
  map.set(key, value);
  if (map.size > entries_max) for (const oldest of map.keys().take(1)) map.delete(oldest);
}
