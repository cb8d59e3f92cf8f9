import { Fault } from "#wire/errors.ts";
import { refuse } from "../settings.ts";

/** By path: `anthropic_config.anthropic_api_key`. */
export type Credentials = Readonly<Record<string, string>>;

/** @throws Fault INVALID_PARAMETER_VALUE when it is not given. */
export const credentialAt = (credentials: Credentials, path: string): string =>
  credentials[path] ?? refuse(`'${path}' is needed.`);

/**
 * A credential that is sent in a header: one line of visible ASCII, so that it ends where the header does.
 * @throws Fault INVALID_PARAMETER_VALUE when it is not given, INVALID_STATE when it cannot be sent.
 */
export function headerCredentialAt(credentials: Credentials, path: string): string {
  const value = credentialAt(credentials, path);
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new Fault("INVALID_STATE", `'${path}' holds no key that can be sent. Ask the endpoint's owner to replace it.`);
}
