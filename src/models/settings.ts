import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { Fault } from "#wire/errors.ts";

/** What a provider is paid with, as it was given: a secret by its reference, or the value itself. */
export type GivenCredential = { readonly secret: string } | { readonly plaintext: string };

/** How a provider's configuration is read: its fields, of which some are credentials. */
export interface ProviderFields {
  /** Name of the object that holds them: `openai_config`. */
  readonly object: string;
  readonly needed: readonly string[];
  readonly optional: readonly string[];
  /** Each may also be given in plain text, as `<name>_plaintext`. */
  readonly credentials: readonly string[];
  /** Fields that hold credentials deeper, `bearer_token_auth.token`, each with the plain fields beside it. */
  readonly nested?: Readonly<Record<string, { readonly credential: string; readonly plain: readonly string[] }>>;
}

export interface ReadSettings {
  readonly settings: JsonObject;
  /** By path: `openai_config.openai_api_key`. */
  readonly credentials: Readonly<Record<string, GivenCredential>>;
}

const REFERENCE = /^\{\{secrets\/[\w.@-]+\/[\w.@-]+\}\}$/;

/** @throws Fault INVALID_PARAMETER_VALUE */
export function refuse(message: string): never {
  throw new Fault("INVALID_PARAMETER_VALUE", message);
}

/** Reads a provider's fields. @throws Fault INVALID_PARAMETER_VALUE naming the field, never its value. */
export function readSettings(value: Json | undefined, at: string, fields: ProviderFields): ReadSettings {
  if (!isJsonObject(value)) return refuse(`'${at}' must be an object.`);
  const { needed, optional, credentials, nested = {} } = fields;
  const known = [
    ...needed,
    ...optional,
    ...credentials.flatMap((one) => [one, `${one}_plaintext`]),
    ...Object.keys(nested),
  ];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`'${at}.${unknown.slice(0, 100)}' is not known here. Known: ${known.join(", ")}.`);
  const missing = needed.find((name) => value[name] === undefined);
  if (missing) refuse(`'${at}.${missing}' is needed.`);
  const plain = [...needed, ...optional].filter((name) => value[name] !== undefined);
  const settings: Record<string, Json> = Object.fromEntries(
    plain.map((name) => [name, textAt(value[name], `${at}.${name}`)]),
  );
  const given: Record<string, GivenCredential> = {};
  const take = (object: JsonObject, name: string, path: string): void => {
    const found = credentialAt(object, name, `${at}.${path}`);
    if (found) given[`${fields.object}.${path}`] = found;
  };
  for (const name of credentials) take(value, name, name);
  for (const [name, { credential, plain: beside }] of Object.entries(nested)) {
    const object = value[name];
    if (object === undefined) continue;
    if (!isJsonObject(object)) return refuse(`'${at}.${name}' must be an object.`);
    const allowed = [...beside, credential, `${credential}_plaintext`];
    const other = Object.keys(object).find((one) => !allowed.includes(one));
    if (other !== undefined)
      refuse(`'${at}.${name}.${other.slice(0, 100)}' is not known here. Known: ${allowed.join(", ")}.`);
    settings[name] = Object.fromEntries(beside.map((one) => [one, textAt(object[one], `${at}.${name}.${one}`)]));
    take(object, credential, `${name}.${credential}`);
  }
  return { settings: { [fields.object]: settings }, credentials: given };
}

function credentialAt(object: JsonObject, name: string, at: string): GivenCredential | undefined {
  const reference = object[name];
  const plaintext = object[`${name}_plaintext`];
  if (reference !== undefined && plaintext !== undefined) refuse(`'${at}' and '${at}_plaintext' cannot both be set.`);
  if (plaintext !== undefined) return { plaintext: textAt(plaintext, `${at}_plaintext`) };
  if (reference === undefined) return undefined;
  if (typeof reference !== "string" || !REFERENCE.test(reference))
    return refuse(`'${at}' must be {{secrets/scope/key}}. A key in plain text goes into '${at}_plaintext'.`);
  return { secret: reference };
}

/** Text that can be kept and sent: neither U+0000 nor half of a surrogate pair. */
function textAt(value: Json | undefined, at: string): string {
  if (typeof value !== "string" || value === "") return refuse(`'${at}' must be a text that is not empty.`);
  return value.includes("\0") || !value.isWellFormed()
    ? refuse(`'${at}' must be well-formed text without U+0000.`)
    : value;
}

/**
 * A provider's address, to which its credential is bound: nothing of a request changes it. Whether it may be called is the egress
 * function's to say, which lets plain http and private addresses through where the operator listed them.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function addressAt(value: string, at: string): string {
  const url = URL.parse(value);
  const isWhole = url && (url.protocol === "https:" || url.protocol === "http:");
  if (!isWhole || url.username || url.password || url.search || url.hash || value.includes("#") || value.includes("?"))
    return refuse(`'${at}' must be an https:// address without user, query and fragment.`);
  return url.href.replace(/\/+$/, "");
}
