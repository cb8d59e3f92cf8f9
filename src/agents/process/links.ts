import { readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { Fault } from "#wire/errors.ts";

/**
 * Node's permission model follows symbolic links out of the folders it allows. So a folder that holds one which leads out of
 * all of them is not run.
 * @param folders real absolute paths of everything the agent may read.
 * @throws Fault INVALID_STATE naming the link.
 */
export function assertNoLinkOut(folders: readonly string[]): void {
  const isInside = (path: string): boolean => folders.some((one) => path === one || path.startsWith(`${one}${sep}`));
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isSymbolicLink()) continue;
      const link = join(entry.parentPath, entry.name);
      const target = targetOf(link);
      if (target !== undefined && isInside(target)) continue;
      throw new Fault(
        "INVALID_STATE",
        `The agent's folder holds the symbolic link '${entry.name}', which leads out of it. Replace it by a copy.`,
        { internal: link },
      );
    }
  }
}

/** Undefined for a link that leads nowhere: what will be there is not known. */
function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}
