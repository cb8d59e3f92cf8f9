import assert from "node:assert/strict";
import { describe, it } from "node:test";
import pg from "pg";
import { migrate } from "../../src/db/migrate.ts";
import { migrations } from "../../src/db/migrations/all.ts";
import { freshDatabase } from "../world/database.ts";

describe("the migration that numbers principals", () => {
  it("keeps memberships, secrets and tokens with whom they belong to", async () => {
    await using database = await freshDatabase();
    const name = `older_${database.url.split("/").at(-1)}`;
    const administrator = new pg.Client({ connectionString: database.url });
    await administrator.connect();
    await administrator.query(`CREATE DATABASE ${name}`);
    const url = database.url.replace(/[^/]*$/, name);
    await migrate(
      url,
      migrations.filter((each) => each.name < "0060"),
    );
    const older = new pg.Client({ connectionString: url });
    await older.connect();
    await older.query(`
      INSERT INTO principals (id, kind, name, display_name, created_at) VALUES
        ('0192-a', 'user', 'ana@board.example', 'Ana', now()), ('0192-b', 'service_principal', 'app', 'app', now());
      INSERT INTO group_members SELECT id, '0192-a' FROM principals WHERE name = 'admins';
      INSERT INTO personal_access_tokens (id, principal_id, hash, scopes, comment, created_at, expires_at)
        VALUES ('t', '0192-a', 'h', '{sql}', '', now(), now());
      INSERT INTO service_principal_secrets VALUES ('s', '0192-b', 'h', '{sql}', now(), now())`);
    await migrate(url, migrations);
    const { rows } = await older.query<Record<string, string>>(`
      SELECT a.id AS ana, a.emails->0->>'value' AS email, g.name AS above, t.id AS token, s.id AS secret
      FROM principals a JOIN group_members m ON m.member_id = a.id JOIN principals g ON g.id = m.group_id
        JOIN personal_access_tokens t ON t.principal_id = a.id,
        principals b JOIN service_principal_secrets s ON s.principal_id = b.id
      WHERE a.name = 'ana@board.example' AND b.name = 'app'`);
    const { ana, ...rest } = rows[0]!;
    assert.match(ana!, /^[1-8]\d{15}$/);
    assert.ok(Number.isSafeInteger(Number(ana)));
    assert.deepEqual(rest, { email: "ana@board.example", above: "admins", token: "t", secret: "s" });
    await older.end();
    await administrator.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await administrator.end();
  });
});
