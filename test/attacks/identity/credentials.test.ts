import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { DirectoryEntry } from "#identity/mod.ts";
import {
  type Action,
  type Actor,
  authorization,
  type FactSource,
  Gate,
  servicePrincipal,
  token,
  type What,
  type Who,
  workspace,
} from "#kernel/mod.ts";
import { doorway, fault, type IdentityWorld, identityWorld } from "../../identity/world.ts";

const TOKENS = authorization("tokens");

const agent: Actor = { kind: "agent", name: "safety-agent", scopes: ["all-apis"], resources: [] };

describe("attacks by whoever holds a credential on making more of it", () => {
  let world: IdentityWorld;
  let gate: Gate;
  let facts: FactSource;
  let ana: DirectoryEntry;
  let robot: DirectoryEntry;
  before(async () => {
    world = await identityWorld();
    const { identity, journal, options } = world;
    // Those of the workspace and of the right on tokens are the catalog's, which is not here.
    facts = {
      load: async (whats) =>
        (await identity.facts.load(whats)).map((one) => {
          if (one.what.type === "WORKSPACE") return { ...one, found: true };
          if (one.what.type !== "AUTHORIZATION") return one;
          return { ...one, found: true, chain: [{ what: one.what, owner: "admins", grants: [] }, ...one.chain] };
        }),
    };
    gate = new Gate({ facts, groups: identity.groups, audit: journal, clock: options.clock });
    ana = await identity.users.create({ name: "ana@board.example" });
    robot = await identity.servicePrincipals.create({ display_name: "robot" });
    await identity.groups.addMember((await identity.groups.find("admins"))!.id, ana.id);
  });
  after(() => world[Symbol.asyncDispose]());

  /** Ana, who administers, by whatever token. */
  const who = (more: Partial<Who> = {}): Who => ({
    subject: { kind: "user", id: ana.id, name: ana.name },
    groups: ["admins", "account users"],
    scopes: ["all-apis"],
    workspace: "4711",
    ...more,
  });
  const enter = <A extends Action>(asking: Who, action: A, what: What) => gate.enter(asking, action, what, doorway());

  it("lets an administrator do each of them, so that each refusal below has one cause", async () => {
    const { managed } = world.identity;
    await managed.tokens.create(await enter(who(), "token.create", TOKENS), {});
    await managed.tokens.createFor(await enter(who(), "token.create_for", servicePrincipal(robot.id)), {});
    await managed.secrets.create(await enter(who(), "credential.create", servicePrincipal(robot.id)), {});
  });

  it("refuses an agent that would keep its caller's rights in a token of its own, whatever it declared", async () => {
    const { managed } = world.identity;
    const made = await world.identity.tokens.create(ana.id);
    const resources = [TOKENS, servicePrincipal(robot.id), token(made.id)];
    const by = who({ actor: { ...agent, resources } });
    const refused = fault("PERMISSION_DENIED", /'safety-agent' acts for somebody else here/);
    const scopes = { scopes: ["sql"] };
    await assert.rejects(managed.tokens.create(await enter(by, "token.create", TOKENS), scopes), refused);
    const asRobot = await enter(by, "token.create_for", servicePrincipal(robot.id));
    await assert.rejects(managed.tokens.createFor(asRobot, scopes), refused);
    const ofRobot = await enter(by, "credential.create", servicePrincipal(robot.id));
    await assert.rejects(managed.secrets.create(ofRobot, scopes), refused);
    await assert.rejects(managed.tokens.update(await enter(by, "token.update", token(made.id)), scopes), refused);
  });

  it("hides its caller's tokens and service principals from an agent that did not declare them", async () => {
    const made = await world.identity.tokens.create(ana.id);
    for (const [action, what] of [
      ["token.delete", token(made.id)],
      ["credential.create", servicePrincipal(robot.id)],
    ] as const)
      await assert.rejects(enter(who({ actor: agent }), action, what), fault("PERMISSION_DENIED", /declared/));
  });

  it("never widens: each way to make a credential is held to the scopes of the request's token", async () => {
    const { managed } = world.identity;
    const narrow = who({ scopes: ["authentication", "sql"] });
    for (const scopes of [undefined, [], ["all-apis"], ["scim"], ["sql", "scim"]]) {
      const wider = fault("PERMISSION_DENIED", /are not assigned to the token of this request/);
      await assert.rejects(managed.tokens.create(await enter(narrow, "token.create", TOKENS), { scopes }), wider);
      const ofRobot = await enter(narrow, "credential.create", servicePrincipal(robot.id));
      await assert.rejects(managed.secrets.create(ofRobot, { scopes }), wider);
    }
    const { scopes } = await managed.tokens.create(await enter(narrow, "token.create", TOKENS), { scopes: ["sql"] });
    assert.deepEqual(scopes, ["sql"]);
  });

  it("makes, changes and ends nothing that could not be put on record", async () => {
    const { identity, options } = world;
    const made = await identity.tokens.create(ana.id);
    const secret = await identity.secrets.create(robot.id);
    const full = { append: async () => {}, appendIn: () => Promise.reject(new Error("disk full")) };
    const broken = new Gate({ facts, groups: identity.groups, audit: full, clock: options.clock });
    const on = <A extends Action>(action: A, what: What) => broken.enter(who(), action, what, doorway());
    const { tokens, secrets } = identity.managed;
    const before = await tokens.listAll(await enter(who(), "token.list_all", workspace), {});
    const robots = servicePrincipal(robot.id);
    const kept = await secrets.list(await enter(who(), "credential.list", robots));
    for (const change of [
      async () => tokens.create(await on("token.create", TOKENS), {}),
      async () => tokens.createFor(await on("token.create_for", robots), {}),
      async () => tokens.update(await on("token.update", token(made.id)), { comment: "changed" }),
      async () => tokens.delete(await on("token.delete", token(made.id))),
      async () => secrets.create(await on("credential.create", robots), {}),
      async () => secrets.delete(await on("credential.delete", robots), secret.id),
    ])
      await assert.rejects(change(), /disk full/);
    assert.deepEqual(await tokens.listAll(await enter(who(), "token.list_all", workspace), {}), before);
    assert.deepEqual(await secrets.list(await enter(who(), "credential.list", robots)), kept);
  });

  it("takes no permit but the gate's, for the action that is done", async () => {
    const forged = { who: who(), what: workspace, action: "token.create" };
    await assert.rejects(world.identity.managed.tokens.create(forged as never, {}), TypeError);
    const other = await enter(who(), "token.list", workspace);
    await assert.rejects(world.identity.managed.tokens.create(other as never, {}), TypeError);
  });
});
