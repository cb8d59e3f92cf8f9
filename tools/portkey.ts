import { join } from "node:path";
import { installOnce, mustRun } from "./install.ts";

/** The version that is measured beside. */
export const PORTKEY_VERSION = "1.15.2";

const PACKAGE = "@portkey-ai/gateway";

/** The program that starts Portkey's gateway, installed once by npm. @throws Error with npm's last words when it cannot be. */
export async function providePortkey(progress: (step: string) => void): Promise<{ readonly path: string }> {
  const folder = await installOnce("portkey", PORTKEY_VERSION, async (into) => {
    progress("Installing Portkey's gateway into .cache/portkey (once)");
    const what = `${PACKAGE}@${PORTKEY_VERSION}`;
    await mustRun("npm", ["install", "--prefix", into, "--no-audit", "--no-fund", "--ignore-scripts", what]);
  });
  return { path: join(folder, "node_modules", PACKAGE, "build", "start-server.js") };
}
