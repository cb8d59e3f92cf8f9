import { existsSync } from "node:fs";

const PRLIMIT = ["/usr/bin/prlimit", "/bin/prlimit"];
const MB = 1024 * 1024;

/** What a process may not exceed, whatever runs in it. */
export interface ProcessCaps {
  /** All that it allocates. */
  readonly memory_mb: number;
  /** Each file that it writes; none means no cap. */
  readonly file_mb?: number;
}

/**
 * The start of a command line that caps what a process may allocate and write. RLIMIT_DATA and not RLIMIT_AS: V8 reserves address
 * space by the gigabyte without using it, and only memory that can be written counts against RLIMIT_DATA (Linux 4.7 on).
 * RLIMIT_FSIZE fails a write beyond it, or ends the process (SIGXFSZ). Empty where the machine has no prlimit; then DuckDB's own limits of
 * memory and of temporary files are the only caps. Core dumps would hold rows: none.
 */
export function capPrefix({ memory_mb, file_mb }: ProcessCaps): readonly string[] {
  const prlimit = PRLIMIT.find((path) => existsSync(path));
  return prlimit === undefined
    ? []
    : [
        prlimit,
        `--data=${memory_mb * MB}`,
        ...(file_mb === undefined ? [] : [`--fsize=${file_mb * MB}`]),
        "--core=0",
        "--",
      ];
}
