import { isIP } from "node:net";
import { Fault } from "#wire/errors.ts";
import { refusalOf } from "./addresses.ts";

/** What an outbound call is for. A host listed for one purpose is not open to another. */
export type EgressPurpose = "idp" | "client" | "model" | "connection";

/** One line of `egress.allow` in lakeward.yaml. */
export interface EgressEntry {
  readonly host: string;
  readonly port: number;
  readonly purpose: EgressPurpose;
}

/** Purposes whose listed hosts may be called without TLS; an identity provider never. */
const plainHttp: ReadonlySet<EgressPurpose> = new Set(["model", "connection"]);

/** A URL that passed all that can be judged before its name is resolved. */
export interface EgressTarget {
  readonly url: URL;
  /** Named by the operator for this purpose: private addresses, plain http and the local authority's certificates are accepted. */
  readonly isListed: boolean;
}

/**
 * Judges a URL before anything is sent. WHATWG parsing turns octal, decimal and short spellings of an IPv4 address into
 * dotted decimals, so an address in any spelling is judged as what it is.
 * @throws Fault INVALID_PARAMETER_VALUE when it is not a URL, PERMISSION_DENIED when it may not be called.
 */
export function judgeTarget(text: string, purpose: EgressPurpose, allow: readonly EgressEntry[]): EgressTarget {
  const url = URL.parse(text);
  if (!url) throw new Fault("INVALID_PARAMETER_VALUE", "The address of the outbound call is not a URL.");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new Fault("PERMISSION_DENIED", `Outbound calls use https; '${url.protocol}' is refused.`);
  }
  if (url.username || url.password) {
    throw new Fault("PERMISSION_DENIED", "The address of an outbound call may not carry a user name or password.");
  }
  const isListed = allow.some(
    (entry) => entry.purpose === purpose && hostOf(entry.host) === url.hostname && entry.port === portOf(url),
  );
  if (url.protocol === "http:" && !(isListed && plainHttp.has(purpose))) {
    throw refused(url, purpose, "it is not https");
  }
  const bare = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const why = isIP(bare) && !isListed ? refusalOf(bare) : null;
  if (why) throw refused(url, purpose, why);
  return { url, isListed };
}

/** The error for a target that may not be called; it names the host, which the caller gave, and never an address found for it. */
export function refused(url: Pick<URL, "hostname" | "protocol" | "port">, purpose: EgressPurpose, why: string): Fault {
  const at = `${url.hostname}:${portOf(url)}`;
  return new Fault(
    "PERMISSION_DENIED",
    `An outbound call to ${at} is refused (${why}). An administrator can list it in lakeward.yaml under egress.allow with purpose '${purpose}'.`,
  );
}

export function portOf(url: Pick<URL, "port" | "protocol">): number {
  return url.port ? Number(url.port) : url.protocol === "https:" ? 443 : 80;
}

/** A listed host as URLs spell it: lower-case, IPv6 in brackets. */
function hostOf(host: string): string {
  return URL.parse(`https://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}`)?.hostname ?? host;
}
