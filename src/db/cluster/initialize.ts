import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Fault } from "#wire/errors.ts";
import type { Binaries } from "./binaries.ts";
import type { Prefix } from "./unprivileged.ts";

/** The one role of the cluster. */
export const ROLE = "lakeward";

const PASSWORD_BYTES = 32;
const HALF_MADE = "postgres.new-";
/** An initdb may outlive its server by a second, and goes on writing: what it made meanwhile is removed again. */
const REMOVING = { recursive: true, force: true, maxRetries: 50, retryDelay: 5 } as const;

/**
 * Makes the Postgres directory on the first start, under another name until it is complete, so that a start that was
 * killed half way leaves nothing to trip over. Returns the role's password, from its 0600 file.
 * @throws Fault INVALID_STATE when the directory is there and the password is not, or when initdb fails.
 */
export async function initialize(data_dir: string, binaries: Binaries, prefix: Prefix): Promise<string> {
  const pgdata = join(data_dir, "postgres");
  const password_file = join(data_dir, "postgres.password");
  for (const name of await readdir(data_dir)) if (name.startsWith(HALF_MADE)) await rm(join(data_dir, name), REMOVING);
  if (await exists(join(pgdata, "PG_VERSION"))) return readPassword(password_file);

  const password = (await exists(password_file))
    ? await readPassword(password_file)
    : await writePassword(password_file);
  const half_made = join(data_dir, `${HALF_MADE}${randomBytes(4).toString("hex")}`);
  const [program = "", ...args] = [...prefix, binaries.initdb, ...initdbArguments(half_made, password_file)];
  try {
    await promisify(execFile)(program, args, { env: { ...binaries.environment }, cwd: data_dir });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim();
    throw new Fault("INVALID_STATE", `Postgres could not be set up in ${data_dir}: ${said || String(cause)}`, {
      cause,
    });
  }
  await rename(half_made, pgdata);
  await syncDirectory(data_dir);
  return password;
}

/** The locale is Postgres' own C.UTF-8, so that text sorts alike on every machine. */
function initdbArguments(directory: string, password_file: string): string[] {
  return [
    `--pgdata=${directory}`,
    `--username=${ROLE}`,
    "--auth=scram-sha-256",
    `--pwfile=${password_file}`,
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new Fault(
      "INVALID_STATE",
      `The file ${file} is missing, without which Postgres cannot be opened. Restore it from the backup.`,
      {
        cause,
      },
    );
  }
}

async function writePassword(file: string): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  return password;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
