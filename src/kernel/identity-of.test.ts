import assert from "node:assert/strict";
import { test } from "node:test";
import type { Facts } from "./facts.ts";
import { identityOf } from "./identity-of.ts";
import { fn, schema, table } from "./what.ts";
import type { Actor, Principal } from "./who.ts";

const ana: Principal = { kind: "user", id: "1", name: "ana" };
const own: Principal = { kind: "service_principal", id: "2", name: "app" };
const agent: Actor = { kind: "agent", name: "guide", scopes: ["sql"], resources: [schema("main.s")] };
const facts: Facts = {
  what: table("main.s.t"),
  found: true,
  chain: [table("main.s.t"), schema("main.s")].map((what) => ({ what, owner: "admins", grants: [] })),
  policies: [],
  version: 1,
};

test("whoever asks with nobody in between is named by kind", () => {
  assert.equal(identityOf({ subject: ana, facts }).method, "user");
  assert.equal(identityOf({ subject: own, facts }).method, "service_principal");
  assert.equal(identityOf({}).method, "none");
});

test("a trusted issuer's own token is told apart from a credential of this server", () => {
  assert.deepEqual(identityOf({ subject: ana, issuer: "entra", facts }), {
    method: "user",
    because: "the caller's own token of the trusted issuer 'entra', with nobody in between",
  });
});

test("an agent that acts for somebody says what it declared", () => {
  assert.deepEqual(identityOf({ subject: ana, actor: agent, facts }), {
    method: "on_behalf_of",
    because: "the agent 'guide' acts for who asks: it declared that Schema 'main.s' answers by who asks",
  });
});

test("an agent that acts as itself is not taken for one that acts for its own principal", () => {
  assert.equal(identityOf({ subject: own, actor: { ...agent, itself: true }, facts }).method, "automatic_passthrough");
  assert.equal(identityOf({ subject: own, actor: agent, facts }).method, "on_behalf_of");
});

test("what was not declared is not said to be, and what was lent says by what", () => {
  const other: Facts = { ...facts, chain: [{ what: table("main.u.t"), owner: "admins", grants: [] }] };
  const { because } = identityOf({ subject: ana, actor: agent, facts: other });
  assert.doesNotMatch(because, /declared/);
  const lent = identityOf({ subject: ana, actor: agent, facts: other, lender: fn("main.s.f") });
  assert.match(lent.because, /Function 'main.s.f'.*lends/);
});

test("a stored credential is manual, whoever asked", () => {
  assert.deepEqual(identityOf({ subject: own, manual: "for api.weather.example" }), {
    method: "manual",
    because: "for api.weather.example",
  });
});
