import assert from "node:assert/strict";
import { test } from "node:test";
import { actorOf } from "#agents/actor.ts";
import { createRegistry } from "#agents/registry.ts";
import { endpointStore } from "#agents/store.ts";
import { systemClock, systemIds } from "#host/mod.ts";
import { Doorway, endpoint, type Facts, Gate, type What, type Who, workspace } from "#kernel/mod.ts";
import { freshDatabase } from "../world/database.ts";
import { memoryJournal } from "../world/journal.ts";

const who: Who = {
  subject: { kind: "user", id: "1", name: "ada" },
  groups: ["admins"],
  scopes: ["all-apis"],
  workspace: "1",
};
const ownedByAda = (what: What): Facts => ({
  what,
  found: true,
  chain: [
    { what, owner: "ada", grants: [] },
    { what: workspace, owner: "admins", grants: [] },
  ],
  policies: [],
  version: 1,
});

test("an agent from before there were methods acts for others alone, and has a principal from its next update on", async () => {
  await using database = await freshDatabase();
  const { db } = database;
  const resources = [{ type: "SCHEMA", name: "a.b" }];
  const config = { folder: "/srv/agent", entry: "agent.ts", dependencies: [], scopes: ["sql"], resources };
  const at = new Date();
  const row = { id: systemIds.uuid(), name: "old", kind: "agent", description: "", creator: "ada" } as const;
  await db
    .on()
    .insertInto("serving_endpoints")
    .values({ ...row, config: JSON.stringify(config), created_at: at, updated_at: at })
    .execute();
  const gate = new Gate({
    facts: { load: async (whats) => whats.map(ownedByAda) },
    groups: { namesFor: async (name) => new Set([name]) },
    audit: memoryJournal(),
    clock: systemClock,
  });
  const made: string[] = [];
  const store = endpointStore(db);
  const registry = createRegistry({
    store,
    remembered: (name) => store.find(name),
    transactions: db,
    securables: { register: async () => {}, unregister: async () => {} },
    principals: {
      registerIn: async (_transaction, name) => {
        made.push(name);
        return { kind: "service_principal", id: `id of ${name}`, name: `${name} itself` };
      },
    },
    clock: systemClock,
    ids: systemIds,
  });
  const before = await endpointStore(db).find("old");
  assert.ok(before?.kind === "agent");
  assert.deepEqual(actorOf(before), { kind: "agent", name: "old", scopes: ["sql"], resources });
  const update = async (): Promise<void> => {
    const request = { request_id: systemIds.uuid(), trace_id: "", source_ip: "", user_agent: "" };
    await using permit = await gate.enter(who, "endpoint.update", endpoint("old"), new Doorway("http", request));
    const code = { folder: "/srv/agent", entry: "agent.ts", dependencies: [] };
    const declared = [{ type: "SCHEMA", name: "a.b" } as const];
    const input = { kind: "agent", name: "old", description: "", code, scopes: ["sql"], resources: declared } as const;
    await registry.update(permit, input);
    await permit.settle({ status: "ok" });
  };
  await update();
  const own = { principal: { kind: "service_principal", id: "id of old", name: "old itself" }, resources: [] };
  assert.deepEqual(await registry.find("agent", "old"), {
    kind: "agent",
    name: "old",
    scopes: ["sql"],
    resources,
    own,
  });
  await update();
  assert.deepEqual(made, ["old"], "it keeps the one that it has");
});
