import { appliesTo, levelContains, outsideAllPrivileges, type Privilege } from "#wire/privileges.ts";
import { type Scope, surfaceOf } from "#wire/scopes.ts";
import { type Action, actions, type Need } from "./actions.ts";
import { policiesFor } from "./attributes.ts";
import { canPerform, type DoorName } from "./doors.ts";
import type { Facts, SecurableFacts } from "./facts.ts";
import type { Obligation } from "./obligations.ts";
import { same, type What } from "./what.ts";
import { hasScope, namesOf, type Restriction, type Who } from "./who.ts";

/**
 * Who lends access: the view, function or policy function that names the securable, and its owner with the owner's groups.
 * Access is checked as the owner; filters, masks and identity functions stay the subject's.
 */
export interface Lender {
  readonly what: What;
  readonly owner: string;
  readonly names: ReadonlySet<string>;
}

export interface DecisionRequest<A extends Action = Action> {
  readonly who: Who;
  readonly action: A;
  readonly what: What;
  readonly door: DoorName;
  readonly lender?: Lender;
  /** Scope of the surface the request came by, needed beside the action's own. */
  readonly surface?: Scope;
}

/** One reason, in the order the rules were tried. */
export interface Factor {
  readonly rule:
    | "exists"
    | "kind"
    | "scope"
    | "actor"
    | "path"
    | "grant"
    | "owner"
    | "known"
    | "anyone"
    | "door"
    | "credential"
    | "policy"
    | "token";
  readonly holds: boolean;
  /** What the rule looked at or missed: `SELECT on Table 'x'`, `scope sql`. Names only, no data. */
  readonly detail: string;
  /** Of a scope rule: any of these would do. */
  readonly scopes?: readonly Scope[];
  /** Of a policy rule: the error condition. */
  readonly condition?: string;
}

export interface Decision {
  readonly effect: "permit" | "deny";
  readonly because: readonly Factor[];
  readonly obligations: readonly Obligation[];
  /** Whether the subject may know that the securable exists. Hidden and missing are answered alike. */
  readonly visibility: "known" | "hidden";
}

/** The decision: pure and total. Everything it rests on is in its arguments. */
export function decide(request: DecisionRequest, facts: Facts): Decision {
  const { who, action, what, door, lender } = request;
  const rule = actions[action];
  const subject = namesOf(who);
  const asking = lender ? lender.names : subject;
  const reached = actorReaches(who, facts, what);
  const known = isKnown(facts, subject) || (lender !== undefined && facts.found);
  const visibility = known && (reached || what.type !== "STATEMENT") ? "known" : "hidden";
  const because: Factor[] = [];
  const holds = (factor: Factor): boolean => {
    because.push(factor);
    return factor.holds;
  };
  const { obligations, refusal } = rule.reveals
    ? policiesFor(facts.what, facts.policies, facts.attributes, subject)
    : { obligations: [], refusal: null };
  const permitted =
    holds({ rule: "kind", holds: rule.on.includes(what.type), detail: `${action} on ${what.type}` }) &&
    (!request.surface || holds(scopeFactor(who, [request.surface]))) &&
    holds(scopeFactor(who, rule.scopes)) &&
    (!who.only ||
      holds({ rule: "token", holds: isAskedFor(who.only, action, facts), detail: "what it was asked for" })) &&
    holds({ rule: "exists", holds: facts.found, detail: what.name }) &&
    holds({
      rule: "actor",
      holds: lender !== undefined || reached,
      detail: who.actor?.name ?? "no actor",
    }) &&
    (!rule.path || pathFactors(facts, asking).every(holds)) &&
    holds(needFactor(rule.needs, facts, asking, visibility === "known")) &&
    (!refusal || holds({ rule: "policy", holds: false, ...refusal })) &&
    obligations.every(
      (one) =>
        canPerform(door, one.type) || holds({ rule: "door", holds: false, detail: `${door} cannot ${one.type}` }),
    );
  return Object.freeze({
    effect: permitted ? "permit" : "deny",
    because: Object.freeze(because),
    obligations: permitted ? obligations : [],
    visibility,
  });
}

/** Whether the token was asked for this: the securable is named by what it is called, or by its id. */
function isAskedFor(only: readonly Restriction[], action: Action, facts: Facts): boolean {
  const { what } = facts;
  const id = facts.found ? facts.chain[0]?.id : undefined;
  return only.some(
    (one) =>
      one.action === action && one.what.type === what.type && (one.what.name === what.name || one.what.name === id),
  );
}

function scopeFactor(who: Who, scopes: readonly Scope[]): Factor {
  const surfaces = [...new Set(scopes.map(surfaceOf))];
  return { rule: "scope", holds: hasScope(who, scopes), detail: surfaces.join(" or "), scopes };
}

/**
 * Whether `names` may know of the securable: they own it or a parent, or hold a privilege granted on it,
 * or inherit one that applies to its kind.
 */
