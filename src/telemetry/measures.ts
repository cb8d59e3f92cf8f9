import type { DecisionRecord, DoorName, ModelUsage, PassageEnd, RequestEnd } from "#kernel/mod.ts";
import { type InstrumentName, instrumentRows } from "./instruments.ts";
import { DB_SYSTEM, genAiNamesOf, sqlOperation } from "./names.ts";
import { Instrument } from "./series.ts";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const OTHER = "_OTHER";
const LIMITED = "REQUEST_LIMIT_EXCEEDED";
const ANSWERED = 200;

/** Turns what is heard into numbers. */
export class Measures {
  readonly #on: Readonly<Record<InstrumentName, Instrument>>;

  constructor() {
    const made = Object.entries(instrumentRows).map(([name, row]) => [name, new Instrument(row)] as const);
    this.#on = Object.fromEntries(made) as Record<InstrumentName, Instrument>;
  }

  get instruments(): readonly Instrument[] {
    return Object.values(this.#on);
  }

  /** Of one instrument, for whoever shows a part of it. */
  instrument(name: InstrumentName): Instrument {
    return this.#on[name];
  }

  decided(record: DecisionRecord): void {
    const { action, door, effect, outcome } = record;
    this.#on.decision.record(1, [action, door, effect]);
    if (outcome?.usage) this.#served(record, outcome.usage, outcome.error_code ?? "");
  }

  requested(end: RequestEnd, duration_ms: number): void {
    const { method, route = "", status_code, error_code = "" } = end;
    const labels = [METHODS.has(method) ? method : OTHER, route, String(status_code), error_code];
    this.#on.request.record(duration_ms / 1000, labels);
  }

  passed(door: DoorName, { operation = "", tool = "", error_code = "" }: PassageEnd, duration_ms: number): void {
    const seconds = duration_ms / 1000;
    if (door === "sql") this.#on.statement.record(seconds, [DB_SYSTEM, sqlOperation(operation), error_code]);
    if (door === "mcp") this.#on.mcp.record(seconds, [operation, tool, error_code]);
  }

  #served(record: DecisionRecord, usage: ModelUsage, error_code: string): void {
    const { operation, provider, model, endpoint } = genAiNamesOf(record, usage);
    const seconds = record.duration_ms / 1000;
    const labels = [operation, provider, model, endpoint];
    this.#on.operation.record(seconds, [...labels, error_code]);
    this.#on.serving.record(seconds, [endpoint, String(usage.status_code)]);
    if (usage.served_entity_id !== undefined) {
      this.#on.tokens.record(usage.input_tokens, [...labels, "input"]);
      this.#on.tokens.record(usage.output_tokens, [...labels, "output"]);
    }
    if (usage.time_to_first_byte_ms !== undefined)
      this.#on.first_token.record(usage.time_to_first_byte_ms / 1000, labels);
    for (const { status } of usage.attempts)
      if (status !== ANSWERED) this.#on.provider_failure.record(1, [endpoint, String(status ?? 0)]);
    for (const { guardrail, phase, action } of usage.findings)
      this.#on.guardrail_finding.record(1, [endpoint, guardrail, phase, action]);
    if (error_code === LIMITED) this.#on.limit_rejection.record(1, [endpoint]);
  }
}
