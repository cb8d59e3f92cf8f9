import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { removeDirectory, temporaryDirectory } from "./world.ts";

const BLOCK = Buffer.alloc(64 * 1024);

/** A disk of its own for a server, small enough to be filled: memory, mounted for it and nobody else. No rights are needed. */
export class SmallDisk {
  readonly #holder: ChildProcess;
  readonly #mounted_at: string;

  private constructor(holder: ChildProcess, mounted_at: string) {
    this.#holder = holder;
    this.#mounted_at = mounted_at;
  }

  /** @returns the disk, or why there can be none on this machine. */
  static async mount(size_mb: number): Promise<SmallDisk | string> {
    const unshare = ["--user", "--map-root-user", "--mount", "sh", "-c"];
    const tried = spawnSync("unshare", [...unshare, "mount -t tmpfs tmpfs /mnt"], { encoding: "utf8" });
    if (tried.status !== 0) return `no disk can be mounted: ${tried.error?.message ?? tried.stderr.trim()}`;
    const at = temporaryDirectory();
    const command = `mount -t tmpfs -o size=${size_mb}m tmpfs '${at}' && echo mounted && exec cat`;
    // It ends with its input, and so with this process, however that ends.
    const holder = spawn("unshare", [...unshare, command], { stdio: ["pipe", "pipe", "inherit"] });
    await once(holder.stdout!, "data");
    return new SmallDisk(holder, at);
  }

  /** The disk's path for who runs behind `prefix`. */
  get path(): string {
    return this.#mounted_at;
  }

  /** Runs a command where the disk is mounted. */
  get prefix(): readonly string[] {
    return ["nsenter", `--target=${this.#holder.pid}`, "--user", "--mount", "--preserve-credentials", "--"];
  }

  copyFrom(directory: string): void {
    execFileSync("cp", ["-a", `${directory}/.`, this.#seen]);
  }

  /** Takes all the room there is. */
  fill(): void {
    const file = openSync(this.#filler, "a");
    try {
      for (let block = BLOCK; block.length > 0; ) {
        try {
          writeSync(file, block);
        } catch (thrown) {
          if ((thrown as NodeJS.ErrnoException).code !== "ENOSPC") throw thrown;
          block = block.subarray(0, block.length >> 1);
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  dispose(): void {
    this.#holder.kill("SIGKILL");
    removeDirectory(this.#mounted_at);
  }

  /** The disk's path for everybody else. */
  get #seen(): string {
    return `/proc/${this.#holder.pid}/root${this.#mounted_at}`;
  }

  get #filler(): string {
    return join(this.#seen, "filler");
  }
}
