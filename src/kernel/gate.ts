import type { Clock } from "#base/clock.ts";
import { Fault, INSUFFICIENT_SCOPE } from "#wire/errors.ts";
import { type Scope, spokenTo } from "#wire/scopes.ts";
import { securables } from "#wire/securables.ts";
import { foundationHint } from "#wire/serving/foundation-names.ts";
import type { Action } from "./actions.ts";
import { type Basis, basisOf, sourceOf } from "./basis.ts";
import { type Decision, decide, isKnown, type Lender } from "./decide.ts";
import type { Doorway } from "./doors.ts";
import type { Facts } from "./facts.ts";
import { identityOf } from "./identity-of.ts";
import { issuePermit, type Lending, type Permit, type PermitTerms } from "./permit.ts";
import type { AuditSink } from "./ports/audit.ts";
import type { FactSource, GroupSource } from "./ports/facts.ts";
import type { Observer } from "./ports/observer.ts";
import type { Transaction } from "./ports/transaction.ts";
import type { DecisionRecord, Outcome } from "./record.ts";
import { parentOf, spoken, type What } from "./what.ts";
import { namesOf, type Who } from "./who.ts";

/** The view or function through which access is lent, and how it was itself reached. */
export interface LentBy {
  readonly what: What;
  readonly owner: string;
  /** The chain before it, outermost first. */
  readonly through?: readonly Lending[];
}

export interface EnterOptions {
  readonly lent_by?: LentBy;
  /** Scope of the surface the request came by; the action's own scopes are needed besides. */
  readonly surface?: Scope;
  /** What a stored credential is read for; the record says so. */
  readonly manual?: string;
  /** Whose decisions are asked for; the record says so. */
  readonly viewed_as?: string;
}

/** The actions that explain others, and what whoever explains as somebody else needs instead. */
const explaining = {
  "table.explain": "table.explain_as",
  "function.explain": "function.explain_as",
} as const satisfies Partial<Record<Action, Action>>;

export type Explaining = keyof typeof explaining;

export interface ExplainOptions extends Pick<EnterOptions, "lent_by"> {
  /** From `viewed`. */
  readonly as?: Who;
  /** What a policy looks things up in: planning needs the decision and nobody is told of it, so that nobody need manage it. */
  readonly untold?: boolean;
}

/** A decision told to whoever asked about it. */
export interface Explained<A extends Explaining> {
  readonly what: What;
  readonly decision: Decision;
  /** What it rests on; of access that is lent, what the lender's rests on. */
  readonly basis: readonly Basis[];
  /** Where the policies among the obligations come from, by their names. */
  readonly sources: ReadonlyMap<string, What>;
  /** Null when it would be let through. */
  readonly denial: Fault | null;
  /** Lets definitions be read, and no data; null for a denial. */
  readonly permit: Permit<A> | null;
}

/** What the gate stands on. */
export interface GatePorts {
  readonly facts: FactSource;
  readonly groups: GroupSource;
  readonly audit: AuditSink;
  readonly clock: Clock;
  readonly observer?: Pick<Observer, "decided">;
}

/** The only source of permits: loads the facts, decides, records, and lets through or throws. */
export class Gate {
  readonly #ports: GatePorts;

  constructor(ports: GatePorts) {
    this.#ports = ports;
  }

  /**
   * A permit for one action on one securable. Settle it, or hold it by `await using`.
   * @throws Fault the securable's not-found code when it is missing or hidden, PERMISSION_DENIED otherwise; the denial is on record before.
   */
  async enter<A extends Action>(
    who: Who,
    action: A,
    what: What,
    doorway: Doorway,
    options: EnterOptions = {},
  ): Promise<Permit<A>> {
    const permits = await this.enterAll(who, [[action, what]], doorway, options);
    return permits[0]!;
  }

  /** Permits for several wishes by one load of facts; the first denial throws and none is given. */
  async enterAll<A extends Action>(
    who: Who,
    wishes: readonly (readonly [A, What])[],
    doorway: Doorway,
    options: EnterOptions = {},
  ): Promise<readonly Permit<A>[]> {
    const started_ms = this.#ports.clock.now_ms();
    const lender = await this.#lender(options.lent_by);
    const decideAll = (facts: readonly Facts[]): readonly Decision[] =>
      wishes.map(([action, what], i) =>
        decide(
          {
            who,
            action,
            what,
            door: doorway.door,
            ...(lender && { lender }),
            ...(options.surface && { surface: options.surface }),
          },
          facts[i]!,
        ),
      );
    const whats = wishes.map(([, what]) => what);
    let facts = await this.#ports.facts.load(whats);
    let decisions = decideAll(facts);
    if (this.#ports.facts.reread && decisions.some((each) => each.effect === "deny")) {
      facts = await this.#ports.facts.reread(whats, facts);
      decisions = decideAll(facts);
    }
    const terms = wishes.map(
      ([action, what], i): PermitTerms<A> => this.#terms(who, action, what, doorway, decisions[i]!, facts[i]!, options),
    );
    const refused = terms.findIndex((each) => each.decision.effect === "deny");
    if (refused >= 0) {
      const fault = this.denial(terms[refused]!, facts[refused]!);
      const record = this.#record(terms[refused]!, started_ms, { status: "error", error_code: fault.code });
      await this.#append(record, doorway);
      throw fault;
    }
    return terms.map((each) =>
      issuePermit(each, {
        settle: (outcome) => this.#append(this.#record(each, started_ms, outcome), doorway),
        settleIn: (transaction, outcome) => this.#append(this.#record(each, started_ms, outcome), doorway, transaction),
      }),
    );
  }

