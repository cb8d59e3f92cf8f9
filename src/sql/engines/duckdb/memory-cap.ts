import { existsSync } from "node:fs";

const PRLIMIT = ["/usr/bin/prlimit", "/bin/prlimit"];
const MB = 1024 * 1024;

/**
 * The start of a command line that caps what a process may allocate. RLIMIT_DATA and not RLIMIT_AS: V8 reserves address
 * space by the gigabyte without using it, and only memory that can be written counts against RLIMIT_DATA (Linux 4.7 on).
 * Empty where the machine has no prlimit; then DuckDB's own `memory_limit` is the only cap. Core dumps would hold rows: none.
 */
export function memoryCapPrefix(memory_mb: number): readonly string[] {
  const prlimit = PRLIMIT.find((path) => existsSync(path));
  return prlimit === undefined ? [] : [prlimit, `--data=${memory_mb * MB}`, "--core=0", "--"];
}
