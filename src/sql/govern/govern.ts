import { functionTable } from "../functions/table.ts";
import type { Call, Expression, Physical, Query, Relation, SelectItem, Source } from "../resolve/resolved.ts";
import { BIGINT, BOOLEAN } from "../types/mod.ts";
import type { Enforcement } from "./enforcement.ts";
import { lookedUp } from "./looked-up.ts";
import { queryOfRows } from "./rows.ts";
import { mapSources, type Replace, rebuildExpression } from "./tree.ts";

/** What stands for a relation: where its rows lie, the filter over them, and a mask by column id; expressions read `physical.alias`. */
export interface Treatment {
  readonly physical: Physical;
  readonly filter: Expression | null;
  readonly masks: ReadonlyMap<string, Expression>;
  /** Ids of the columns that anyone reads. */
  readonly needed: ReadonlySet<string>;
}

/**
 * A barrier on each governed relation, which nothing that stands around it may pass: `OFFSET 0`, which the engine neither removes
 * nor moves anything through. `repeated` are conditions from around it that may be within, by the relation's alias.
 */
export interface Barrier {
  readonly repeated: ReadonlyMap<string, readonly Expression[]>;
}

/**
 * The query with every relation replaced, each reference by itself, by what its treatment allows to be seen.
 * Pure. @throws TypeError for a relation without one: none is ever left as it is.
 */
export function govern(
  query: Query,
  treatments: ReadonlyMap<string, Treatment>,
  enforcement: Enforcement,
  barrier: Barrier | null,
): Query {
  return mapSources(query, (source) => {
    if (source.kind !== "relation") return source;
    const treatment = treatments.get(source.name);
    if (!treatment) throw new TypeError("a relation without a treatment");
    return governRelation(source, treatment, enforcement, barrier);
  });
}

function governRelation(
  relation: Relation,
  treatment: Treatment,
  enforcement: Enforcement,
  barrier: Barrier | null,
): Source {
  const rows = visibleRows(treatment, enforcement);
  const isOpen = treatment.filter === null && treatment.masks.size === 0;
  const query = barrier === null || isOpen ? rows : barred(rows, relation, treatment, barrier);
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

/** The rows with a barrier around them, and within it the conditions that are repeated there. */
function barred(rows: Query, { alias }: Relation, treatment: Treatment, { repeated }: Barrier): Query {
  return Object.freeze({ ...rowsThatMeet(rows, repeated.get(alias) ?? [], treatment), offset: NONE });
}

/** The rows of `visibleRows` that meet conditions on the relation, but for those that read a masked column: these must see the mask. */
export function rowsThatMeet(
  rows: Query,
  conditions: readonly Expression[],
  { physical, masks }: Pick<Treatment, "physical" | "masks">,
): Query {
  if (rows.body.kind !== "select") throw new TypeError("rows that are no SELECT");
  const within = conditions.map((condition) => readFrom(condition, physical.alias, masks));
  const where = within.reduce<Expression | null>(
    (all, condition) => (condition === undefined ? all : all === null ? condition : both(all, condition)),
    rows.body.where,
  );
  return Object.freeze({ ...rows, body: Object.freeze({ ...rows.body, where }) });
}

const NONE: Expression = Object.freeze({ kind: "literal", type: BIGINT, value: 0n });
const AND = functionTable.find((row) => row.kind === "operator" && row.name === "and")!;

const both = (left: Expression, right: Expression): Call =>
  Object.freeze({ kind: "call", type: BOOLEAN, function: AND, arguments: Object.freeze([left, right]) });

/** A condition on a relation's columns as one on the physical ones; undefined when it reads a masked column. */
function readFrom(
  condition: Expression,
  source: string,
  masks: ReadonlyMap<string, Expression>,
): Expression | undefined {
  let isMasked = false;
  const replace: Replace = {
    expression: (node) => {
      if (node.kind !== "column") return rebuildExpression(node, replace);
      isMasked ||= masks.has(node.column);
      return Object.freeze({ ...node, source });
    },
    source: (node) => node,
    query: (node) => node,
  };
  const moved = replace.expression(condition);
  return isMasked ? undefined : moved;
}
