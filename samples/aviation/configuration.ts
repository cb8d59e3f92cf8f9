import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import type { EgressEntry } from "#net/mod.ts";
import { CONFIGURATION_FILE } from "../../src/configuration.ts";
import { identityProviderPort, issuerOf, WORKSPACE_CLIENT } from "./identity-provider.ts";

/**
 * Names the sample's identity provider in lakeward.yaml, once, as an operator would: as an address that may be called, and as a
 * place where people may log in. Whatever else is in the file stays. Called before the file is read.
 */
export async function nameIdentityProvider(data_dir: string): Promise<void> {
  await mkdir(data_dir, { recursive: true, mode: 0o700 });
  const path = join(data_dir, CONFIGURATION_FILE);
  const port = await identityProviderPort(data_dir);
  const document = parseDocument(await readFile(path, "utf8").catch(() => ""));
  const { egress: allowed } = (document.toJS() ?? {}) as { egress?: { allow?: readonly Partial<EgressEntry>[] } };
  if (allowed?.allow?.some((one) => one.port === port && one.purpose === "idp")) return;
  append(document, ["egress", "allow"], { host: "localhost", port, purpose: "idp" });
  append(document, ["login", "providers"], {
    name: "Aviation Safety Board",
    issuer: issuerOf(port),
    client_id: WORKSPACE_CLIENT,
  });
  await writeFile(`${path}.new`, document.toString(), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

function append(document: Document, path: readonly string[], entry: object): void {
  if (document.hasIn(path)) document.addIn(path, document.createNode(entry));
  else document.setIn(path, document.createNode([entry]));
}