  /**
   * Somebody else as far as decisions go, for `explainAll` alone: it has no scope, so that no gate opens for it. A name that is
   * nobody's is in no group and holds nothing.
   */
  async viewed(who: Who, name: string): Promise<Who> {
    const names = await this.#ports.groups.namesFor(name);
    const groups = [...names].filter((one) => one !== name);
    return { subject: { kind: "user", id: "", name }, groups, scopes: [], workspace: who.workspace };
  }

  /**
   * Decides as for reading or executing, and tells why, a denial too. `as`: as it would be decided for somebody else, told to whoever may
   * manage all of it; what the caller may not know or manage is a fault as from `enterAll`. Each decision is on record, under both names.
   */
  async explainAll<A extends Explaining>(
    who: Who,
    wishes: readonly (readonly [A, What])[],
    doorway: Doorway,
    { as, lent_by, untold = false }: ExplainOptions = {},
  ): Promise<readonly Explained<A>[]> {
    const started_ms = this.#ports.clock.now_ms();
    const viewed_as = as && { viewed_as: as.subject.name };
    if (as && !untold) {
      const managing = wishes.map(([action, what]) => [explaining[action], what] as const);
      const permits = await this.enterAll(who, managing, doorway, { ...viewed_as });
      await Promise.all(permits.map((permit) => permit.settle({ status: "ok" })));
    }
    const lender = await this.#lender(lent_by);
    const subject: Who = as ? { ...as, scopes: who.scopes } : who;
    const whats = wishes.map(([, what]) => what);
    const loaded = await this.#ports.facts.load(whats);
    const facts = (await this.#ports.facts.reread?.(whats, loaded)) ?? loaded;
    return Promise.all(
      wishes.map(async ([action, what], i): Promise<Explained<A>> => {
        const known = facts[i]!;
        const decision = decide({ who: subject, action, what, door: doorway.door, ...(lender && { lender }) }, known);
        const terms = this.#terms(who, action, what, doorway, decision, known, {
          ...(lent_by && { lent_by }),
          ...viewed_as,
        });
        const record = (outcome: Outcome) => this.#record(terms, started_ms, outcome);
        const denial = decision.effect === "deny" ? this.denial({ ...terms, who: subject }, known) : null;
        if (denial) await this.#append(record({ status: "error", error_code: denial.code }), doorway);
        const names = lender?.names ?? namesOf(subject);
        return {
          what,
          decision,
          basis: denial ? [] : basisOf(action, known, names),
          sources: new Map(decision.obligations.map((one) => [one.policy, sourceOf(one, known)])),
          denial,
          permit: denial
            ? null
            : issuePermit(terms, {
                settle: (outcome) => this.#append(record(outcome), doorway),
                settleIn: (transaction, outcome) => this.#append(record(outcome), doorway, transaction),
              }),
        };
      }),
    );
  }

  /** Those of `candidates` on which `who` may do `action`, by one load of facts, under one record. Lists cannot be written without it. */
  async filter(who: Who, action: Action, candidates: readonly What[], doorway: Doorway): Promise<readonly What[]> {
    if (candidates.length === 0) return [];
    const started_ms = this.#ports.clock.now_ms();
    const facts = await this.#ports.facts.load(candidates);
    const passed = candidates.filter(
      (what, i) => decide({ who, action, what, door: doorway.door }, facts[i]!).effect === "permit",
    );
    const listing: Decision = { effect: "permit", because: [], obligations: [], visibility: "known" };
    const record = this.#record(this.#terms(who, action, candidates[0]!, doorway, listing, facts[0]!, {}), started_ms, {
      status: "ok",
      rows: passed.length,
    });
    const identity = identityOf({ subject: who.subject, issuer: who.issuer, actor: who.actor });
    await this.#append({ ...record, what: passed, identity }, doorway);
    return passed;
  }

  /** The error for a denial, built fresh from what the subject may know; hidden and missing read alike. */
  denial(terms: Pick<PermitTerms<Action>, "who" | "action" | "what" | "decision">, facts: Facts): Fault {
    const { who, action, what, decision } = terms;
    const failed = decision.because.find((factor) => !factor.holds);
    if (failed?.rule === "scope") {
      const missing = [...new Set(failed.scopes?.map((scope) => spokenTo(who.scopes, scope)))];
      return new Fault(
        "PERMISSION_DENIED",
        `Provided OAuth token does not have required scopes: ${missing.join(" or ")}`,
        {
          reason: INSUFFICIENT_SCOPE,
          scope: missing.join(" "),
        },
      );
    }
    if (failed?.rule === "token") {
      return new Fault(
        "PERMISSION_DENIED",
        "This token was asked for with authorization_details, and they do not name this. Use a token without them.",
      );
    }
    if (!facts.found || decision.visibility === "hidden") return missing(what, facts, who);
    if (failed?.rule === "policy") {
      const reason = failed.condition!;
      return new Fault(
        "BAD_REQUEST",
        `[${reason}] ${failed.detail}. Ask the owner of the policies to tell them apart.`,
        {
          reason,
          sqlstate: "42KDJ",
        },
      );
    }
    if (failed?.rule === "actor") {
      return new Fault(
        "PERMISSION_DENIED",
        `${spoken(what)} is not among the resources that the ${who.actor?.kind} '${who.actor?.name}' declared. Add it to them, or call without the ${who.actor?.kind}.`,
      );
    }
    if (what.type === "AUTHORIZATION" && action !== "permissions.update") return noTokens();
    return new Fault(
      "PERMISSION_DENIED",
      `User does not have ${failed?.detail ?? action} for this. Ask the owner of ${spoken(what)} or an administrator.`,
    );
  }

  /** Every record goes this way, so that what is observed is what is on record. */
  #append(record: DecisionRecord, doorway: Doorway, transaction?: Transaction): Promise<void> {
    this.#ports.observer?.decided(record, doorway);
    return transaction ? this.#ports.audit.appendIn(transaction, record) : this.#ports.audit.append(record);
  }

  async #lender(lentBy: LentBy | undefined): Promise<Lender | undefined> {
    if (!lentBy) return undefined;
    return { what: lentBy.what, owner: lentBy.owner, names: await this.#ports.groups.namesFor(lentBy.owner) };
  }

  #terms<A extends Action>(
    who: Who,
    action: A,
    what: What,
    doorway: Doorway,
    decision: Decision,
    facts: Facts,
    { lent_by: lentBy, manual, viewed_as }: EnterOptions,
  ): PermitTerms<A> {
    const lent_by = lentBy ? [...(lentBy.through ?? []), { what: lentBy.what, owner: lentBy.owner }] : [];
    return {
      who,
      action,
      what,
      doorway,
      decision,
      identity: identityOf({
        ...{ subject: who.subject, issuer: who.issuer, actor: who.actor },
        ...{ facts, lender: lentBy?.what, manual },
      }),
      lent_by,
      number: doorway.nextPermit(),
      governance_version: facts.version,
      ...(viewed_as !== undefined && { viewed_as }),
    };
  }

  #record(terms: PermitTerms<Action>, started_ms: number, outcome: Outcome): DecisionRecord {
    const { who, doorway, decision } = terms;
    const { request_id, trace_id, source_ip, user_agent } = doorway.request;
    return {
      key: { request_id, hop: doorway.hop, permit: terms.number, phase: "closing" },
      at_ms: started_ms,
      duration_ms: this.#ports.clock.now_ms() - started_ms,
      trace_id,
      door: doorway.door,
      workspace: who.workspace,
      subject: who.subject,
      ...(who.actor && { actor: { kind: who.actor.kind, name: who.actor.name } }),
      ...(who.client && { client: who.client }),
      ...(terms.viewed_as !== undefined && { viewed_as: terms.viewed_as }),
      identity: terms.identity,
      action: terms.action,
      what: [terms.what],
      effect: decision.effect,
      because: decision.because,
      obligations: decision.obligations,
      lent_by: terms.lent_by,
      governance_version: terms.governance_version,
      source_ip,
      user_agent,
      outcome,
    };
  }
}

