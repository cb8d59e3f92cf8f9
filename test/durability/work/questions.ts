import assert from "node:assert/strict";
import type { Caller } from "../caller.ts";

const ENDPOINT = "durable";
const SCHEMA = "lake.logged";
const TABLE = `${SCHEMA}.${ENDPOINT}_payload`;
const LEDGER = "system.serving.endpoint_usage";
/** Each kind of answer by turns: one in two is a stream. */
const STREAM_EVERY = 2;

/** What was asked under a name, and what came of it: undefined while nobody knows. */
interface Question {
  readonly stream: boolean;
  status?: number;
}

/** What a check found. */
export interface Logged {
  readonly asked: number;
  readonly acknowledged: number;
  /** In the inference table, and in the ledger. */
  readonly rows: number;
  readonly ledger: number;
  readonly refused: number;
}

/** Questions to an endpoint that keeps each of them in its inference table, by several workers at once. */
export class Questions {
  readonly #admin: Caller;
  readonly #asked = new Map<string, Question>();

  private constructor(admin: Caller) {
    this.#admin = admin;
  }

  static async prepare(admin: Caller): Promise<Questions> {
    await admin.rows(`CREATE SCHEMA ${SCHEMA}`);
    const made = await admin.request("POST", "/api/2.0/serving-endpoints", {
      name: ENDPOINT,
      config: {
        served_entities: [{ name: "offline", entity_name: "lakeward-offline" }],
      },
      ai_gateway: { inference_table_config: { enabled: true, catalog_name: "lake", schema_name: "logged" } },
    });
    assert.equal(made.status, 200, made.message);
    return new Questions(admin);
  }

  /** Asks a worker's next question. @throws TypeError when there is no answer, or not the whole of it. */
  async next(worker: number): Promise<void> {
    const number = this.#asked.size;
    const client_request_id = `${worker}/${number}`;
    const question: Question = { stream: number % STREAM_EVERY === 0 };
    this.#asked.set(client_request_id, question);
    const { stream } = question;
    const messages = [{ role: "user", content: `Question ${client_request_id}` }];
    const path = `/serving-endpoints/${ENDPOINT}/invocations`;
    const { status, text } = await this.#admin.text("POST", path, { messages, client_request_id, stream });
    // A stream that says no [DONE], or an error before it, has acknowledged nothing.
    const isWhole = text.includes("data: [DONE]") && !/^data: \{"error/m.test(text);
    question.status = stream && status === 200 && !isWhole ? 503 : status;
  }

  /** How many were asked so far. */
  get asked(): number {
    return this.#asked.size;
  }

  /** What came of those that were asked after the first `from`. */
  outcomes(from: number): { readonly answered: number; readonly refused: number } {
    const known = [...this.#asked.values()].slice(from).filter(({ status }) => status !== undefined);
    const answered = known.filter(({ status }) => status === 200).length;
    return { answered, refused: known.length - answered };
  }

  /** Those that were answered so far. */
  get acknowledged(): number {
    return [...this.#asked.values()].filter(({ status }) => status === 200).length;
  }

  /**
   * Looks into the inference table and into the ledger. @throws AssertionError when an answered question has no row, any has two, or
   * a row tells of nothing that was asked.
   */
  async check(): Promise<Logged> {
    const rows = await this.#rowsIn(TABLE);
    const ledger = await this.#rowsIn(LEDGER);
    const refused = [...this.#asked.values()].filter(({ status }) => status !== undefined && status !== 200);
    for (const { status } of refused) assert.equal(status, 503, "what is refused is refused for what is away");
    const { size: asked } = this.#asked;
    return { asked, acknowledged: this.acknowledged, rows, ledger, refused: refused.length };
  }

  /** How many questions a table tells of. */
  async #rowsIn(table: string): Promise<number> {
    const found = await this.#admin.rows(
      `SELECT client_request_id, count(*), max(status_code) FROM ${table} WHERE client_request_id IS NOT NULL GROUP BY 1`,
    );
    const rows = new Map(found.map(([id, count, status]) => [id, { count, status }]));
    for (const [id, { count }] of rows) {
      assert.ok(id && this.#asked.has(id), `row ${id} of ${table} was never asked for`);
      assert.equal(count, "1", `question ${id} is in ${table} ${count} times`);
    }
    for (const [id, { status }] of this.#asked)
      if (status === 200)
        assert.equal(rows.get(id)?.status, "200", `question ${id} was answered, and its row in ${table} is lost`);
    return rows.size;
  }
}
