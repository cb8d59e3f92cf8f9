import type { Clock } from "#base/clock.ts";
import {
  assertPermit,
  type Gate,
  type LentBy,
  type Permit,
  type Sink,
  spoken,
  type What,
  type Who,
} from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { AskedEndpoint } from "../asked.ts";
import { payloadColumns } from "./columns.ts";
import { type Exchange, rowOf } from "./row.ts";
import { payloadTable } from "./table-name.ts";

export interface PayloadPorts {
  readonly gate: () => Gate;
  readonly sink: Sink;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
  readonly clock: Clock;
}

/** What is known of an exchange when it ends. */
export type Ending = Pick<Exchange, "client_request_id" | "served_entity_id" | "status_code" | "request" | "response">;

/** Where one exchange is kept. */
export interface PayloadLog {
  /**
   * Resolves when the row is on disk; a second call waits for the first. Called in one turn with the settling of the question's own
   * permit, so that row and record are written together.
   * @throws Fault TEMPORARILY_UNAVAILABLE when it cannot be written: then nothing of the answer may leave.
   */
  write(ending: Ending): Promise<void>;
}

export interface PayloadLogs {
  /**
   * Where an exchange with the permit's endpoint is kept; undefined where none is. Asked for before any model is, so that nothing is
   * answered that cannot be kept.
   * @throws Fault INVALID_STATE when the table is gone, or the endpoint's owner may not write to it; that is on record before.
   */
  open(permit: Permit<"endpoint.query">, endpoint: AskedEndpoint): Promise<PayloadLog | undefined>;
}

export function createPayloadLogs(ports: PayloadPorts): PayloadLogs {
  const { clock } = ports;
  return {
    open: async (permit, { name, ai_gateway }) => {
      assertPermit(permit, "endpoint.query");
      const what = payloadTable(ai_gateway.inference_table_config, name);
      if (!what) return undefined;
      const began_ms = clock.now_ms();
      const { writing, to } = await enter(ports, permit, what);
      const known = {
        databricks_request_id: permit.doorway.request.request_id,
        requester: permit.who.subject.name,
        began_ms,
      };
      let written: Promise<unknown> | undefined;
      return {
        write: async (ending) => {
          written ??= Promise.all([
            to.append(rowOf({ ...known, ...ending, duration_ms: clock.now_ms() - began_ms })),
            writing.settle({ status: "ok", rows: 1 }),
          ]);
          await written;
        },
      };
    },
  };
}

/** The table by the right that the endpoint's owner has now, which the endpoint lends to whoever may query it. */
async function enter({ gate, sink, ownerOf }: PayloadPorts, permit: Permit<"endpoint.query">, what: What) {
  const owner = await ownerOf(permit.what);
  if (owner === undefined) throw unwritable(permit.what, what);
  const lent_by: LentBy = { what: permit.what, owner };
  const refuse = (thrown: unknown): Promise<never> => {
    const fault = faultOf(thrown);
    const isRefusal = fault.code === "PERMISSION_DENIED" || fault.code.endsWith("_DOES_NOT_EXIST");
    return Promise.reject(
      isRefusal || fault.code === "INVALID_STATE" ? unwritable(permit.what, what, fault.message) : fault,
    );
  };
  const doorway = permit.doorway.into("serving");
  const writing = await gate().enter(writerFor(permit.who), "table.insert", what, doorway, { lent_by }).catch(refuse);
  try {
    return { writing, to: await sink.open(writing, payloadColumns) };
  } catch (thrown) {
    await writing.settle({ status: "error", error_code: faultOf(thrown).code });
    return refuse(thrown);
  }
}

/**
 * The caller, as the one whose exchange is kept. The caller's token need not open tables, nor the caller's agent: what is written is
 * the endpoint's, and the record names who asked.
 */
function writerFor({ actor: _, only: __, ...who }: Who): Who {
  return { ...who, scopes: ["unity-catalog"] };
}

const unwritable = (asked: What, what: What, internal?: string): Fault =>
  new Fault(
    "INVALID_STATE",
    `${spoken(asked)} keeps every exchange in a table that it cannot write to, so it answers nothing. Ask its owner to look at the configuration of its inference table: the table must be there as it was made, and the owner must hold MODIFY on it.`,
    { internal: internal ?? spoken(what) },
  );
