import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { CONFIGURATION_FILE } from "../../src/configuration.ts";
import { identityProviderPort } from "./identity-provider.ts";

/**
 * Lists the sample's identity provider in lakeward.yaml, once, as an operator would; whatever else is in the file stays.
 * Called before the file is read.
 */
export async function allowIdentityProvider(data_dir: string): Promise<void> {
  await mkdir(data_dir, { recursive: true, mode: 0o700 });
  const path = join(data_dir, CONFIGURATION_FILE);
  const entry = { host: "localhost", port: await identityProviderPort(data_dir), purpose: "idp" };
  const document = parseDocument(await readFile(path, "utf8").catch(() => ""));
  const listed: unknown = document.getIn(["egress", "allow"]) && document.toJS().egress.allow;
  const isListed = Array.isArray(listed) && listed.some((one) => one?.port === entry.port && one?.purpose === "idp");
  if (isListed) return;
  if (document.hasIn(["egress", "allow"])) document.addIn(["egress", "allow"], document.createNode(entry));
  else document.setIn(["egress", "allow"], document.createNode([entry]));
  await writeFile(`${path}.new`, document.toString(), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
