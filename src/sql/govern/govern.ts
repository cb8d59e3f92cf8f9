import type { Expression, Physical, Query, Relation, SelectItem, Source } from "../resolve/resolved.ts";
import type { Enforcement } from "./enforcement.ts";
import { lookedUp } from "./looked-up.ts";
import { queryOfRows } from "./rows.ts";
import { mapSources } from "./tree.ts";

/** What stands for a relation: where its rows lie, the filter over them, and a mask by column id; expressions read `physical.alias`. */
export interface Treatment {
  readonly physical: Physical;
  readonly filter: Expression | null;
  readonly masks: ReadonlyMap<string, Expression>;
  /** Ids of the columns that anyone reads. */
  readonly needed: ReadonlySet<string>;
}

/**
 * The query with every relation replaced, each reference by itself, by what its treatment allows to be seen.
 * Pure. @throws TypeError for a relation without one: none is ever left as it is.
 */
export function govern(query: Query, treatments: ReadonlyMap<string, Treatment>, enforcement: Enforcement): Query {
  return mapSources(query, (source) => {
    if (source.kind !== "relation") return source;
    const treatment = treatments.get(source.name);
    if (!treatment) throw new TypeError("a relation without a treatment");
    return governRelation(source, treatment, enforcement);
  });
}

function governRelation(relation: Relation, treatment: Treatment, enforcement: Enforcement): Source {
  const query = visibleRows(treatment, enforcement);
  return Object.freeze({
    kind: "governed",
    name: relation.name,
    reference: relation.reference,
    alias: relation.alias,
    columns: query.columns,
    query,
  });
}

/**
 * The rows that may be seen, with the needed columns by name: masks read the original values of all columns, and so does the
 * filter, which drops a row unless it is TRUE.
 */
export function visibleRows(treatment: Treatment, { applyFilter, applyMask }: Enforcement): Query {
  const { physical, filter, masks, needed } = treatment;
  const items = physical.columns
    .filter((column) => needed.has(column.id))
    .map((column): SelectItem => {
      const original: Expression = Object.freeze({
        kind: "column",
        type: column.type,
        source: physical.alias,
        column: column.id,
      });
      const mask = masks.get(column.id);
      return Object.freeze({ column, value: mask ? applyMask(original, mask) : original });
    });
  const where = filter === null ? null : applyFilter(lookedUp(filter));
  return queryOfRows(items, { from: physical, where });
}
