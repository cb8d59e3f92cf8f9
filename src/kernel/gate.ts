import type { Clock } from "#base/clock.ts";
import { Fault, INSUFFICIENT_SCOPE } from "#wire/errors.ts";
import { type Scope, spokenTo } from "#wire/scopes.ts";
import { securables } from "#wire/securables.ts";
import type { Action } from "./actions.ts";
import { type Decision, decide, isKnown, type Lender } from "./decide.ts";
import type { Doorway } from "./doors.ts";
import type { Facts } from "./facts.ts";
import { identityOf } from "./identity-of.ts";
import { issuePermit, type Lending, type Permit, type PermitTerms } from "./permit.ts";
import type { AuditSink } from "./ports/audit.ts";
import type { FactSource, GroupSource } from "./ports/facts.ts";
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
}

/** What the gate stands on. */
export interface GatePorts {
  readonly facts: FactSource;
  readonly groups: GroupSource;
  readonly audit: AuditSink;
  readonly clock: Clock;
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
      await this.#ports.audit.append(
        this.#record(terms[refused]!, started_ms, { status: "error", error_code: fault.code }),
      );
      throw fault;
    }
    return terms.map((each) =>
      issuePermit(each, {
        settle: (outcome) => this.#ports.audit.append(this.#record(each, started_ms, outcome)),
        settleIn: (transaction, outcome) =>
          this.#ports.audit.appendIn(transaction, this.#record(each, started_ms, outcome)),
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
    await this.#ports.audit.append({ ...record, what: passed, identity });
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
    { lent_by: lentBy, manual }: EnterOptions,
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
  return new Fault(
    code,
    `${word} '${what.name}' does not exist, or you may not know of it. Ask the owner of ${ask} or an administrator.`,
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
