import { assertPermit, observed, type Permit } from "#kernel/mod.ts";
import { faultOf } from "#wire/errors.ts";
import { statementError } from "#wire/sql/errors.ts";
import type { ExecuteStatementRequest, ResultData, StatementResponse } from "#wire/sql/statement.ts";
import { executeText } from "../ddl/execute.ts";
import type { SqlPorts } from "../plan/ports.ts";
import type { AppliedPolicies, Session } from "../plan/session.ts";
import { NO_POLICIES } from "../plan/session.ts";
import { inlineResult } from "./inline.ts";
import { readParameters } from "./parameters.ts";
import { refuseWrites } from "./reads.ts";
import { type Ending, type StatementEntry, StatementRegistry } from "./registry.ts";
import { readOrder, type StatementOrder } from "./request.ts";
import { chunkOfEntry, responseOf } from "./response.ts";

/** A response, and beside the wire's shape the names of the policies that made a difference. */
export interface ExecutedStatement {
  readonly response: StatementResponse;
  readonly governed: AppliedPolicies;
}

/** What the way in adds to a request. */
export interface ExecutionTerms {
  /** What would change anything is refused, before anything runs. */
  readonly reads_only?: boolean;
  /** Cancels the statement when the caller goes away before it was told the id: nobody could ask for the result. */
  readonly signal?: AbortSignal;
}

type Admit = Parameters<typeof executeText>[3];

/** The life of statements: accepted, run, waited for, fetched, cancelled. */
export class Statements {
  readonly registry: StatementRegistry;
  readonly #ports: SqlPorts;

  constructor(ports: SqlPorts) {
    this.#ports = ports;
    this.registry = new StatementRegistry(ports.clock, ports.ids);
  }

  /**
   * Runs a statement and waits for it as long as the request says. An error inside the statement is a FAILED state, no fault.
   * @throws Fault when the request itself is wrong.
   */
  async execute(
    permit: Permit<"warehouse.use">,
    request: ExecuteStatementRequest,
    terms: ExecutionTerms = {},
  ): Promise<ExecutedStatement> {
    assertPermit(permit, "warehouse.use");
    const order = readOrder(request);
    const parameters = readParameters(request.parameters ?? []);
    const entry = this.registry.open(permit.who);
    const session: Session = {
      who: permit.who,
      doorway: permit.doorway.into("sql"),
      current: order.current,
      parameters,
      statement_id: entry.id,
      signal: entry.abort.signal,
      limits: order.limits,
    };
    const cancel = (): void => entry.abort.abort();
    if (terms.signal?.aborted) cancel();
    terms.signal?.addEventListener("abort", cancel, { once: true });
    const ended = this.#run(session, order, terms.reads_only ? refuseWrites : () => {});
    const intime = await within(ended, order.wait_ms);
    terms.signal?.removeEventListener("abort", cancel);
    if (!intime && order.on_wait_timeout === "CANCEL") {
      cancel();
      await ended;
    }
    return this.#executed(permit, entry.id);
  }

  /** State and, once there, the result. */
  async get(permit: Permit<"statement.read">): Promise<ExecutedStatement> {
    assertPermit(permit, "statement.read");
    return this.#executed(permit, permit.what.name);
  }

  async chunk(permit: Permit<"statement.read">, index: number): Promise<ResultData> {
    assertPermit(permit, "statement.read");
    return chunkOfEntry(this.#told(permit, permit.what.name), index);
  }

  /** Asks for the end; the state says when it has come. */
  async cancel(permit: Permit<"statement.cancel">): Promise<void> {
    assertPermit(permit, "statement.cancel");
    this.registry.get(permit.what.name).abort.abort();
  }

  close(): void {
    this.registry.abortAll();
  }

  async #run(session: Session, order: StatementOrder, admit: Admit): Promise<void> {
    this.registry.running(session.statement_id);
    this.registry.end(session.statement_id, await this.#ending(session, order, admit));
  }

  /** Never throws: whatever happens is an ending. */
  async #ending(session: Session, order: StatementOrder, admit: Admit): Promise<Ending> {
    try {
      const result = await observed(this.#ports.observer, session.doorway, (note) =>
        executeText(this.#ports, session, order.text, (statement) => {
          note({ operation: statement.kind });
          admit(statement);
        }),
      );
      return { state: "SUCCEEDED", result: inlineResult(result, order) };
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (fault.code === "CANCELLED" || session.signal.aborted) return { state: "CANCELED" };
      if (fault.code === "INTERNAL_ERROR") {
        const { statement_id, doorway } = session;
        const { internal } = fault.options;
        const fields = { statement_id, request_id: doorway.request.request_id, ...(internal && { internal }) };
        this.#ports.log.error(fields, fault.message);
      }
      return { state: "FAILED", failure: statementError(fault) };
    }
  }

  /** A statement of which the permit tells: it cannot be settled before what the statement read is on record. */
  #told(permit: Permit<"warehouse.use" | "statement.read">, id: string): StatementEntry {
    const entry = this.registry.get(id);
    if (entry.result?.recorded) permit.withRecords(entry.result.recorded);
    return entry;
  }

  #executed(permit: Permit<"warehouse.use"> | Permit<"statement.read">, id: string): ExecutedStatement {
    const entry = this.#told(permit, id);
    return { response: responseOf(entry), governed: entry.result?.governed ?? NO_POLICIES };
  }
}

/** True when `work` ended within `wait_ms`. */
async function within(work: Promise<void>, wait_ms: number): Promise<boolean> {
  if (wait_ms === 0) return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), wait_ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
