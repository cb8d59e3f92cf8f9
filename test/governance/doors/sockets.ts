import { type Answer, expectAlike, expectAnswer } from "../answer.ts";
import type { Case, Door } from "../case.ts";
import { about, decisionOf } from "../wants.ts";
import type { Workspace } from "../workspace.ts";
import { askHttp } from "./http.ts";
import { askMcp } from "./mcp.ts";
import { askSql } from "./sql.ts";

/** The doors that are reached over a socket. */
export const sockets = { http: askHttp, sql: askSql, mcp: askMcp } as const satisfies Partial<
  Record<Door, (workspace: Workspace, one: Case) => Promise<Answer>>
>;

export type Socket = keyof typeof sockets;
export const socketDoors = Object.keys(sockets) as readonly Socket[];

/** Asserts a case's outcome at one door, and for what is hidden that a missing name is answered alike. */
export async function checkSocket(workspace: Workspace, door: Socket, one: Case): Promise<void> {
  const expected = one[door];
  if ("not_reachable" in expected) return;
  const answer = await sockets[door](workspace, one);
  expectAnswer(answer, expected);
  if (one.same_as === undefined) return;
  const { name } = decisionOf(one).what;
  const missing = await sockets[door](workspace, about(one, name, one.same_as));
  const hidden = name === "starter" ? workspace.warehouse_id : name;
  expectAlike(answer, missing, { hidden, missing: one.same_as });
}
