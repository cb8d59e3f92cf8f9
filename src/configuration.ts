import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import type { LoginProvider } from "#identity/mod.ts";
import type { EgressEntry, EgressPurpose } from "#net/mod.ts";

/** The operator's settings that are no flags. */
export interface Configuration {
  readonly egress: { readonly allow: readonly EgressEntry[] };
  /** Addresses, or ranges in CIDR notation, of the proxies in front, whose X-Forwarded-For says where a request came from. */
  readonly http: { readonly trusted_proxies: readonly string[] };
  /** Where people may log in besides their local passwords. */
  readonly login: { readonly providers: readonly LoginProvider[] };
}

export const CONFIGURATION_FILE = "lakeward.yaml";

const PURPOSES: readonly EgressPurpose[] = ["idp", "client", "model", "connection"];
const PORT_MAX = 65_535;

/**
 * Reads `<data-dir>/lakeward.yaml`; no file is an empty one. What is not known is an error, since a misspelt setting would
 * otherwise be silently without effect. @throws Error that names the file and the place.
 */
export async function readConfiguration(data_dir: string): Promise<Configuration> {
  const path = join(data_dir, CONFIGURATION_FILE);
  try {
    const root = record(parse(await textOf(path)) ?? {}, "the file", ["egress", "http", "login"]);
    const egress = record(root.egress ?? {}, "egress", ["allow"]);
    const http = record(root.http ?? {}, "http", ["trusted_proxies"]);
    const proxies = list(http.trusted_proxies, "http.trusted_proxies", "addresses");
    const login = record(root.login ?? {}, "login", ["providers"]);
    const allow = list(egress.allow, "egress.allow", "{host, port, purpose}");
    const providers = list(login.providers, "login.providers", "{name, issuer, client_id}");
    return {
      egress: { allow: allow.map((one, i) => entryOf(one, `egress.allow[${i}]`)) },
      http: { trusted_proxies: proxies.map((one, i) => networkOf(one, `http.trusted_proxies[${i}]`)) },
      login: { providers: providers.map((one, i) => providerOf(one, `login.providers[${i}]`)) },
    };
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? cause.message.split("\n")[0] : (cause as Error).message;
    throw new Error(`${path} cannot be used: ${why}.`, { cause });
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  }
}

function entryOf(value: unknown, at: string): EgressEntry {
  const { host, port, purpose } = record(value, at, ["host", "port", "purpose"]);
  if (typeof host !== "string" || host === "") throw new Error(`${at}.host is a host's name or address`);
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > PORT_MAX)
    throw new Error(`${at}.port is a port number`);
  const known = PURPOSES.find((one) => one === purpose);
  if (!known) throw new Error(`${at}.purpose is one of ${PURPOSES.join(", ")}`);
  return { host, port, purpose: known };
}

/** An address, or a range of them as `10.0.0.0/8`. */
function networkOf(value: unknown, at: string): string {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d+))?$/.exec(typeof value === "string" ? value : "") ?? [];
  const bits_max = { 4: 32, 6: 128, 0: -1 }[isIP(address)] ?? -1;
  if (Number(bits ?? 0) <= bits_max) return String(value);
  throw new Error(`${at} is an address, or a range as 10.0.0.0/8`);
}

/** What a login provider may have: the first three must be there. */
const PROVIDER = ["name", "issuer", "client_id", "client_secret", "subject_claim", "new_users_of", "endpoint_hosts"];

function providerOf(value: unknown, at: string): LoginProvider {
  const given = record(value, at, PROVIDER);
  const text = (key: string): string | undefined => {
    const one = given[key];
    if (one !== undefined && (typeof one !== "string" || one === "")) throw new Error(`${at}.${key} is a text`);
    return one;
  };
  const needed = (key: string): string => text(key) ?? missing(`${at}.${key} is missing`);
  const issuer = needed("issuer");
  if (!issuer.startsWith("https://")) throw new Error(`${at}.issuer is an https URL`);
  const secret = text("client_secret");
  const domains = list(given.new_users_of, `${at}.new_users_of`, "e-mail domains").map(String);
  const hosts = list(given.endpoint_hosts, `${at}.endpoint_hosts`, "hosts").map(String);
  return {
    ...{
      name: needed("name"),
      issuer,
      client_id: needed("client_id"),
      subject_claim: text("subject_claim") ?? "email",
    },
    ...(secret !== undefined && { client_secret: secret }),
    new_users_of: domains,
    ...(hosts.length > 0 && { endpoint_hosts: hosts }),
  };
}

function missing(why: string): never {
  throw new Error(why);
}

function list(value: unknown, at: string, of: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${at} is a list of ${of}`);
  return value;
}

function record(value: unknown, at: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${at} is a mapping with ${keys.join(", ")}`);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`${at} has '${unknown}', which is no setting; known: ${keys.join(", ")}`);
  return value as Readonly<Record<string, unknown>>;
}
