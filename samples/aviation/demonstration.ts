import { readFile } from "node:fs/promises";
import type { Platform } from "../../src/boot.ts";
import { logIn } from "./identity-provider.ts";
import { administrator, warehouseOf } from "./load.ts";
import { northeast, type Person, texas } from "./organisation/people.ts";
import { beside, columns } from "./print.ts";
import { type Asked, type AuditRow, ask, auditOf, QUESTION } from "./question.ts";
import { call, type Workspace } from "./workspace.ts";

const WITHHELD = "withheld";

/**
 * Asks one question as two people through the whole chain and shows both answers, the rows behind them, the policies that made
 * the difference and the audit trail. @returns the text to print.
 */
export async function demonstrate(platform: Platform, data_dir: string): Promise<string> {
  const admin = await administrator(platform);
  const warehouse_id = await warehouseOf(admin);
  const ca = await readFile(platform.ca_path, "utf8");
  const asked: Asked[] = [];
  for (const person of [texas, northeast]) {
    const { access_token } = await logIn(data_dir, ca, person.email);
    asked.push(await ask(admin.url, person, access_token));
  }
  const trails = await Promise.all(asked.map(({ trace_id }) => auditOf(admin, warehouse_id, trace_id)));
  const [one, two] = asked as [Asked, Asked];
  return [
    `"${QUESTION}"`,
    "Asked as two people: identity provider -> token exchange -> agent -> MCP -> governed SQL -> model -> answer",
    "",
    beside(titleOf(one.person), titleOf(two.person)),
    "",
    beside(one.answer, two.answer),
    "",
    "Rows that each one's agent got",
    beside(rowsOf(one), rowsOf(two)),
    "",
    "Policies that made the difference, from the obligations of the permits under both trace ids",
    await policiesOf(admin, asked, trails.flat()),
    "",
    "On record in system.access.audit",
    ...asked.map(({ person, trace_id }, i) => trailOf(person, trace_id, trails[i] ?? [])),
  ].join("\n");
}

function titleOf({ name, email, groups, states }: Person): string {
  return `${name} <${email}>\ninspects ${states.join(", ")}; in ${groups.join(", ")}`;
}

function rowsOf({ results }: Asked): string {
  return results
    .map(({ tool, columns: names, rows }) => {
      const cells = rows.map((row) => row.map((value) => value ?? WITHHELD));
      return `${tool.replaceAll("__", ".")}\n${columns(names, cells, { indent: 0 })}`;
    })
    .join("\n");
}

/**
 * Each policy once, with its own comment as an administrator reads it. A permit obliges to all policies of its table; the results
 * name those that touched what was returned.
 */
async function policiesOf(admin: Workspace, asked: readonly Asked[], trail: readonly AuditRow[]): Promise<string> {
  const applied = asked.flatMap(({ results }) => results.flatMap((result) => result.applied));
  const obliged = new Set(
    trail.flatMap(({ obligations, securables }) => obligations.map((one) => `${securables} ${one}`)),
  );
  const rows = new Map<string, string[]>();
  for (const { table, column, policy } of applied) {
    const obligation = column ? `column_mask ${policy} on ${column}` : `row_filter ${policy}`;
    if (!obliged.has(`${table} ${obligation}`)) continue;
    const path = `/api/2.1/unity-catalog/functions/${policy}`;
    const { comment = "" } = await call<{ comment?: string }>(admin, "GET", path);
    rows.set(obligation, [
      column ? "column mask" : "row filter",
      policy,
      [table, column].filter(Boolean).join("."),
      comment,
    ]);
  }
  return columns(["", "policy", "on", "what it says of itself"], [...rows.values()]);
}

function trailOf(person: Person, trace_id: string, trail: readonly AuditRow[]): string {
  const rows = trail.map(({ actor, door, action, securables, effect, obligations, rows: count }) => [
    ...[effect, actor, door, action, securables, count],
    [...Map.groupBy(obligations, (one) => one.split(" ")[0] ?? "")]
      .map(([kind, { length }]) => (length > 1 ? `${length} ${kind}s` : kind))
      .join(", "),
  ]);
  const header = ["effect", "by agent", "door", "action", "securable", "rows", "obligations"];
  return `  ${person.email}, trace ${trace_id}\n${columns(header, rows, { cell_max: 42 })}\n`;
}
