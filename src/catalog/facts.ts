import {
  type AttributeFacts,
  type FactSource,
  type Facts,
  inherited,
  lineOf,
  type Obligation,
  type Transaction,
  type What,
  what,
} from "#kernel/mod.ts";
import { metastoreTypes } from "./grantable.ts";
import type { CatalogDatabase } from "./store/change.ts";
import { type FactRow, isFoundById, readFacts } from "./store/facts.ts";

/** FactSource with one more way in: inside a transaction that changes what it reads. */
export interface CatalogFacts extends FactSource {
  load(whats: readonly What[], transaction?: Transaction): Promise<readonly Facts[]>;
}

/** Facts of the metastore's and the workspace's securables: any number of them in one round trip, all of one snapshot. */
export function factSource(db: CatalogDatabase): CatalogFacts {
  return {
    load: async (whats, transaction) => {
      const lines = whats.map((one) => lineOf(stored(one)));
      const distinct = new Map(lines.flat().map((one) => [keyOf(one), one]));
      const { version, rows } = await readFacts(db, [...distinct.values()], transaction);
      const byName = new Map(rows.map((row) => [keyOf(row), row]));
      const byId = new Map(rows.filter((row) => isFoundById(row.type)).map((row) => [row.id, row]));
      return whats.map((one, i): Facts => {
        const found = lines[i]!.map(
          (each) => byName.get(keyOf(each)) ?? (isFoundById(each.type) ? byId.get(each.name) : undefined),
        );
        const [self] = found;
        const chain = found.filter((row) => row !== undefined);
        const attributes = self ? attributesOf(self, chain) : undefined;
        return {
          what: one,
          found: self !== undefined,
          chain: chain.map(securableFacts),
          policies: self ? policiesOf(self) : [],
          ...(attributes && { attributes }),
          version,
        };
      });
    },
  };
}

/** As the metastore keeps it: its names are lower-case, those of warehouses and endpoints are as they are. */
export function stored(one: What): What {
  return metastoreTypes.has(one.type) ? what(one.type, one.name.toLowerCase()) : one;
}

const keyOf = (one: What): string => `${one.type} ${one.name}`;

const securableFacts = (row: FactRow): Facts["chain"][number] => ({
  what: what(row.type, row.name),
  id: row.id,
  owner: row.owner,
  grants: row.grants,
});

/** The row filter, then the masks in the order of their columns. A policy is shown by its function's name. */
function policiesOf({ row_filter, masks }: FactRow): readonly Obligation[] {
  return [
    ...(row_filter ? [{ type: "row_filter" as const, policy: row_filter.function, ...row_filter }] : []),
    ...masks.map((mask) => ({ type: "column_mask" as const, policy: mask.function, ...mask })),
  ];
}

/** What policies that go by tags rest on, of a table that there are any for. Views have none: their tables' hold through them. */
function attributesOf(self: FactRow, chain: readonly FactRow[]): AttributeFacts | undefined {
  const policies = chain.flatMap((row) => row.attributes.map((one) => ({ ...one, on: what(row.type, row.name) })));
  if (!self.columns || policies.length === 0) return undefined;
  return { policies, tags: inherited(chain.map((row) => row.tags)), columns: self.columns };
}
