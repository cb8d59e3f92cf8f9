import { join } from "node:path";
import { installOnce, mustRun, type Provided, tryRun } from "./install.ts";

const MODULE = "github.com/databricks/cli";
export const DATABRICKS_CLI_VERSION = "v1.9.0";
/** What that version's go.mod asks for. */
const OLDEST_GO = [1, 26] as const;

/**
 * The Databricks CLI, built from its module as the Go module proxy has it, in that module's own folder: its go.sum then says
 * what each dependency must be, which `go install` with a version would ask a checksum database for.
 * @throws Error with Go's last words when it cannot be built.
 */
export async function provideDatabricksCli(progress: (step: string) => void): Promise<Provided> {
  const { said } = await tryRun("go", ["version"]);
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(said) ?? [];
  if (major === undefined) return { missing: "go is not on this machine" };
  if (Number(major) !== OLDEST_GO[0] || Number(minor) < OLDEST_GO[1])
    return { missing: `go is ${major}.${minor}, and the Databricks CLI needs ${OLDEST_GO.join(".")} or newer` };
  const version = `${MODULE}@${DATABRICKS_CLI_VERSION}`;
  const folder = await installOnce("databricks-cli", `${version} ${said}`, async (into) => {
    progress(`Building ${version} into .cache/databricks-cli (once; some minutes)`);
    await mustRun("go", ["mod", "download", version], { cwd: into });
    const modules = (await mustRun("go", ["env", "GOMODCACHE"])).trim();
    await mustRun("go", ["build", "-trimpath", "-o", join(into, "databricks"), "."], {
      cwd: join(modules, version),
      environment: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false" },
    });
  });
  return { path: join(folder, "databricks") };
}
