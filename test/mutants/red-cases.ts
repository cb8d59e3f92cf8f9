import { silentLog } from "#base/log.ts";
import { boot } from "../../src/boot.ts";
import { type Case, type Door, doors, readCorpus } from "../governance/case.ts";
import { checkKernel } from "../governance/doors/kernel.ts";
import { checkSocket, socketDoors } from "../governance/doors/sockets.ts";
import { Organisation } from "../governance/organisation.ts";
import { Workspace } from "../governance/workspace.ts";
import type { Mutant } from "./mutants.ts";

/** Titles of the cases that do not hold, by door. */
export type Red = Readonly<Record<Door, readonly string[]>>;

interface Options {
  readonly data_dir: string;
  readonly database_url: string;
  readonly mutant: Mutant | undefined;
}

/** Runs the cases that are about the mutant through the doors that it can reach; without one, all through all. */
export async function redCases({ data_dir, database_url, mutant }: Options): Promise<Red> {
  const red: Record<Door, string[]> = { kernel: [], http: [], sql: [], mcp: [] };
  const isReached = (door: Door): boolean => mutant === undefined || mutant.reaches[door] === true;
  const isConcerned = (one: Case): boolean => mutant?.concerns(one) ?? true;
  const note = async (door: Door, title: string, check: () => void | Promise<void>): Promise<void> => {
    try {
      await check();
    } catch {
      red[door].push(title);
    }
  };
  const open = socketDoors.filter(isReached);
  const platform =
    open.length === 0
      ? undefined
      : await boot({ data_dir, database_url, port: 0, tls_port: 0, log: silentLog, progress: () => {} });
  const workspace = platform && (await Workspace.open(platform));
  for (const { cases } of readCorpus()) {
    if (!cases.some(isConcerned)) continue;
    const organisation = new Organisation();
    for (const one of cases) {
      for (const change of one.after ?? []) {
        organisation.apply(change);
        await workspace?.apply(change);
      }
      if (!isConcerned(one)) continue;
      if (isReached("kernel")) await note("kernel", one.case, () => checkKernel(organisation, one));
      if (!workspace) continue;
      for (const door of open) await note(door, one.case, () => checkSocket(workspace, door, one));
    }
  }
  await platform?.close();
  return Object.fromEntries(doors.map((door) => [door, red[door]])) as unknown as Red;
}
