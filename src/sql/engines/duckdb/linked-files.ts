import { linkSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineStep } from "../engine.ts";

/** Errors of a link that only say that this file cannot have one here: another file system, or one without links, or another's file. */
const UNLINKABLE: ReadonlySet<string> = new Set([
  "EXDEV",
  "EPERM",
  "EACCES",
  "EMLINK",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
]);

/**
 * The files of the statement that runs, as hard links in the one directory that an engine may open: what no statement was given is
 * not there. The engine refuses symbolic links that lead out of the directory. A link is named by its file's identity and time, so
 * that one name never stands for two contents, whatever an engine remembers by name.
 */
export class LinkedFiles {
  readonly directory: string;
  readonly #links: string[] = [];

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { mode: 0o700 });
  }

  /**
   * The steps with links in the place of their files; undefined, and none made, when a file cannot be linked from here.
   * @throws Error when a file is not there.
   */
  link(steps: readonly EngineStep[]): readonly EngineStep[] | undefined {
    try {
      return steps.map((step) => this.#linked(step));
    } catch (error) {
      this.release();
      if (error instanceof Error && "code" in error && UNLINKABLE.has(String(error.code))) return undefined;
      // As the engine says it when a file is gone.
      throw new Error(`IO Error: No such file: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Takes all links away: from here on no engine opens these files. One that it could not write to its end the engine has removed itself. */
  release(): void {
    for (const link of this.#links.splice(0)) rmSync(link, { force: true });
  }

  #linked(step: EngineStep): EngineStep {
    switch (step.kind) {
      case "attach_table":
        return { ...step, files: step.files.map((file) => this.#link(file)) };
      case "attach_file":
        return { ...step, file: this.#link(step.file) };
      case "write_parquet":
        writeFileSync(step.file, "", { flag: "wx", mode: 0o600 });
        return { ...step, file: this.#link(step.file) };
      default:
        return step;
    }
  }

  #link(file: string): string {
    const { dev, ino, size, mtimeNs } = statSync(file, { bigint: true });
    const link = join(this.directory, `f${dev}_${ino}_${size}_${mtimeNs}`);
    // A statement that reads a table twice has its file here already.
    if (this.#links.includes(link)) return link;
    linkSync(file, link);
    this.#links.push(link);
    return link;
  }
}