/** As Databricks says it. Source: what its Terraform provider reports of `/api/2.0/token/create`. */
export const noTokens = (): Fault =>
  new Fault(
    "PERMISSION_DENIED",
    "User does not have permission to use tokens. Ask an administrator for CAN_USE on authorization/tokens.",
  );

/** The wire's own not-found, the same for what is missing and what is hidden. It names the nearest parent that the subject knows. */
function missing(what: What, facts: Facts, who: Who): Fault {
  const { word, missing: code } = securables[what.type];
  const ask = nearestKnown(what, facts, who);
  const hint = what.type === "ENDPOINT" ? foundationHint(what.name) : "";
  return new Fault(
    code,
    `${word} '${what.name}' does not exist, or you may not know of it. Ask the owner of ${ask} or an administrator.${hint}`,
  );
}

function nearestKnown(what: What, facts: Facts, who: Who): string {
  const names = namesOf(who);
  for (let parent = parentOf(what); parent; parent = parentOf(parent)) {
    const at = facts.chain.findIndex((one) => one.what.type === parent.type && one.what.name === parent.name);
    if (at < 0) continue;
    const seen: Facts = { ...facts, what: parent, found: true, chain: facts.chain.slice(at) };
    if (isKnown(seen, names))
      return parent.type === "METASTORE"
        ? "the metastore"
        : parent.type === "WORKSPACE"
          ? "the workspace"
          : spoken(parent);
  }
  return "the metastore";
}
