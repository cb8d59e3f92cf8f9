import type { ColumnFlow, Lineage, Obligation, ReadRelation } from "#kernel/mod.ts";
import type { Query } from "../resolve/resolved.ts";
import { FLOWS_MAX } from "./limits.ts";
import { type Origin, originsOf } from "./origins.ts";

type Flow = Omit<ColumnFlow, "to">;

/** What a planned query reads, before it is known where it goes. */
export interface QueryReads {
  readonly relations: readonly ReadRelation[];
  /** For each output column what its values come from. */
  readonly outputs: readonly (readonly Flow[])[];
  readonly steering: readonly Flow[];
  readonly cut: boolean;
}

/** Of a plan that reads no table. */
export const NO_READS: QueryReads = Object.freeze({ relations: [], outputs: [], steering: [], cut: false });

/** `obligationsOf` gives what is applied to a base table in this statement. */
export function readsOf(resolved: Query, obligationsOf: (table: string) => readonly Obligation[]): QueryReads {
  const { sources, outputs, steering, cut } = originsOf(resolved);
  const places = new Map(sources.map((source, i) => [source, i]));
  const masksOf = (table: string) => obligationsOf(table).filter((one) => one.type === "column_mask");
  const maskedBy = ({ source, column }: Origin): readonly string[] =>
    masksOf(source.name)
      .filter((one) => one.column.toLowerCase() === column.toLowerCase())
      .map((one) => one.policy);
  const flows = new Map<Origin, Flow>();
  const flow = (origin: Origin): Flow => {
    const known = flows.get(origin);
    if (known) return known;
    const bases = origin.source.type === "TABLE" ? [origin] : [...origin.beneath].filter(isBase);
    const masked_by = [...new Set(bases.flatMap(maskedBy))];
    const made: Flow = { from: places.get(origin.source)!, column: origin.column, masked_by };
    flows.set(origin, made);
    return made;
  };
  return {
    relations: sources.map(({ name, type, through }): ReadRelation => {
      const obligations = type === "TABLE" ? obligationsOf(name) : [];
      return {
        name,
        type,
        through,
        row_filters: obligations.filter((one) => one.type === "row_filter").map((one) => one.policy),
        column_masks: type === "TABLE" ? masksOf(name).map(({ column, policy }) => ({ column, policy })) : [],
      };
    }),
    outputs: outputs.map((one) => [...one].map(flow)),
    steering: [...steering].map(flow),
    cut,
  };
}

const isBase = ({ source }: Origin): boolean => source.type === "TABLE";

/** Rows that were only read: every column that they came from or that decided on them. */
export function readLineage(statement_id: string, reads: QueryReads): Lineage {
  const seen = new Map([...reads.outputs.flat(), ...reads.steering].map((one) => [`${one.from} ${one.column}`, one]));
  return lineage(
    statement_id,
    null,
    reads,
    [...seen.values()].map((one) => ({ ...one, to: null })),
  );
}

/** Rows that were written by position into `columns` of `target`, or a view that gives them under these names. */
export function writtenLineage(
  statement_id: string,
  target: NonNullable<Lineage["target"]>,
  columns: readonly string[],
  reads: QueryReads,
): Lineage {
  const flows = reads.outputs.flatMap((one, i) => one.map((flow) => ({ ...flow, to: columns[i]! })));
  return lineage(statement_id, target, reads, flows);
}

function lineage(
  statement_id: string,
  target: Lineage["target"],
  { relations, cut }: QueryReads,
  flows: readonly ColumnFlow[],
): Lineage {
  const isCut = cut || flows.length > FLOWS_MAX;
  return {
    statement_id,
    target,
    reads: relations,
    columns: flows.slice(0, FLOWS_MAX),
    ...(isCut && { cut: true as const }),
  };
}
