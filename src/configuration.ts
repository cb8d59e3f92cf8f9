import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import type { PriceRow } from "#audit/mod.ts";
import { list, mapping, neededText, text } from "#base/settings.ts";
import { type Aliases, type JudgeSettings, readAliases, readJudge, readPrices } from "#gateway/mod.ts";
import { type LoginProvider, readTrustedIssuer, type TrustedIssuer } from "#identity/mod.ts";
import type { EgressEntry, EgressPurpose } from "#net/mod.ts";
import { type WarehouseLimits, warehouseLimitBounds } from "#sql/mod.ts";

/** The operator's settings that are no flags. */
export interface Configuration {
  readonly egress: { readonly allow: readonly EgressEntry[] };
  /** Addresses, or ranges in CIDR notation, of the proxies in front, whose X-Forwarded-For says where a request came from. */
  readonly http: { readonly trusted_proxies: readonly string[] };
  /** Where people may log in besides their local passwords. */
  readonly login: { readonly providers: readonly LoginProvider[] };
  /** Databricks' names of models, each with the endpoint that is asked in its place, before one that has the name itself; the endpoints of SQL's AI functions, of ai_similarity an embedding model's, and the one that judges what is safe. */
  readonly models: {
    readonly aliases: Aliases;
    readonly ai_functions?: string;
    readonly ai_similarity?: string;
    readonly safety_judge?: JudgeSettings;
    /** What models cost whose price is in no list, or is another one. */
    readonly prices: readonly PriceRow[];
  };
  /** The operator's word that Python functions may run where the machine cannot keep them from the network. */
  readonly python_functions: { readonly unisolated: boolean };
  /** Whose access tokens an API call may carry as they are. */
  readonly trusted_issuers: readonly TrustedIssuer[];
  /** The warehouse's limits that are not the default ones. */
  readonly warehouse: Partial<WarehouseLimits>;
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
    const root = mapping(parse(await textOf(path)) ?? {}, "the file", [
      "egress",
      "http",
      "login",
      "models",
      "python_functions",
      "trusted_issuers",
      "warehouse",
    ]);
    const egress = mapping(root.egress ?? {}, "egress", ["allow"]);
    const http = mapping(root.http ?? {}, "http", ["trusted_proxies"]);
    const proxies = list(http.trusted_proxies, "http.trusted_proxies", "addresses");
    const login = mapping(root.login ?? {}, "login", ["providers"]);
    const known = ["aliases", "ai_functions", "ai_similarity", "prices", "safety_judge"];
    const models = mapping(root.models ?? {}, "models", known);
    const allow = list(egress.allow, "egress.allow", "{host, port, purpose}");
    const providers = list(login.providers, "login.providers", "{name, issuer, client_id}");
    const trusted = list(root.trusted_issuers, "trusted_issuers", "{name, issuer, audiences}");
    return {
      egress: { allow: allow.map((one, i) => entryOf(one, `egress.allow[${i}]`)) },
      http: { trusted_proxies: proxies.map((one, i) => networkOf(one, `http.trusted_proxies[${i}]`)) },
      login: { providers: providers.map((one, i) => providerOf(one, `login.providers[${i}]`)) },
      models: {
        aliases: readAliases(models.aliases, "models.aliases"),
        prices: readPrices(models.prices, "models.prices"),
        ...(models.ai_functions !== undefined && {
          ai_functions: neededText(models.ai_functions, "models.ai_functions"),
        }),
        ...(models.ai_similarity !== undefined && {
          ai_similarity: neededText(models.ai_similarity, "models.ai_similarity"),
        }),
        ...(models.safety_judge !== undefined && {
          safety_judge: readJudge(models.safety_judge, "models.safety_judge"),
        }),
      },
      python_functions: { unisolated: isUnisolated(root.python_functions) },
      trusted_issuers: trusted.map((one, i) => readTrustedIssuer(one, `trusted_issuers[${i}]`)),
      warehouse: warehouseOf(root.warehouse),
    };
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? cause.message.split("\n")[0] : (cause as Error).message;
    throw new Error(`${path} cannot be used: ${why}.`, { cause });
  }
}

function isUnisolated(value: unknown): boolean {
  if (value !== undefined && value !== "unisolated") throw new Error("python_functions is 'unisolated', or left out");
  return value === "unisolated";
}

function warehouseOf(value: unknown): Partial<WarehouseLimits> {
  const given = mapping(value ?? {}, "warehouse", Object.keys(warehouseLimitBounds));
  for (const [key, { min, max }] of Object.entries(warehouseLimitBounds)) {
    const set = given[key];
    if (set === undefined) continue;
    if (typeof set !== "number" || !Number.isInteger(set) || set < min || set > max)
      throw new Error(`warehouse.${key} is a whole number from ${min} to ${max}`);
  }
  return given as Partial<WarehouseLimits>;
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
  const { host, port, purpose } = mapping(value, at, ["host", "port", "purpose"]);
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
  const given = mapping(value, at, PROVIDER);
  const optional = (key: string): string | undefined => text(given[key], `${at}.${key}`);
  const needed = (key: string): string => neededText(given[key], `${at}.${key}`);
  const issuer = needed("issuer");
  if (!issuer.startsWith("https://")) throw new Error(`${at}.issuer is an https URL`);
  const secret = optional("client_secret");
  const domains = list(given.new_users_of, `${at}.new_users_of`, "e-mail domains").map(String);
  const hosts = list(given.endpoint_hosts, `${at}.endpoint_hosts`, "hosts").map(String);
  return {
    ...{
      name: needed("name"),
      issuer,
      client_id: needed("client_id"),
      subject_claim: optional("subject_claim") ?? "email",
    },
    ...(secret !== undefined && { client_secret: secret }),
    new_users_of: domains,
    ...(hosts.length > 0 && { endpoint_hosts: hosts }),
  };
}
