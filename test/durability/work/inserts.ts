import assert from "node:assert/strict";
import type { AuditRow } from "../audit.ts";
import { acknowledged, type Sent, unknown } from "../ledger.ts";
import type { Found, Setting, Workload } from "./workload.ts";

interface Inserted {
  readonly rows: number;
  readonly sent: Promise<Sent>;
  entry?: Sent;
}

const ROWS_MAX = 5;

/** INSERTs of one row to several, each known by its worker and number. */
export class Inserts implements Workload {
  readonly name = "inserts";
  readonly workers = 3;
  readonly #setting: Setting;
  readonly #table: string;
  readonly #sent = new Map<string, Inserted>();

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#table = `${setting.schema}.rows`;
  }

  async prepare(): Promise<void> {
    await this.#setting.writers[0].rows(`CREATE TABLE ${this.#table} (worker INT, number INT, part INT)`);
  }

  async next(worker: number): Promise<void> {
    const number = [...this.#sent.keys()].filter((key) => key.startsWith(`${worker}/`)).length;
    const rows = 1 + ((worker + number) % ROWS_MAX);
    const values = Array.from({ length: rows }, (_, part) => `(${worker}, ${number}, ${part})`);
    const { ledger, writers } = this.#setting;
    const text = `INSERT INTO ${this.#table} VALUES ${values.join(", ")}`;
    const sent = ledger.sql(writers[worker % 2]!, text, [{ action: "table.insert", effect: "permit" }]);
    const inserted: Inserted = { rows, sent };
    this.#sent.set(`${worker}/${number}`, inserted);
    inserted.entry = await sent;
  }

  async check(): Promise<Found> {
    const counted = await this.#setting.writers[0].rows(
      `SELECT worker, number, count(*), count(DISTINCT part) FROM ${this.#table} GROUP BY worker, number`,
    );
    const there = new Map(counted.map(([worker, number, rows, parts]) => [`${worker}/${number}`, { rows, parts }]));
    for (const key of there.keys()) assert.ok(this.#sent.has(key), `insert ${key} was never sent`);
    let unacknowledged = 0;
    for (const [key, { rows, entry }] of this.#sent) {
      const found = there.get(key);
      if (found) assert.deepEqual(found, { rows: String(rows), parts: String(rows) }, `insert ${key}: whole, and once`);
      if (entry && acknowledged(entry)) assert.ok(found, `insert ${key} was acknowledged and is lost`);
      else if (found) {
        assert.ok(!entry || unknown(entry), `insert ${key} is there though it failed: ${entry?.answer?.message}`);
        unacknowledged += 1;
      }
    }
    return { effects: there.size, unacknowledged, unsure: 0, files: there.size };
  }

  records({ action, securable }: AuditRow): boolean {
    return action === "table.insert" && securable === this.#table;
  }
}
