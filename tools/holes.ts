import { actions, type Need } from "#kernel/mod.ts";
import { appliesTo, levelContains, type Privilege, privileges } from "#wire/privileges.ts";
import type { SecurableType } from "#wire/securables.ts";
import { endpoints } from "../src/api/all.ts";
import type { Endpoint } from "../src/api/endpoint.ts";
import { spoiledCalls } from "../test/wire/malformed.ts";
import { isNever, type Row, type Status, statuses } from "../test/wire/row.ts";
import { rows } from "../test/wire/rows.ts";

/**
 * What is declared and not tested: each endpoint has, for each status, tests or a reason why it cannot have it, and the
 * declaration must bear the reason out. A line for each hole; none is the aim.
 */
export function holes(declared: readonly Endpoint[] = endpoints, table: readonly Row[] = rows): readonly string[] {
  const byName = Map.groupBy(table, (row) => row.of);
  const names = new Set<string>(declared.map(nameOf));
  const stray = [...byName.keys()].filter((name) => !names.has(name)).map((name) => `${name}: tested, not declared`);
  const twice = [...byName].filter(([, same]) => same.length > 1).map(([name]) => `${name}: has two rows`);
  const missing = declared.flatMap((endpoint) => {
    const [row] = byName.get(nameOf(endpoint) as Row["of"]) ?? [];
    return statuses.flatMap((status) => {
      const hole = row ? holeOf(endpoint, row, status) : "no test";
      return hole ? [`${nameOf(endpoint)}: ${status}: ${hole}`] : [];
    });
  });
  return [...stray, ...twice, ...missing];
}

const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

function holeOf(endpoint: Endpoint, row: Row, status: Status): string | undefined {
  const isOpen = endpoint.open !== undefined;
  // Made from the declaration alone, for every governed endpoint that has a row.
  if (status === "success" || (!isOpen && (status === "unauthenticated" || status === "scope"))) return undefined;
  const given = row[status];
  const made = status === "malformed" ? spoiledCalls(endpoint).length : 0;
  if (!isNever(given)) return (given?.length ?? 0) + made > 0 ? undefined : "no test";
  if (given.never.trim() === "") return "no reason why it cannot have it";
  return made === 0 && mayNever(endpoint, status) ? undefined : `it can have it, though it is said: ${given.never}`;
}

/** Whether the declaration allows that an endpoint never has a status. */
function mayNever(endpoint: Endpoint, status: Exclude<Status, "success">): boolean {
  if (!endpoint.action) return true;
  const { needs, on } = actions[endpoint.action];
  if (status === "forbidden") return isOfWhoeverKnows(needs) || on.every((type) => isTheLeast(needs, type));
  if (status === "hidden")
    return on.every((type) => type === "WORKSPACE" || type === "METASTORE" || type === "AUTHORIZATION");
  return status === "malformed";
}

/** Whoever may know of the securable may do it, so that nobody knows of it and may not. */
function isOfWhoeverKnows(need: Need): boolean {
  return "anyone" in need || "known" in need || "owner" in need;
}

/** Every privilege by which somebody could know of it contains the one that is needed. */
function isTheLeast(need: Need, type: SecurableType): boolean {
  if ("any" in need) return need.any.some((one) => isTheLeast(one, type));
  if (!("privilege" in need)) return false;
  const { privilege } = need;
  const all = (Object.keys(privileges) as Privilege[]).filter((one) => appliesTo(one, type));
  return all.every((one) => one === privilege || levelContains[one]?.includes(privilege));
}