export function isKnown(facts: Facts, names: ReadonlySet<string>): boolean {
  const [self] = facts.chain;
  if (!facts.found || !self) return false;
  if (ownsLine(facts, names)) return true;
  if (self.what.type === "WORKSPACE" || self.what.type === "METASTORE" || self.what.type === "AUTHORIZATION")
    return true;
  return facts.chain.some((one) =>
    heldOn(one, names).some((privilege) => one === self || appliesTo(privilege, self.what.type)),
  );
}

/**
 * An actor reaches what it declared and what is beneath it, those roots that every caller stands on, and of the subject's
 * statements those that it ran itself: another one may hold rows of tables that it did not declare.
 */
function actorReaches(who: Who, facts: Facts, what: What): boolean {
  const { actor } = who;
  if (!actor) return true;
  if (what.type === "WORKSPACE" || what.type === "METASTORE") return true;
  if (what.type === "STATEMENT") {
    const maker = facts.chain[0]?.made_by;
    return maker?.kind === actor.kind && maker.name === actor.name;
  }
  const declared = actor.resources;
  return facts.chain.some(
    (one) => one.what.type !== "METASTORE" && one.what.type !== "WORKSPACE" && declared.some((d) => same(d, one.what)),
  );
}

/** USE CATALOG and USE SCHEMA on every catalog and schema of the chain, the securable itself included. */
function pathFactors(facts: Facts, names: ReadonlySet<string>): Factor[] {
  return facts.chain.flatMap((one, index): Factor[] => {
    const use: Privilege | null =
      one.what.type === "CATALOG" ? "USE_CATALOG" : one.what.type === "SCHEMA" ? "USE_SCHEMA" : null;
    if (!use) return [];
    const above = facts.chain.slice(index);
    const held = above.some((each) => names.has(each.owner)) || above.some((each) => holdsPrivilege(each, names, use));
    return [{ rule: "path", holds: held, detail: `${use} on ${one.what.type} '${one.what.name}'` }];
  });
}

function needFactor(need: Need, facts: Facts, names: ReadonlySet<string>, known: boolean): Factor {
  if ("any" in need) {
    const tried = need.any.map((each) => needFactor(each, facts, names, known));
    const found = tried.find((each) => each.holds);
    return found ?? { rule: "grant", holds: false, detail: told(need.any, tried, facts) };
  }
  if ("owner" in need)
    return {
      rule: "owner",
      holds: ownsLine(facts, names),
      detail: `ownership of ${facts.what.type} '${facts.what.name}' or a parent`,
    };
  if ("known" in need)
    return { rule: "known", holds: known, detail: `a privilege on ${facts.what.type} '${facts.what.name}'` };
  if ("anyone" in need) return { rule: "anyone", holds: true, detail: "any principal of the workspace" };
  const held = facts.chain.some((one) => inheritsFrom(one, facts) && holdsPrivilege(one, names, need.privilege));
  return { rule: "grant", holds: held, detail: `${need.privilege} on ${facts.what.type} '${facts.what.name}'` };
}

/** What was missed, any of which would do. Where one privilege can be held on a securable of this kind, none that cannot is told of. */
function told(needs: readonly Need[], tried: readonly Factor[], { what }: Facts): string {
  const isHeldHere = (need: Need): boolean => "privilege" in need && appliesTo(need.privilege, what.type);
  const isTold = (need: Need): boolean => !("privilege" in need) || !needs.some(isHeldHere) || isHeldHere(need);
  const details = tried.filter((_, place) => isTold(needs[place]!)).map((each) => each.detail);
  return details.join(" or ");
}

/** Privileges on the metastore and the workspace count on themselves only; all others reach down. */
export function inheritsFrom(one: SecurableFacts, facts: Facts): boolean {
  return (one.what.type !== "METASTORE" && one.what.type !== "WORKSPACE") || same(one.what, facts.what);
}

function ownsLine(facts: Facts, names: ReadonlySet<string>): boolean {
  return facts.chain.some((one) => names.has(one.owner));
}

function heldOn(one: SecurableFacts, names: ReadonlySet<string>): readonly Privilege[] {
  if (one.what.type === "METASTORE" || one.what.type === "WORKSPACE") return [];
  return one.grants.filter((grant) => names.has(grant.principal)).flatMap((grant) => grant.privileges);
}

function holdsPrivilege(one: SecurableFacts, names: ReadonlySet<string>, wanted: Privilege): boolean {
  return one.grants
    .filter((grant) => names.has(grant.principal))
    .some((grant) => grant.privileges.some((held) => contains(held, wanted)));
}

/** Whether holding the one privilege is holding the other. */
export function contains(held: Privilege, wanted: Privilege): boolean {
  if (held === wanted) return true;
  if (held === "ALL_PRIVILEGES") return !outsideAllPrivileges.has(wanted) && !wanted.startsWith("CAN_");
  return levelContains[held]?.includes(wanted) ?? false;
}
