import assert from "node:assert/strict";
import { join } from "node:path";
import { type Environment, run } from "../world/program.ts";

/** What one of the Python programs printed as JSON. */
export async function runPython<T>(
  interpreter: string,
  name: string,
  environment: Environment,
  ...args: readonly string[]
): Promise<T> {
  const path = join(import.meta.dirname, "programs", name);
  const { status, stdout, stderr } = await run(interpreter, [path, ...args], environment);
  assert.equal(status, 0, stderr);
  const printed: T = JSON.parse(stdout);
  return printed;
}
