import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { sql } from "kysely";
import type { Log } from "#base/log.ts";
import {
  type Action,
  type Actor,
  EVERYONE,
  type FactSource,
  Gate,
  secretScope,
  type What,
  type Who,
  workspace,
} from "#kernel/mod.ts";
import { createSecrets } from "#secrets/mod.ts";
import { doorway, fault, type IdentityWorld, identityWorld } from "../../identity/world.ts";

describe("attacks on secrets", () => {
  let world: IdentityWorld;
  let secrets: ReturnType<typeof createSecrets>;
  let gate: Gate;
  const said: string[] = [];
  const canary = `canary-${randomBytes(16).toString("hex")}`;
  const scope = secretScope("vault");

  before(async () => {
    const log: Log = {
      info: (...line) => void said.push(JSON.stringify(line)),
      warn: (...line) => void said.push(JSON.stringify(line)),
      error: (...line) => void said.push(JSON.stringify(line)),
    };
    world = await identityWorld({ log });
    const { db, clock } = world.options;
    secrets = createSecrets({ db, clock, sealing: world.identity.sealing, isPrincipal: async () => true });
    const facts: FactSource = {
      load: async (whats) =>
        (await secrets.facts.load(whats)).map((one) => ({ ...one, found: one.found || one.what.type === "WORKSPACE" })),
    };
    gate = new Gate({ facts, groups: world.identity.groups, audit: world.journal, clock });
    await secrets.createScope(await enter(who(), "secret_scope.create", workspace), scope.name, false);
    await secrets.put(await enter(who(), "secret.put", scope), "key", Buffer.from(canary));
  });
  after(() => world[Symbol.asyncDispose]());

  const who = (more: Partial<Who> = {}): Who => ({
    subject: { kind: "user", id: "1", name: "ana@board.example" },
    groups: [EVERYONE],
    scopes: ["all-apis"],
    workspace: "4711",
    ...more,
  });
  const enter = <A extends Action>(asking: Who, action: A, what: What) => gate.enter(asking, action, what, doorway());
  const read = async (asking = who()) =>
    Buffer.from(await secrets.get(await enter(asking, "secret.get", scope), "key")).toString("utf8");

  it("gives the value to its owner, so that each refusal below has one cause", async () => {
    assert.equal(await read(), canary);
  });

  it("finds no value in the database, the journal or the log", async () => {
    const { db } = world.options;
    const tables = await sql<{ name: string }>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`.execute(db.on());
    let rows = 0;
    for (const { name } of tables.rows) {
      const dump = await sql<{ text: string }>`SELECT row_to_json(t)::text AS text FROM ${sql.table(name)} t`.execute(
        db.on(),
      );
      rows += dump.rows.length;
      for (const { text } of dump.rows) {
        for (const form of [canary, Buffer.from(canary).toString("hex"), Buffer.from(canary).toString("base64")])
          assert.equal(text.includes(form), false, name);
      }
    }
    assert.ok(rows > 5);
    assert.ok(world.journal.records.some((one) => one.action === "secret.put"));
    assert.equal(JSON.stringify(world.journal.records).includes(canary), false);
    assert.equal(said.join("\n").includes(canary), false);
  });

  it("opens no value that was moved to another key or scope, or changed by a bit", async () => {
    const { db } = world.options;
    await secrets.createScope(await enter(who(), "secret_scope.create", workspace), "other", false);
    const other = secretScope("other");
    await sql`INSERT INTO secrets SELECT 'other', key, data_key_id, sealed, updated_at FROM secrets`.execute(db.on());
    await sql`INSERT INTO secrets SELECT scope, 'moved', data_key_id, sealed, updated_at FROM secrets WHERE scope = 'vault'`.execute(
      db.on(),
    );
    const unopened = (thrown: unknown) => thrown instanceof Error && !thrown.message.includes(canary);
    await assert.rejects(secrets.get(await enter(who(), "secret.get", other), "key"), unopened);
    await assert.rejects(secrets.get(await enter(who(), "secret.get", scope), "moved"), unopened);
    await sql`UPDATE secrets SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE key = 'moved'`.execute(
      db.on(),
    );
    await assert.rejects(secrets.get(await enter(who(), "secret.get", scope), "moved"), unopened);
    assert.equal(await read(), canary);
  });

  it("gives nothing to another person, to a token without the scope, or to an agent that did not declare the scope", async () => {
    const ben = who({ subject: { kind: "user", id: "2", name: "ben@board.example" } });
    await assert.rejects(read(ben), fault("RESOURCE_DOES_NOT_EXIST"));
    await assert.rejects(
      read(who({ scopes: ["sql", "workspace"] })),
      fault("PERMISSION_DENIED", /required scopes: secrets/),
    );
    const agent: Actor = { kind: "agent", name: "a", scopes: ["all-apis"], resources: [] };
    await assert.rejects(read(who({ actor: agent })), fault("PERMISSION_DENIED", /did|declared/));
    assert.equal(await read(who({ actor: { ...agent, resources: [scope] } })), canary);
    const other = { ...agent, resources: [secretScope("other")] };
    await assert.rejects(read(who({ actor: other })), fault("PERMISSION_DENIED", /declared/));
  });

  it("takes no permit of another action: whoever may list does not thereby read", async () => {
    const permit = await enter(who(), "secret.list", scope);
    await assert.rejects(secrets.get(permit as never, "key"), TypeError);
    assert.throws(() => secrets.put(permit as never, "key", Buffer.from("x")), TypeError);
  });
});
