import { WallBreach } from "./breach.ts";
import { listOf, type Tree, treeOf } from "./tree.ts";

/** What must hold for each subquery on a relation; see `RelationDuty` of the engine's port. */
export interface Duty {
  readonly filtered?: boolean;
  readonly masked?: readonly string[];
}

/**
 * Holds a SELECT whose FROM is one physical relation against that relation's duty: columns by name and never `*`, a WHERE
 * where a row filter applies, and no masked column selected as it is.
 * @throws WallBreach
 */
export function refuseUnlessDutiful(select: Tree, name: string, duty: Duty): void {
  const masked = new Set(duty.masked?.map((column) => column.toLowerCase()));
  for (const item of listOf(select.select_list, name)) {
    const expression = treeOf(item, name);
    if (expression.class === "STAR") throw new WallBreach(`${name}: * on a physical relation`);
    if (expression.class !== "COLUMN_REF") continue;
    const column = listOf(expression.column_names, name).at(-1);
    if (masked.has(String(column).toLowerCase())) throw new WallBreach(`${name}: masked column selected as it is`);
  }
  if (duty.filtered === true && select.where_clause === null) throw new WallBreach(`${name}: no row filter`);
}
