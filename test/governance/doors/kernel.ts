import assert from "node:assert/strict";
import { type Action, type Decision, decide, type Obligation } from "#kernel/mod.ts";
import { type Case, decisionsOf, type ExpectedDecision } from "../case.ts";
import { type Organisation, whatOf } from "../organisation.ts";
import { about, decisionOf } from "../wants.ts";

/** The kernel's door: `decide()` on facts of the declared organisation, nothing else of the platform in reach. */
export function checkKernel(organisation: Organisation, one: Case): void {
  for (const expected of decisionsOf(one)) {
    const decision = decisionFor(organisation, one, expected);
    assert.deepEqual(seen(decision, expected.fails), stated(expected));
    if (expected.visibility !== "hidden" || expected.on !== undefined) continue;
    const { what } = decisionOf(one);
    const missing = about(one, what.name, one.same_as!);
    assert.ok(!organisation.isDeclared(decisionOf(missing).what), `${one.same_as} is missing from the organisation`);
    const answer = decisionFor(organisation, missing, expected);
    const { effect, visibility, obligations } = decision;
    assert.deepEqual(
      { effect, visibility, obligations },
      { effect: answer.effect, visibility: answer.visibility, obligations: answer.obligations },
    );
  }
}

function decisionFor(organisation: Organisation, one: Case, expected: ExpectedDecision): Decision {
  const own = decisionOf(one);
  const action = (expected.action as Action | undefined) ?? own.action;
  const what = expected.on === undefined ? own.what : whatOf(expected.on);
  const through = expected.through === undefined ? one.through : (expected.through ?? undefined);
  const who = organisation.who(expected.as ?? one.as, one.token, through);
  const lending = expected.lent_by === undefined ? undefined : whatOf(expected.lent_by);
  const owner = lending && organisation.ownerOf(lending);
  const lender = lending && owner !== undefined && { what: lending, owner, names: organisation.namesFor(owner) };
  const door = expected.door ?? "sql";
  return decide({ who, action, what, door, ...(lender && { lender }) }, organisation.facts(what));
}

type Seen = Required<Pick<ExpectedDecision, "effect" | "visibility" | "obligations">> & { readonly fails: string };

/** A need of several kinds names them all; a case names the one that it is about. */
function seen({ effect, visibility, because, obligations }: Decision, named: string | undefined): Seen {
  const failed = because.find((factor) => !factor.holds);
  const [rule, detail = ""] = named?.split(": ") ?? [];
  const isNamed = failed?.rule === rule && failed?.detail.includes(detail);
  const fails = isNamed ? (named ?? "nothing") : failed ? `${failed.rule}: ${failed.detail}` : "nothing";
  return { effect, visibility, fails, obligations: obligations.map(spoken) };
}

function stated({ effect, visibility, fails = "nothing", obligations = [] }: ExpectedDecision): Seen {
  return { effect, visibility, fails, obligations };
}

/** `row_filter f(column)`, `column_mask f on column`, `column_mask f(other) on column`. */
function spoken(one: Obligation): string {
  const given = one.arguments.map((each) => (each.kind === "column" ? each.column : JSON.stringify(each.value)));
  if (one.type === "row_filter") return `row_filter ${one.function}(${given.join(", ")})`;
  return `column_mask ${one.function}${given.length > 0 ? `(${given.join(", ")})` : ""} on ${one.column}`;
}
