import type { Database } from "#db/mod.ts";
import type { PrincipalKind } from "./directory.ts";

export interface PrincipalFactRow {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
}

export interface TokenFactRow {
  readonly id: string;
  readonly owner: string;
}

/** What decisions about principals and tokens rest on, of one snapshot. */
export interface FactRows {
  readonly version: number;
  readonly principals: readonly PrincipalFactRow[];
  readonly tokens: readonly TokenFactRow[];
}

/** Reads facts; principals by id, service principals by application id as well. */
export function factStore(db: Database) {
  return {
    read: (principals: readonly string[], tokens: readonly string[]): Promise<FactRows> =>
      db.run(
        async (transaction) => {
          const on = db.on(transaction);
          const { version } = await on.selectFrom("governance_version").select("version").executeTakeFirstOrThrow();
          return {
            version: Number(version),
            principals:
              principals.length === 0
                ? []
                : await on
                    .selectFrom("principals")
                    .select(["id", "kind", "name"])
                    .where((row) =>
                      row.or([
                        row("id", "in", [...principals]),
                        row.and([row("kind", "=", "service_principal"), row("name", "in", [...principals])]),
                      ]),
                    )
                    .execute(),
            tokens:
              tokens.length === 0
                ? []
                : await on
                    .selectFrom("personal_access_tokens")
                    .innerJoin("principals", "principals.id", "personal_access_tokens.principal_id")
                    .select(["personal_access_tokens.id", "principals.name as owner"])
                    .where("personal_access_tokens.id", "in", [...tokens])
                    .where("personal_access_tokens.revoked_at", "is", null)
                    .execute(),
          };
        },
        { isolation: "repeatable read" },
      ),
  };
}
