import { join } from "node:path";
import { installOnce, mustRun, type Provided, tryRun } from "./install.ts";

const VERSION = "26.4.0";
/** The oldest Java that this Keycloak runs on. */
const OLDEST_JAVA = 17;

/**
 * Keycloak's distribution from Maven, prepared for a database in memory: the path of its start script.
 * @throws Error with Maven's or Keycloak's last words when it cannot be had.
 */
export async function provideKeycloak(progress: (step: string) => void): Promise<Provided> {
  const { said } = await tryRun("java", ["-version"]);
  const [, java] = /version "(\d+)/.exec(said) ?? [];
  if (java === undefined) return { missing: "java is not on this machine" };
  if (Number(java) < OLDEST_JAVA) return { missing: `java is ${java}, and Keycloak needs ${OLDEST_JAVA} or newer` };
  if ((await tryRun("mvn", ["--version"])).status !== 0) return { missing: "mvn is not on this machine" };
  const artifact = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
  const script = join(`keycloak-${VERSION}`, "bin", "kc.sh");
  const folder = await installOnce("keycloak", `${artifact} ${java}`, async (into) => {
    progress(`Installing Keycloak ${VERSION} into .cache/keycloak (once; about a minute)`);
    const goal = ["--batch-mode", "--quiet", "dependency:unpack"];
    await mustRun("mvn", [...goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`], { cwd: into });
    await mustRun("sh", [join(into, script), "build", "--db=dev-mem"]);
  });
  return { path: join(folder, script) };
}
