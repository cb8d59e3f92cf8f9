/**
 * The sample organisation: an aviation safety board with real data, its own identity provider, an agent.
 *
 * Owns: the board's people, tables, policies and functions; loading them; the demonstration that `npm start` prints.
 * Never: anything a deployment of one's own would need. `--no-sample` leaves it out.
 * Depends on: the platform as boot gives it, mostly over HTTP.
 */
import type { Platform } from "../../src/boot.ts";
import type { Idp } from "../idp/start.ts";
import { nameIdentityProvider } from "./configuration.ts";
import { demonstrate } from "./demonstration.ts";
import { readPrivate, sampleFiles } from "./files.ts";
import { identityProviderPort, startIdentityProvider } from "./identity-provider.ts";
import { loadOrganisation } from "./load.ts";

/** The organisation at work beside its workspace. */
export interface Sample {
  /** This start loaded it. */
  readonly isFirst: boolean;
  readonly logins_path: string;
  readonly idp: Idp;
  /** Both answers, the policies and the audit rows, as text. */
  demonstrate(): Promise<string>;
}

/** Before the server reads its configuration: the identity provider gets its port and its place in lakeward.yaml. */
export const prepareSample = nameIdentityProvider;

/** Once the server serves: starts the identity provider and, at the first start, loads everything. */
export async function openSample(
  platform: Platform,
  data_dir: string,
  progress: (step: string) => void,
): Promise<Sample> {
  const files = sampleFiles(data_dir);
  const isFirst = (await readPrivate(files.loaded)) === undefined;
  progress("Starting the sample organisation's identity provider");
  const idp = await startIdentityProvider(data_dir, platform.services.site);
  try {
    await loadOrganisation({ platform, data_dir, idp_port: await identityProviderPort(data_dir), progress });
  } catch (cause) {
    await idp.stop();
    throw cause;
  }
  return { isFirst, logins_path: files.logins, idp, demonstrate: () => demonstrate(platform, data_dir) };
}
