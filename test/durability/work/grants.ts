import assert from "node:assert/strict";
import type { AuditRow } from "../audit.ts";
import { acknowledged, unavailable, unknown } from "../ledger.ts";
import type { Found, Setting, Workload } from "./workload.ts";

/** A table whose SELECT the reader is given and deprived of in turn. */
interface Granted {
  readonly name: string;
  changes: number;
  /** Whether the last acknowledged change left it granted. */
  isGranted: boolean;
  /** A change of which it is not known whether it was made. */
  isOpen: boolean;
  /** Such changes that were asked for again. */
  unsure: number;
}

const TABLES_EACH = 2;

/** GRANT and REVOKE, each worker on tables of its own. */
export class Grants implements Workload {
  readonly name = "grants";
  readonly workers = 2;
  readonly #setting: Setting;
  readonly #tables: readonly Granted[];
  readonly #turn = [0, 0];

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#tables = Array.from({ length: this.workers * TABLES_EACH }, (_, i) => ({
      name: `${setting.schema}.granted_${i}`,
      changes: 0,
      isGranted: false,
      isOpen: false,
      unsure: 0,
    }));
  }

  async prepare(): Promise<void> {
    for (const [i, { name }] of this.#tables.entries())
      await this.#setting.writers[i % this.workers]!.rows(`CREATE TABLE ${name} (id INT)`);
  }

  async next(worker: number): Promise<void> {
    const turn = this.#turn[worker] ?? 0;
    this.#turn[worker] = turn + 1;
    const table = this.#tables[worker + this.workers * (turn % TABLES_EACH)]!;
    const { ledger, writers, reader } = this.#setting;
    const [word, to] = table.isGranted ? ["REVOKE", "FROM"] : ["GRANT", "TO"];
    const wasOpen = table.isOpen;
    if (wasOpen) table.unsure += 1;
    table.isOpen = true;
    const text = `${word} SELECT ON TABLE ${table.name} ${to} \`${reader.name}\``;
    const sent = await ledger.sql(writers[worker]!, text, [{ action: "grants.update", effect: "permit" }]);
    if (unknown(sent)) return;
    table.isOpen = wasOpen && unavailable(sent);
    if (unavailable(sent)) {
      if (wasOpen) table.unsure -= 1;
      return;
    }
    assert.ok(acknowledged(sent), `${text}: ${sent.answer?.message}`);
    table.isGranted = !table.isGranted;
    table.changes += 1;
  }

  async check(): Promise<Found> {
    let [effects, unacknowledged] = [0, 0];
    for (const table of this.#tables) {
      const read = await this.#setting.reader.sql(`SELECT count(*) FROM ${table.name}`);
      const isGranted = read.state === "SUCCEEDED";
      if (!isGranted) assert.match(read.message, /TABLE_OR_VIEW_NOT_FOUND/);
      if (!table.isOpen) assert.equal(isGranted, table.isGranted, `${table.name} is granted as last acknowledged`);
      const tookEffect = isGranted !== table.isGranted;
      effects += table.changes + (tookEffect ? 1 : 0);
      unacknowledged += tookEffect ? 1 : 0;
    }
    const unsure = this.#tables.reduce((sum, table) => sum + table.unsure, 0);
    return { effects, unacknowledged, unsure, files: 0 };
  }

  records({ action, securable }: AuditRow): boolean {
    return action === "grants.update" && this.#tables.some(({ name }) => name === securable);
  }
}
