import assert from "node:assert/strict";
import type { AuditRow } from "../audit.ts";
import { acknowledged, type Sent, unknown } from "../ledger.ts";
import type { Found, Setting, Workload } from "./workload.ts";

const ROWS = 4000;

/** CREATE TABLE AS, each making a table of its own from one that is there. */
export class TablesFromQueries implements Workload {
  readonly name = "CTAS";
  readonly workers = 2;
  readonly #setting: Setting;
  readonly #source: string;
  readonly #sent = new Map<string, { entry?: Sent }>();

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#source = `${setting.schema}.source`;
  }

  async prepare(): Promise<void> {
    await this.#setting.writers[0].rows(
      `CREATE TABLE ${this.#source} AS SELECT id, repeat('wildlife ', 20) AS note FROM range(${ROWS})`,
    );
  }

  async next(worker: number): Promise<void> {
    const name = `made_${worker}_${this.#sent.size}`;
    const { ledger, writers, schema } = this.#setting;
    const made: { entry?: Sent } = {};
    this.#sent.set(name, made);
    made.entry = await ledger.sql(
      writers[worker % 2]!,
      `CREATE TABLE ${schema}.${name} AS SELECT id, note, id * 2 AS twice FROM ${this.#source}`,
      [
        { action: "table.create", effect: "permit" },
        { action: "table.read_data", effect: "permit" },
      ],
    );
  }

  async check(): Promise<Found> {
    const { writers, schema } = this.#setting;
    const [admin] = writers;
    const listed = (await admin.rows(`SHOW TABLES IN ${schema}`)).map((row) => row[1] ?? "");
    const there = listed.filter((name) => name.startsWith("made_"));
    for (const name of there) assert.ok(this.#sent.has(name), `${name} was never sent`);
    const counts = there.map(
      (name) => `SELECT '${name}', count(*), count(DISTINCT id), max(twice) FROM ${schema}.${name}`,
    );
    const counted = counts.length > 0 ? await admin.rows(counts.join(" UNION ALL ")) : [];
    assert.equal(counted.length, there.length);
    for (const [name, rows, ids, last] of counted)
      assert.deepEqual([rows, ids, last], [String(ROWS), String(ROWS), String(2 * (ROWS - 1))], `${name} is whole`);
    let unacknowledged = 0;
    for (const [name, { entry }] of this.#sent) {
      const found = there.includes(name);
      if (entry && acknowledged(entry)) assert.ok(found, `${name} was acknowledged and is lost`);
      else if (found) {
        assert.ok(!entry || unknown(entry), `${name} is there though it failed: ${entry?.answer?.message}`);
        unacknowledged += 1;
      }
    }
    // The source has a file too.
    return { effects: there.length, unacknowledged, unsure: 0, files: there.length + 1 };
  }

  records({ action, securable, rows }: AuditRow): boolean {
    return action === "table.create" && securable === this.#setting.schema && rows === ROWS;
  }
}
