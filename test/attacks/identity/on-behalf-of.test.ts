import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { decodeJwt } from "jose";
import type { DirectoryEntry } from "#identity/mod.ts";
import { type Actor, scopesOf, type Who } from "#kernel/mod.ts";
import { fault, type IdentityWorld, identityWorld } from "../../identity/world.ts";

const JWT = "urn:ietf:params:oauth:token-type:jwt";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const agent: Actor = { kind: "agent", name: "strikes-agent", scopes: ["sql", "model-serving"], resources: [] };

describe("attacks on on-behalf-of tokens", () => {
  let world: IdentityWorld;
  let ana: DirectoryEntry;
  before(async () => {
    world = await identityWorld();
    ana = await world.identity.users.create({ name: "ana@board.example" });
    world.actors.set(agent.name, agent);
  });
  after(() => world[Symbol.asyncDispose]());

  const anaWith = async (terms: { scopes?: string[]; lifetime_s?: number } = {}): Promise<Who> => {
    const { token } = await world.identity.tokens.create(ana.id, terms);
    return world.identity.authenticate(`Bearer ${token}`);
  };
  const act = async (who: Who, scopes: Actor["scopes"], actor = agent) => {
    const minted = await world.identity.mintOnBehalfOf({ who, actor, scopes });
    return { ...minted, who: await world.identity.authenticate(`Bearer ${minted.token}`) };
  };

  it("names the subject, the actor and only the scopes that all three allow", async () => {
    const acting = await act(await anaWith(), ["sql"]);
    assert.equal(acting.who.subject.name, ana.name);
    assert.equal(acting.who.actor?.name, agent.name);
    assert.deepEqual(acting.who.scopes, ["sql"]);
    assert.deepEqual(decodeJwt(acting.token).act, { sub: agent.name, kind: "agent" });
  });

  it("never widens: not by asking for everything, not beyond the caller's own token", async () => {
    assert.deepEqual((await act(await anaWith(), ["all-apis"])).who.scopes, ["sql", "model-serving"]);
    assert.deepEqual((await act(await anaWith({ scopes: ["sql", "scim"] }), ["all-apis"])).who.scopes, ["sql"]);
  });

  it("is refused where no scope is left", async () => {
    const who = await anaWith({ scopes: ["scim"] });
    await assert.rejects(act(who, ["all-apis"]), fault("PERMISSION_DENIED", /none of the scopes/));
    await assert.rejects(act(await anaWith(), []), fault("PERMISSION_DENIED"));
  });

  it("ends within fifteen minutes and never after the caller's token", async () => {
    assert.equal((await act(await anaWith(), ["sql"])).expires_at_ms <= world.now_ms + 900_000, true);
    const who = await anaWith({ lifetime_s: 100 });
    const { expires_at_ms, token } = await act(who, ["sql"]);
    assert.ok(expires_at_ms <= (who.expires_at_ms ?? 0));
    world.now_ms += 100_000;
    await assert.rejects(world.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED"));
    await assert.rejects(
      world.identity.mintOnBehalfOf({ who, actor: agent, scopes: ["sql"] }),
      fault("UNAUTHENTICATED"),
    );
  });

  it("cannot be exchanged, refreshed or presented as a client's secret", async () => {
    const { token } = await act(await anaWith(), ["sql"]);
    for (const scope of ["all-apis", "sql"]) {
      const form = { grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT, scope };
      await assert.rejects(world.token(form), fault("INVALID_GRANT", /TOKEN_INVALID/));
    }
    const asAccessToken = "urn:ietf:params:oauth:token-type:access_token";
    for (const form of [
      { grant_type: EXCHANGE, subject_token: token, subject_token_type: asAccessToken },
      { grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT, actor_token: token },
    ])
      await assert.rejects(world.token(form), fault("BAD_REQUEST"));
    const refresh = { grant_type: "refresh_token", refresh_token: token, client_id: "databricks-cli" };
    await assert.rejects(world.token(refresh), fault("INVALID_GRANT"));
    const on = { type: "workspace_permission", object_type: "serving-endpoints", object_path: "/serving-endpoints/a" };
    const authorization_details = JSON.stringify([{ ...on, actions: ["query_inference_endpoint"] }]);
    const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    await assert.rejects(world.token({ grant_type, assertion: token, authorization_details }), fault("INVALID_GRANT"));
  });

  it("only narrows along a chain, and no second actor rides on it", async () => {
    const first = await act(await anaWith(), ["sql", "model-serving"]);
    const second = await act(first.who, ["sql"]);
    assert.deepEqual(second.who.scopes, ["sql"]);
    assert.ok(second.expires_at_ms <= first.expires_at_ms);
    await assert.rejects(act(second.who, ["model-serving"]), fault("PERMISSION_DENIED"));
    const other: Actor = { ...agent, name: "other-agent", scopes: ["all-apis"] };
    await assert.rejects(act(first.who, ["sql"], other), fault("PERMISSION_DENIED", /acts for this caller already/));
    await assert.rejects(
      act(first.who, ["sql"], { ...other, kind: "app", name: agent.name }),
      fault("PERMISSION_DENIED"),
    );
  });

  it("shrinks at once when the actor's declared scopes do, and is refused when the actor is gone", async () => {
    const { token } = await act(await anaWith(), ["sql", "model-serving"]);
    world.actors.set(agent.name, { ...agent, scopes: ["sql"] });
    assert.deepEqual(scopesOf(await world.identity.authenticate(`Bearer ${token}`)), ["sql"]);
    world.actors.delete(agent.name);
    await assert.rejects(world.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED"));
    world.actors.set(agent.name, agent);
  });

  it("is refused when the subject is deactivated", async () => {
    const { token } = await act(await anaWith(), ["sql"]);
    await world.identity.users.setActive(ana.id, false);
    await assert.rejects(world.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED"));
    await world.identity.users.setActive(ana.id, true);
  });
});
