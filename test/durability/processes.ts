import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process as the machine lists it; number and start together name it once. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
  readonly command: string;
}

/** Every process there is, but for those that ended and were not waited for. */
export function processes(): readonly RunningProcess[] {
  return process.platform === "linux" ? fromProc() : fromPs();
}

/** A process and all it started, parents before children. */
export function tree(root: number, all: readonly RunningProcess[] = processes()): readonly RunningProcess[] {
  const found = all.filter(({ pid }) => pid === root);
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
  return found;
}

/** Those that still run: the same ones, not others under their numbers. */
export function stillRunning(before: readonly RunningProcess[]): readonly RunningProcess[] {
  const now = new Set(processes().map(nameOf));
  return before.filter((one) => now.has(nameOf(one)));
}

const nameOf = ({ pid, started }: RunningProcess): string => `${pid} ${started}`;

export const isEngine = ({ command }: RunningProcess): boolean => command.includes("engines/duckdb/child.ts");

/** The postmaster of a data directory; its children carry other titles. */
export const isPostmaster = ({ command }: RunningProcess): boolean => /postgres -D /.test(command);

/** Ends processes at once; one that is gone already is no error. */
export function killAll(victims: readonly { readonly pid: number }[]): void {
  for (const { pid } of victims) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
    }
  }
}

function fromProc(): readonly RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // proc(5): after the program's name in brackets state, parent, and as the 20th field from there the start in ticks.
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (fields[0] === "Z") return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent: Number(fields[1]), started: fields[19] ?? "", command }];
      } catch {
        return []; // It ended between two reads.
      }
    });
}

function fromPs(): readonly RunningProcess[] {
  const listed = execFileSync("ps", ["-axo", "pid=,ppid=,state=,lstart=,command="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [, pid, parent, state, started, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.{24})\s+(.*)$/.exec(line) ?? [];
    if (!pid || state?.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), started: started ?? "", command: command ?? "" }];
  });
}
