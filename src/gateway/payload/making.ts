import {
  type Gate,
  type LentBy,
  type Metastore,
  type Permit,
  type Sink,
  same,
  schema,
  spoken,
  type Transaction,
  type What,
} from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import { payloadColumns } from "./columns.ts";

export interface MakingPorts {
  readonly gate: () => Gate;
  readonly metastore: Pick<Metastore, "candidates" | "createTable">;
  readonly sink: Sink;
}

type Configuring =
  | Permit<"endpoint.create">
  | Permit<"endpoint.update">
  | Permit<"service.create">
  | Permit<"service.update">;

/** The endpoint or service that is configured. */
interface Configured {
  readonly what: What;
  readonly owner: string;
}

/** Keeps the configuration; `also` is done in the transaction that does. */
type Keep<T> = (also?: (transaction: Transaction) => Promise<void>) => Promise<T>;

/**
 * Keeps a configuration with the table of the endpoint's exchanges, which is made by and for whoever configures it, by their right to
 * make tables in that schema: both are there, or neither. One that is there already must be theirs to manage, have the very columns,
 * and be one that the endpoint's owner may write to: else somebody could have an endpoint write into another's table.
 * @throws Fault INVALID_STATE when the configuration would be kept and nothing could be written; a denial in the gate's words.
 */
export async function withPayloadTable<T>(
  ports: MakingPorts,
  permit: Configuring,
  configured: Configured,
  what: What,
  keep: Keep<T>,
): Promise<T> {
  const { gate, metastore } = ports;
  const { owner } = configured;
  const dot = what.name.lastIndexOf(".");
  const parent = schema(what.name.slice(0, dot));
  if ((await metastore.candidates("TABLE", parent)).some((one) => same(one, what))) {
    await assertOurs(ports, permit, configured, what);
    return keep();
  }
  if (permit.who.subject.name !== owner)
    throw new Fault(
      "INVALID_STATE",
      `Rows of '${what.name}' are written by the right of '${owner}', who owns '${configured.what.name}' and has none on a table of yours. Have the owner configure it; or make the table first, with the columns of an inference table, and grant the owner MODIFY on it.`,
    );
  const creating = await gate().enter(permit.who, "table.create", parent, permit.doorway);
  try {
    const kept = await keep(async (transaction) => {
      await metastore.createTable(transaction, creating, {
        name: what.name.slice(dot + 1),
        comment: `Requests to ${spoken(configured.what)}, and its responses.`,
        columns: payloadColumns,
      });
      await creating.settleIn(transaction, { status: "ok", rows: 0 });
    });
    await creating.settle({ status: "ok" });
    return kept;
  } catch (thrown) {
    await creating.settle({ status: "error", error_code: faultOf(thrown).code });
    throw thrown;
  }
}

async function assertOurs(
  { gate, sink }: MakingPorts,
  permit: Configuring,
  { what: lender, owner }: Configured,
  what: What,
): Promise<void> {
  const managing = await gate().enter(permit.who, "table.update", what, permit.doorway);
  await managing.settle({ status: "ok" });
  const lent_by: LentBy = { what: lender, owner };
  const entering = gate().enter(permit.who, "table.insert", what, permit.doorway, { lent_by });
  await using writing = await entering.catch((thrown: unknown) => {
    const fault = faultOf(thrown);
    if (fault.code !== "PERMISSION_DENIED") throw fault;
    throw new Fault(
      "INVALID_STATE",
      `'${owner}', who owns '${lender.name}', may not write to '${what.name}'. Grant the owner MODIFY on it, and USE CATALOG and USE SCHEMA above it.`,
    );
  });
  await sink.open(writing, payloadColumns);
  await writing.settle({ status: "ok", rows: 0 });
}
