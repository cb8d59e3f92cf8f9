import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Privilege } from "#wire/privileges.ts";
import type { Action } from "./actions.ts";
import { type DecisionRequest, decide, type Lender } from "./decide.ts";
import type { Facts, SecurableFacts } from "./facts.ts";
import type { Obligation } from "./obligations.ts";
import { catalog, metastore, schema, statement, table, type What } from "./what.ts";
import type { Who } from "./who.ts";

const t = table("c.s.t");
const ana: Who = {
  subject: { kind: "user", id: "1", name: "ana" },
  groups: ["analysts", "account users"],
  scopes: ["all-apis"],
  workspace: "1",
};

const onlyFor = (action: Action, what: What): Who => ({ ...ana, only: [{ action, what }] });

const filter: Obligation = { type: "row_filter", policy: "c.s.f", function: "c.s.f", arguments: [] };

function securable(
  what: What,
  grants: Readonly<Record<string, readonly Privilege[]>>,
  owner = "owner",
): SecurableFacts {
  return { what, owner, grants: Object.entries(grants).map(([principal, privileges]) => ({ principal, privileges })) };
}

const path = { ana: ["USE_CATALOG", "USE_SCHEMA"] } as const;

function factsOf(
  onTable: Readonly<Record<string, readonly Privilege[]>>,
  onCatalog: Readonly<Record<string, readonly Privilege[]>> = path,
  more: Partial<Facts> = {},
): Facts {
  const chain = [
    securable(t, onTable),
    securable(schema("c.s"), {}),
    securable(catalog("c"), onCatalog),
    securable(metastore, {}, "admins"),
  ];
  return { what: t, found: true, chain, policies: [], version: 1, ...more };
}

function ask(facts: Facts, more: Partial<DecisionRequest<"table.read_data">> = {}): ReturnType<typeof decide> {
  return decide({ who: ana, action: "table.read_data", what: t, door: "sql", ...more }, facts);
}

function askStatement(who: Who, made_by?: SecurableFacts["made_by"]): ReturnType<typeof decide> {
  const what = statement("x");
  const chain = [{ ...securable(what, {}, "ana"), ...(made_by && { made_by }) }];
  return decide(
    { who, action: "statement.read", what, door: "mcp" },
    { what, found: true, chain, policies: [], version: 1 },
  );
}

const lender: Lender = { what: table("c.s.v"), owner: "owner", names: new Set(["owner"]) };
const agent = { kind: "agent", name: "a", scopes: ["sql"], resources: [schema("c.s")] } as const;

