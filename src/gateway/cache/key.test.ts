import assert from "node:assert/strict";
import { test } from "node:test";
import { type Actor, endpoint, type Who } from "#kernel/mod.ts";
import { keyOf } from "./key.ts";

const who: Who = {
  subject: { kind: "user", id: "7", name: "ada@board.org" },
  groups: ["account users"],
  scopes: ["model-serving"],
  workspace: "1",
};
const actor: Actor = { kind: "agent", name: "guide", scopes: ["model-serving"], resources: [endpoint("advisor")] };
const permit = { who, lent_by: [], governance_version: 3, doorway: { door: "http" } } as const;
const served = { id: "e", config_version: 1, updated_at_ms: 5 };
const asked = { api: "chat", isStreaming: false, body: { messages: [{ role: "user", content: "How deep?" }] } };
const by = (more: Partial<Who>): Parameters<typeof keyOf> => [{ ...permit, who: { ...who, ...more } }, served, asked];

// biome-ignore format: a table is read in columns
const others: readonly (readonly [string, Parameters<typeof keyOf>])[] = [
  ["another subject",             by({ subject: { ...who.subject, id: "8" } })],
  ["another kind of subject",     by({ subject: { ...who.subject, kind: "service_principal" } })],
  ["an actor",                    by({ actor })],
  ["another actor",               by({ actor: { ...actor, name: "pilot" } })],
  ["an actor that reaches less",  by({ actor: { ...actor, resources: [] } })],
  ["an actor that acts as itself", by({ actor: { ...actor, itself: true } })],
  ["narrower scopes",             by({ scopes: [] })],
  ["other scopes",                by({ scopes: ["model-serving", "sql"] })],
  ["another group",               by({ groups: ["account users", "pilots"] })],
  ["a token for one thing alone", by({ only: [{ action: "endpoint.query", what: endpoint("advisor") }] })],
  ["another client",              by({ client: "c" })],
  ["another issuer",              by({ issuer: "i" })],
  ["another workspace",           by({ workspace: "2" })],
  ["a right that is lent",        [{ ...permit, lent_by: [{ what: endpoint("advisor"), owner: "ben" }] }, served, asked]],
  ["another version",             [{ ...permit, governance_version: 4 }, served, asked]],
  ["another door",                [{ ...permit, doorway: { door: "sql" } }, served, asked]],
  ["another endpoint",            [permit, { ...served, id: "f" }, asked]],
  ["another configuration",       [permit, { ...served, config_version: 2 }, asked]],
  ["a later change of it",        [permit, { ...served, updated_at_ms: 6 }, asked]],
  ["another protocol",            [permit, served, { ...asked, api: "messages" }]],
  ["a stream",                    [permit, served, { ...asked, isStreaming: true }]],
  ["another byte",                [permit, served, { ...asked, body: { messages: [{ role: "user", content: "How deep!" }] } }]],
  ["another text that guardrails made of it", [permit, served, { ...asked, passed: { messages: [] } }]],
  ["one setting more",            [permit, served, { ...asked, body: { ...asked.body, temperature: 0 } }]],
];

test("an answer is found by the same question of the same caller, whenever the token ends", () => {
  assert.equal(keyOf(permit, served, asked), keyOf(...by({ expires_at_ms: 1 })));
});

for (const [says, other] of others)
  test(`${says} finds nothing`, () => assert.notEqual(keyOf(...other), keyOf(permit, served, asked)));

test("no two of them find each other's", () => {
  assert.equal(new Set(others.map(([, other]) => keyOf(...other))).size, others.length);
});
