import { randomBytes } from "node:crypto";
import manifest from "./agent/manifest.json" with { type: "json" };
import type { Person } from "./organisation/people.ts";
import { call, exchange, type Row, runSql, type Workspace } from "./workspace.ts";

export const QUESTION = "Which airports in my area had the most strikes, and what did they cost?";

/** What one person got, and what the workspace decided on the way. */
export interface Asked {
  readonly person: Person;
  readonly trace_id: string;
  readonly answer: string;
  /** Of each tool the agent called. */
  readonly results: readonly ToolResult[];
}

export interface ToolResult {
  readonly tool: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Row filters and column masks that touched what was returned. */
  readonly applied: readonly Applied[];
}

/** A policy as an MCP result's `_meta` names it; a row filter has no column. */
export interface Applied {
  readonly table: string;
  readonly column?: string;
  readonly policy: string;
}

/** The tool's result as the agent handed it to its model. */
interface Output {
  readonly columns?: readonly string[];
  readonly rows?: readonly Row[];
  readonly governance?: { readonly filtered: readonly Applied[]; readonly masked: readonly Applied[] };
}

interface Item {
  readonly type: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly output?: string;
  readonly content?: readonly { readonly text?: string }[];
}

/**
 * Asks the agent as a person who logged in at the identity provider: token exchange, then the agent, all under one trace id.
 * `subject_token` is what the provider gave the person.
 */
export async function ask(url: string, person: Person, subject_token: string): Promise<Asked> {
  const trace_id = randomBytes(16).toString("hex");
  const traceparent = `00-${trace_id}-${randomBytes(8).toString("hex")}-01`;
  const token = await exchange(url, subject_token, traceparent);
  const asker: Workspace = { url, token, traceparent };
  const body = { model: manifest.name, input: [{ role: "user", content: QUESTION }] };
  const { output } = await call<{ output: readonly Item[] }>(asker, "POST", "/serving-endpoints/responses", body);
  const texts = output.filter(({ type }) => type === "message").flatMap(({ content = [] }) => content);
  return { person, trace_id, answer: texts.map(({ text = "" }) => text).join("\n"), results: resultsOf(output) };
}

function resultsOf(output: readonly Item[]): readonly ToolResult[] {
  return output
    .filter(({ type }) => type === "function_call_output")
    .map(({ call_id, output: text = "{}" }) => {
      const tool = output.find((one) => one.type === "function_call" && one.call_id === call_id)?.name ?? "";
      const { columns = [], rows = [], governance }: Output = JSON.parse(text);
      return { tool, columns, rows, applied: [...(governance?.filtered ?? []), ...(governance?.masked ?? [])] };
    });
}

/** One record of the audit table under a trace id. */
export interface AuditRow {
  readonly subject: string;
  readonly actor: string;
  readonly door: string;
  readonly action: string;
  readonly securables: string;
  readonly effect: string;
  readonly obligations: readonly string[];
  readonly rows: string;
}

const AUDIT = `
  SELECT decision.subject, coalesce(decision.actor, ''), decision.door, decision.action,
    array_join(transform(decision.securables, s -> s.name), ', '), decision.effect,
    array_join(decision.obligations, '; '), coalesce(CAST(decision.rows AS STRING), '')
  FROM system.access.audit
  WHERE decision.trace_id = :trace_id
  ORDER BY event_time, decision.hop, decision.permit`;

/** All that was decided under a trace id, read as an administrator. */
export async function auditOf(admin: Workspace, warehouse_id: string, trace_id: string): Promise<readonly AuditRow[]> {
  const rows = await runSql(admin, warehouse_id, AUDIT, { trace_id });
  return rows.map((row) => {
    const [
      subject = "",
      actor = "",
      door = "",
      action = "",
      securables = "",
      effect = "",
      obligations = "",
      count = "",
    ] = row.map((value) => value ?? "");
    return {
      ...{ subject, actor, door, action, securables, effect, rows: count },
      obligations: obligations === "" ? [] : obligations.split("; "),
    };
  });
}
