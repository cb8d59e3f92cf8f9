import { constants, write as writeTo } from "node:fs";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** A segment open for writing. */
export interface SegmentFile {
  /** Resolves when the bytes are on disk. */
  write(bytes: Buffer, at: number): Promise<void>;
  /** Resolves when the file's length is on disk. */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** The journal's directory. A port, so that tests can fill the disk. */
export interface JournalFiles {
  /** Numbers of the segments, ascending. */
  list(): Promise<readonly number[]>;
  read(segment: number): Promise<Buffer>;
  /** Opens a segment, made if it is not there; the directory then durably names it. */
  open(segment: number): Promise<SegmentFile>;
  /** Up to `bytes_max` bytes of a segment from `at`. */
  readFrom(segment: number, at: number, bytes_max: number): Promise<Buffer>;
  remove(segment: number): Promise<void>;
}

const nameOf = (segment: number): string => `${String(segment).padStart(8, "0")}.jsonl`;

/** The journal's directory on the local disk: `NNNNNNNN.jsonl`, readable by the server's user alone. */
export async function openJournalFiles(directory: string): Promise<JournalFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return {
    list: async () =>
      (await readdir(directory))
        .filter((name) => /^\d{8}\.jsonl$/.test(name))
        .map((name) => Number.parseInt(name, 10))
        .sort((a, b) => a - b),
    read: (segment) => readFile(join(directory, nameOf(segment))),
    open: (segment) => openSegment(directory, nameOf(segment)),
    readFrom: async (segment, at, bytes_max) => {
      const handle = await open(join(directory, nameOf(segment)), "r");
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes_max), 0, bytes_max, at);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    remove: (segment) => rm(join(directory, nameOf(segment)), { force: true }),
  };
}

/**
 * On Linux a write to a file that is opened so returns when its bytes are on the disk, as by fdatasync (open(2)): one turn of a thread
 * instead of two. macOS has the flag too, but there only the sync that Node asks for goes through the disk's own cache.
 */
const WRITES_THROUGH = process.platform === "linux";
const THROUGH = WRITES_THROUGH ? constants.O_DSYNC : 0;
/** Not to append: a write goes where the last synced line ended, whatever a failed write left behind it. */
const EXISTING = constants.O_RDWR | THROUGH;
const NEW = EXISTING | constants.O_CREAT | constants.O_EXCL;

async function openSegment(directory: string, name: string): Promise<SegmentFile> {
  const path = join(directory, name);
  const handle = await open(path, EXISTING).catch(() => open(path, NEW, 0o600));
  const folder = await open(directory, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return {
    write: async (bytes, at) => {
      for (let done = 0; done < bytes.length; ) {
        done += await written(handle.fd, bytes.subarray(done), at + done);
      }
      if (!WRITES_THROUGH) await handle.datasync();
    },
    sync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

/** @returns how many of the bytes were taken. */
const written = (fd: number, bytes: Buffer, at: number): Promise<number> =>
  new Promise((resolve, reject) => {
    writeTo(fd, bytes, 0, bytes.length, at, (error, count) => (error ? reject(error) : resolve(count)));
  });
