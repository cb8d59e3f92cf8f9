import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isJsonObject } from "#base/json.ts";
import { providePython } from "../../tools/python.ts";
import { both, type MethodsWorld, methodsWorld, type Program } from "../agents/methods-world.ts";
import { runPython } from "./python-program.ts";

const python = await providePython(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

/** What `on_behalf.py` prints of a token. */
interface Seen {
  readonly by: string;
  readonly me: unknown;
  readonly undeclared: unknown;
  readonly exchanged: unknown;
}

describe("the Databricks SDK for Python, inside an agent that acts for who asks", { skip }, () => {
  let directory: string;
  let world: MethodsWorld;
  let programs: readonly Program[];
  let seen: readonly Seen[];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lakeward-on-behalf-"));
    world = await methodsWorld();
    await world.agent("mirror", { resources: both(world) });
    programs = [await world.program("first"), await world.program("second")];
    const tokens = await Promise.all(programs.map(({ token }) => tokenOf(token)));
    // The mount of a model server: the SDK looks whether it is there, and reads it only to act as the agent itself.
    await writeFile(join(directory, "model-dependencies-oauth-token"), "{}");
    seen = await runPython<Seen[]>(interpreter, "on_behalf.py", {
      HOME: directory,
      SERVING_CREDENTIALS_DIR: directory,
      IS_IN_DB_MODEL_SERVING_ENV: "true",
      DATABRICKS_MODEL_SERVING_HOST_URL: world.rest.origin,
      INVOKERS_TOKENS: JSON.stringify(tokens),
    });
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** What the agent holds while it acts for the caller. */
  async function tokenOf(caller: string): Promise<string> {
    const { body, text } = await world.invoke(caller, "mirror", { tokens: true });
    assert.ok(isJsonObject(body.custom_outputs), text);
    return String(body.custom_outputs.user);
  }

  it("is each of two service principals by the token that its question brought", () =>
    assert.deepEqual(
      seen.map(({ by, me }) => ({ by, me })),
      programs.map(({ name }) => ({ by: "model_serving_user_credentials", me: name })),
    ));

  it("cannot do what the agent did not declare", () => {
    for (const { undeclared } of seen) {
      const { refused, message } = undeclared as { readonly refused?: string; readonly message?: string };
      assert.equal(refused, "PermissionDenied");
      assert.match(message ?? "", /^Provided OAuth token does not have required scopes: authentication/);
    }
  });

  it("cannot exchange the token for one that may do more", () => {
    for (const { exchanged } of seen) assert.deepEqual(exchanged, [400, "invalid_grant"]);
  });
});
