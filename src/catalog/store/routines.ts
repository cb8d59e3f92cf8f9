import type { Database } from "#db/mod.ts";
import type { FunctionDefinition, ParameterDefinition, Transaction } from "#kernel/mod.ts";

export interface RoutineRow {
  readonly id: string;
  readonly parameters: readonly ParameterDefinition[];
  readonly returns: FunctionDefinition["returns"];
  readonly body: string;
  readonly language: "SQL" | "PYTHON";
  readonly current_catalog: string;
  readonly current_schema: string;
}

/** What functions are made of. */
export function routineStore(db: Database) {
  return {
    several: async (ids: readonly string[], transaction?: Transaction): Promise<readonly RoutineRow[]> =>
      ids.length === 0 ? [] : db.on(transaction).selectFrom("routines").selectAll().where("id", "in", ids).execute(),

    /** Writes the function of this id, over an older one if there is one. */
    write: async (transaction: Transaction, made: RoutineRow): Promise<void> => {
      const row = {
        parameters: JSON.stringify(made.parameters),
        returns: JSON.stringify(made.returns),
        body: made.body,
        language: made.language,
        current_catalog: made.current_catalog,
        current_schema: made.current_schema,
      };
      await db
        .on(transaction)
        .insertInto("routines")
        .values({ id: made.id, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },
  };
}
