import assert from "node:assert/strict";
import { acknowledged, unavailable } from "../ledger.ts";
import type { Found, Setting, Workload } from "./workload.ts";

/** Decisions without an effect: reads that are let through and reads that are refused. */
export class Reads implements Workload {
  readonly name = "reads";
  readonly workers = 1;
  readonly #setting: Setting;
  #turn = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async prepare(): Promise<void> {
    const { writers, schema, reader } = this.#setting;
    for (const statement of [
      `CREATE TABLE ${schema}.open (id INT)`,
      `GRANT SELECT ON TABLE ${schema}.open TO \`${reader.name}\``,
      `CREATE TABLE ${schema}.hidden (id INT)`,
    ])
      await writers[0].rows(statement);
  }

  async next(): Promise<void> {
    const { ledger, reader, schema } = this.#setting;
    this.#turn += 1;
    if (this.#turn % 3 === 0) {
      const path = `/api/2.1/unity-catalog/tables/${schema}.hidden`;
      const sent = await ledger.get(reader, path, [{ action: "table.read_metadata", effect: "deny" }]);
      if (!unavailable(sent)) assert.equal(sent.answer?.status, 404);
      return;
    }
    const isOpen = this.#turn % 3 === 1;
    const name = isOpen ? "open" : "hidden";
    const wanted = { action: "table.read_data", effect: isOpen ? "permit" : "deny" } as const;
    const sent = await ledger.sql(reader, `SELECT count(*) FROM ${schema}.${name}`, [wanted]);
    if (unavailable(sent)) return;
    if (!isOpen) assert.match(sent.answer?.message ?? "", /TABLE_OR_VIEW_NOT_FOUND/);
    else if (acknowledged(sent)) assert.deepEqual(sent.answer?.rows, [["0"]]);
  }

  async check(): Promise<Found> {
    return { effects: 0, unacknowledged: 0, unsure: 0, files: 0 };
  }

  records(): boolean {
    return false;
  }
}
