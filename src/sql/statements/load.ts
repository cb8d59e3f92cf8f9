import { INLINE_RESULT_BYTES_MAX } from "#base/limits.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { writeRows } from "../ddl/write.ts";
import { quoted } from "../engines/duckdb/names.ts";
import type { FileFormat } from "../engines/engine.ts";
import { SCHEMA } from "../engines/engine.ts";
import { NO_READS } from "../lineage/reads.ts";
import { DEFAULT_NAMES } from "../plan/names.ts";
import type { SqlPorts } from "../plan/ports.ts";
import type { QueryPlan } from "../plan/query.ts";
import { NO_POLICIES, type Session } from "../plan/session.ts";
import { under } from "../plan/settle.ts";
import { engineType } from "../plan/types.ts";
import { STATEMENT_TIME_MS } from "./limits.ts";

/** A file of the operator's on this machine. */
export interface LoadedFile {
  /** Absolute path. */
  readonly path: string;
  readonly format: FileFormat;
  /** For each column of the table its column in the file. */
  readonly from: Readonly<Record<string, string>>;
}

/** Name of the relation under which the file is read. */
const RELATION = "loaded_file";

/** Appends a file to a table: read, cast and written by the engine, committed with its record like any other write. */
export async function loadFile(
  ports: SqlPorts,
  permit: Permit<"table.insert">,
  file: LoadedFile,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  assertPermit(permit, "table.insert");
  return under(
    permit,
    async () => {
      const target = await ports.metastore.relation(permit);
      if (target.kind !== "table")
        throw new Fault("INVALID_PARAMETER_VALUE", `'${target.name}' is no table: rows go into tables.`);
      const columns = target.columns.map(({ name, type }) => {
        const field = file.from[name];
        if (field === undefined)
          throw new Fault(
            "INVALID_PARAMETER_VALUE",
            `Say which column of the file fills '${name}' of '${target.name}'.`,
          );
        return { name, field, type: engineType(type) };
      });
      const names = columns.map(({ name }) => quoted(name)).join(", ");
      const plan: QueryPlan = {
        steps: [
          { kind: "attach_file", schema: SCHEMA, table: RELATION, columns, file: file.path, format: file.format },
        ],
        sql: `SELECT ${names} FROM (SELECT ${names} FROM ${SCHEMA}.${RELATION}) AS f`,
        columns: target.columns,
        output: columns.map(({ name }) => name),
        schema: SCHEMA,
        governed: NO_POLICIES,
        expected: undefined,
        reads: NO_READS,
        attached: new Map(),
        hasBarrier: false,
      };
      return writeRows(
        ports,
        sessionOf(ports, permit, signal),
        plan,
        { ...target, read_version: "any" },
        (transaction, rows) => permit.settleIn(transaction, { status: "ok", rows }),
      );
    },
    (rows) => rows,
  );
}

function sessionOf(ports: SqlPorts, permit: Permit<"table.insert">, signal: AbortSignal): Session {
  return {
    who: permit.who,
    doorway: permit.doorway,
    current: DEFAULT_NAMES,
    parameters: new Map(),
    statement_id: ports.ids.uuid(),
    signal,
    limits: { rows_max: 1, bytes_max: INLINE_RESULT_BYTES_MAX, time_ms: STATEMENT_TIME_MS },
  };
}