describe("decide", () => {
  const cases: readonly (readonly [
    name: string,
    effect: "permit" | "deny",
    visibility: "known" | "hidden",
    decision: () => ReturnType<typeof decide>,
  ])[] = [
    ["SELECT with USE on the parents reads", "permit", "known", () => ask(factsOf({ ana: ["SELECT"] }))],
    ["SELECT by a group reads", "permit", "known", () => ask(factsOf({ analysts: ["SELECT"] }))],
    [
      "SELECT inherited from the catalog reads",
      "permit",
      "known",
      () => ask(factsOf({}, { ana: ["USE_CATALOG", "USE_SCHEMA", "SELECT"] })),
    ],
    [
      "SELECT without USE CATALOG does not",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }, { ana: ["USE_SCHEMA"] })),
    ],
    ["no grant at all hides the table", "deny", "hidden", () => ask(factsOf({}))],
    ["BROWSE makes known and reads nothing", "deny", "known", () => ask(factsOf({ ana: ["BROWSE"] }))],
    ["MANAGE makes known and reads nothing", "deny", "known", () => ask(factsOf({ ana: ["MANAGE"] }))],
    ["ALL PRIVILEGES reads", "permit", "known", () => ask(factsOf({ ana: ["ALL_PRIVILEGES"] }))],
    ["USE SCHEMA does not make a table known", "deny", "hidden", () => ask(factsOf({}, { ana: ["USE_SCHEMA"] }))],
    ["another's grant is not the caller's", "deny", "hidden", () => ask(factsOf({ ben: ["SELECT"] }))],
    ["a missing table is hidden", "deny", "hidden", () => ask(factsOf({ ana: ["SELECT"] }, path, { found: false }))],
    [
      "a token without the scope reads nothing",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: { ...ana, scopes: ["mlflow"] } }),
    ],
    [
      "a token without any scope opens nothing",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: { ...ana, scopes: [] } }),
    ],
    [
      "the surface's scope is needed as well",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: { ...ana, scopes: ["unity-catalog"] }, surface: "sql" }),
    ],
    [
      "an actor that declared the schema reads what its subject may",
      "permit",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: { ...ana, actor: agent } }),
    ],
    [
      "an actor does not reach what it did not declare",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: { ...ana, actor: { ...agent, resources: [] } } }),
    ],
    [
      "an actor's declared scopes narrow the token's",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: { ...ana, actor: { ...agent, scopes: ["mlflow"] } } }),
    ],
    [
      "an actor adds nothing to its subject",
      "deny",
      "hidden",
      () => ask(factsOf({ a: ["SELECT"] }), { who: { ...ana, actor: agent } }),
    ],
    [
      "a token that was asked for something else opens nothing",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: onlyFor("table.insert", t) }),
    ],
    [
      "a token that was asked for another securable opens nothing",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: onlyFor("table.read_data", table("c.s.u")) }),
    ],
    [
      "a token that was asked for this opens it",
      "permit",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }), { who: onlyFor("table.read_data", t) }),
    ],
    [
      "a token that was asked for this gives no right to it",
      "deny",
      "hidden",
      () => ask(factsOf({}, {}), { who: onlyFor("table.read_data", t) }),
    ],
    ["a lender's right is enough for what it lends", "permit", "known", () => ask(factsOf({}), { lender })],
    [
      "a lender without the right lends nothing",
      "deny",
      "known",
      () => ask(factsOf({}), { lender: { ...lender, names: new Set(["nobody"]) } }),
    ],
    ["a statement is read by who ran it", "permit", "known", () => askStatement(ana)],
    [
      "a statement is hidden from everybody else, an administrator included",
      "deny",
      "hidden",
      () => askStatement({ ...ana, subject: { ...ana.subject, name: "root" }, groups: ["admins"] }),
    ],
    [
      "an actor reads a statement that it ran",
      "permit",
      "known",
      () => askStatement({ ...ana, actor: agent }, { kind: "agent", name: "a" }),
    ],
    [
      "an actor does not know of a statement that its subject ran without it",
      "deny",
      "hidden",
      () => askStatement({ ...ana, actor: agent }),
    ],
    [
      "an actor does not know of a statement that another one ran for its subject",
      "deny",
      "hidden",
      () => askStatement({ ...ana, actor: agent }, { kind: "agent", name: "b" }),
    ],
    [
      "an actor does not know of another subject's statement, though it ran it",
      "deny",
      "hidden",
      () =>
        askStatement({ ...ana, subject: { ...ana.subject, name: "ben" }, actor: agent }, { kind: "agent", name: "a" }),
    ],
    [
      "a subject reads a statement that an actor ran on its behalf",
      "permit",
      "known",
      () => askStatement(ana, { kind: "agent", name: "a" }),
    ],
    [
      "a door that cannot filter lets nobody through to a filtered table",
      "deny",
      "known",
      () => ask(factsOf({ ana: ["SELECT"] }, path, { policies: [filter] }), { door: "mcp" }),
    ],
  ];
  for (const [name, effect, visibility, decision] of cases) {
    it(name, () => {
      const made = decision();
      assert.equal(made.effect, effect);
      assert.equal(made.visibility, visibility);
      assert.equal(
        made.because.every((factor) => factor.holds),
        effect === "permit",
      );
    });
  }

  it("makes a table's policies obligations of reading, for its owner and for what is lent too", () => {
    const facts = factsOf({}, path, { policies: [filter] });
    const owner = { ...ana, subject: { ...ana.subject, name: "owner" } };
    assert.deepEqual(ask(facts, { who: owner }).obligations, [filter]);
    assert.deepEqual(ask(facts, { lender }).obligations, [filter]);
  });

  it("gives no obligations with a denial, and none for what reveals no row", () => {
    const facts = factsOf({ ana: ["BROWSE"] }, path, { policies: [filter] });
    assert.deepEqual(ask(facts).obligations, []);
    const seen = decide({ who: ana, action: "table.read_metadata", what: t, door: "http" }, facts);
    assert.equal(seen.effect, "permit");
    assert.deepEqual(seen.obligations, []);
  });
});
