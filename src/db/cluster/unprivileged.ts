import { spawnSync } from "node:child_process";
import { Fault } from "#wire/errors.ts";

/** What to put before a command so that it does not run as root. */
export type Prefix = readonly string[];

/** The user that root is inside the namespace. It need not exist on the machine. */
const USER_INSIDE = "1000";

const IN_NAMESPACE: Prefix = ["unshare", "--user", `--map-user=${USER_INSIDE}`, `--map-group=${USER_INSIDE}`, "--"];

/**
 * Postgres refuses to run as root. Root runs it in a user namespace of its own, in which root's files belong to an ordinary
 * user: no user is made on the machine and no file changes its owner. Others run it plainly.
 * @throws Fault INVALID_STATE when root may not make such a namespace here.
 */
export function unprivilegedPrefix(uid: number | undefined = process.getuid?.()): Prefix {
  if (uid !== 0) return [];
  const [program = "", ...rest] = IN_NAMESPACE;
  const tried = spawnSync(program, [...rest, "true"], { encoding: "utf8" });
  if (tried.status === 0) return IN_NAMESPACE;
  const reason = tried.error ? "the program unshare (package util-linux) is missing" : tried.stderr.trim();
  throw new Fault(
    "INVALID_STATE",
    `Postgres does not run as root, and root may not use a user namespace here (${reason}). Start Lakeward as an ordinary user, allow user namespaces (in Docker: --security-opt seccomp=unconfined), or set DATABASE_URL to a Postgres of your own.`,
  );
}
