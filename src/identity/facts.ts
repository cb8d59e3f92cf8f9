import { ADMINS, EVERYONE, type FactSource, type Facts, type Grant, type What, what, workspace } from "#kernel/mod.ts";
import type { FactRows, factStore } from "./store/facts.ts";

/** The kinds of securable that identity keeps. */
export const identityTypes: ReadonlySet<What["type"]> = new Set(["USER", "GROUP", "SERVICE_PRINCIPAL", "TOKEN"]);

const kinds = { USER: "user", GROUP: "group", SERVICE_PRINCIPAL: "service_principal" } as const;

/**
 * Everybody may know of users and groups, whose names stand in grants; of service principals the administrators alone. Source:
 * Databricks docs, SCIM API: "Non-admin users can invoke the Users and Groups endpoints to read display names and IDs".
 */
const known: readonly Grant[] = [{ principal: EVERYONE, privileges: ["CAN_VIEW"] }];
const grants = { USER: known, GROUP: known, SERVICE_PRINCIPAL: [] } as const;

/** Facts of principals, which belong to the administrators, and of tokens, which belong to whom they speak for. */
export function identityFacts(store: ReturnType<typeof factStore>): FactSource {
  return {
    load: async (whats) => {
      const names = (isToken: boolean) =>
        whats.filter((one) => (one.type === "TOKEN") === isToken).map(({ name }) => name);
      const rows = await store.read(names(false), names(true));
      return whats.map((one) => factsOf(one, rows));
    },
  };
}

function factsOf(one: What, rows: FactRows): Facts {
  const self = one.type === "TOKEN" ? tokenIn(one, rows) : principalIn(one, rows);
  const chain = [...(self ? [self] : []), { what: workspace, owner: ADMINS, grants: [] }];
  return { what: one, found: self !== undefined, chain, policies: [], version: rows.version };
}

function tokenIn(one: What, { tokens }: FactRows): Facts["chain"][number] | undefined {
  const row = tokens.find(({ id }) => id === one.name);
  return row && { what: one, owner: row.owner, grants: [] };
}

function principalIn(one: What, { principals }: FactRows): Facts["chain"][number] | undefined {
  if (one.type !== "USER" && one.type !== "GROUP" && one.type !== "SERVICE_PRINCIPAL") return undefined;
  const named = (row: FactRows["principals"][number]): boolean =>
    row.kind === kinds[one.type as keyof typeof kinds] &&
    (row.id === one.name || (one.type === "SERVICE_PRINCIPAL" && row.name === one.name));
  const row = principals.find(named);
  return row && { what: what(one.type, row.id), owner: ADMINS, grants: grants[one.type] };
}
