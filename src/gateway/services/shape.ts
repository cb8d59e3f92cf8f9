import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import { addressAt } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import { objectAt, refuse, textAt } from "../configuration/fields.ts";

/** What a provider's settings are made of. `absent`: known to clients, and refused by its name. */
export type Shape = { readonly [field: string]: "text" | "address" | "secret" | "absent" | Shape };

/** Settings as they are kept and shown, with an empty object in a secret's place; the secrets by their paths. */
export interface ReadShape {
  readonly settings: JsonObject;
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a provider's settings. A secret's value is undefined where its object is there without one, as it is shown.
 * Source: databricks-sdk-py `service/catalog.py`, ModelProviderServiceConfigProviderSecret.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field, never its value; NOT_IMPLEMENTED for what this server does not have.
 */
export function readShape(value: Json | undefined, shape: Shape, at: string): ReadShape {
  const settings: Record<string, Json> = {};
  const secrets: Record<string, string | undefined> = {};
  for (const [name, given] of Object.entries(objectAt(value, at, Object.keys(shape)))) {
    const kind = shape[name]!;
    const path = `${at}.${name}`;
    if (kind === "absent")
      throw new Fault("NOT_IMPLEMENTED", `'${path}' is not available on this server: leave it out.`);
    if (kind === "text") settings[name] = textAt(given, path);
    else if (kind === "address") settings[name] = addressAt(textAt(given, path), path);
    else if (kind === "secret") {
      settings[name] = {};
      secrets[name] = secretAt(given, path);
    } else {
      const deeper = readShape(given, kind, path);
      settings[name] = deeper.settings;
      for (const [below, secret] of Object.entries(deeper.secrets)) secrets[`${name}.${below}`] = secret;
    }
  }
  return { settings, secrets };
}

function secretAt(given: Json | undefined, at: string): string | undefined {
  const { plaintext, secret_reference } = objectAt(given, at, ["plaintext", "secret_reference"]);
  if (secret_reference !== undefined)
    throw new Fault(
      "NOT_IMPLEMENTED",
      `'${at}.secret_reference' is not available on this server: give the value in '${at}.plaintext', which is kept encrypted.`,
    );
  return plaintext === undefined ? undefined : textAt(plaintext, `${at}.plaintext`);
}

/** A text of settings by its path. @throws Fault INVALID_PARAMETER_VALUE when it is not there. */
export function settingAt(settings: JsonObject, path: string): string {
  return settingIn(settings, path) ?? refuse(`'${path}' is needed.`);
}

/** A text of settings by its path; undefined when it is not there. */
export function settingIn(settings: JsonObject, path: string): string | undefined {
  const found = path
    .split(".")
    .reduce<Json | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), settings);
  return typeof found === "string" ? found : undefined;
}
