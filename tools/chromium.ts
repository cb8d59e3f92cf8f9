import { mustRun, type Provided, tryRun } from "./install.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * A Chromium: the machine's own, or else, where the tests run as root on Debian or a kin of it, as in a container, its package.
 * @throws Error with apt's last words when that cannot be installed.
 */
export async function provideChromium(progress: (step: string) => void): Promise<Provided> {
  const present = await findChromium();
  if (present !== undefined) return { path: present };
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || (await tryRun("apt-get", ["--version"])).status !== 0)
    return { missing: "chromium is not on this machine (on Debian, the package chromium)" };
  progress("Installing Debian's package chromium (once; about a minute)");
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  await mustRun("apt-get", ["update"], { environment });
  await mustRun("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], { environment });
  const path = await findChromium();
  return path === undefined ? { missing: "chromium was installed and does not run" } : { path };
}

async function findChromium(): Promise<string | undefined> {
  for (const name of NAMES) if ((await tryRun(name, ["--version"])).status === 0) return name;
  return undefined;
}
