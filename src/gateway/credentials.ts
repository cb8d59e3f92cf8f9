import type { Credential, ExternalSource } from "#agents/mod.ts";
import {
  type Doorway,
  type Gate,
  type LentBy,
  type Permit,
  type Sealing,
  type SecretSource,
  secretScope,
  endpoint as securable,
  type What,
  type Who,
} from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";

export interface CredentialPorts {
  readonly gate: () => Gate;
  readonly secrets: SecretSource;
  readonly sealing: () => Sealing;
  /** Name of a securable's owner now; undefined when there is no such securable. */
  readonly ownerOf: (what: What) => Promise<string | undefined>;
}

/** What a provider's credential is sealed for: a value moved to another endpoint or field does not open. */
export const sealedFor = (endpoint: string, path: string): string => `endpoint ${endpoint} ${path}`;

/**
 * The credentials of a provider, by the fields that hold them, as texts. A secret is read by the right that the endpoint's owner
 * has now, which the endpoint lends to whoever may query it; what was given in plain text is unsealed.
 * @throws Fault INVALID_STATE when one cannot be had; the denial is on record before.
 */
export async function credentialsOf(
  ports: CredentialPorts,
  permit: Permit<"endpoint.query">,
  source: ExternalSource,
): Promise<Readonly<Record<string, string>>> {
  const read: Record<string, string> = {};
  for (const [path, credential] of Object.entries(source.credentials)) {
    read[path] =
      "secret" in credential
        ? await secretOf(ports, permit, path, credential.secret, source.provider)
        : unsealed(ports, sealedFor(permit.what.name, path), credential);
  }
  return read;
}

type SealedCredential = Exclude<Credential, { readonly secret: string }>;

/** What was unsealed, for as long as the endpoint that it is of is remembered itself: a change of it, or of any right, ends that. */
const open = new WeakMap<SealedCredential, { readonly purpose: string; readonly text: string }>();

function unsealed({ sealing }: CredentialPorts, purpose: string, credential: SealedCredential): string {
  const known = open.get(credential);
  if (known?.purpose === purpose) return known.text;
  const text = textOf(sealing().unseal(purpose, sealedOf(credential)));
  open.set(credential, { purpose, text });
  return text;
}

/**
 * Asks whether whoever configures an endpoint may read the secrets that its models name. Without that, somebody who manages another's
 * endpoint could have the owner's secrets sent to an address of their own.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field; the same for a secret that is not there.
 */
export async function assertMayName(
  gate: Gate,
  permit: Permit<"endpoint.create"> | Permit<"endpoint.update">,
  { provider, credentials }: Pick<ExternalSource, "provider" | "credentials">,
): Promise<void> {
  for (const [path, credential] of Object.entries(credentials)) {
    if (!("secret" in credential)) continue;
    const [, scope = ""] = REFERENCE.exec(credential.secret) ?? [];
    const manual = `an endpoint is to ask '${provider}' with this stored credential`;
    const entering = gate.enter(readerFor(permit.who), "secret.get", secretScope(scope), permit.doorway, { manual });
    await using reading = await entering.catch((thrown: unknown) => Promise.reject(unnameable(thrown, path)));
    await reading.settle({ status: "ok" });
  }
}

function unnameable(thrown: unknown, path: string): Fault {
  const fault = faultOf(thrown);
  if (fault.code !== "PERMISSION_DENIED" && fault.code !== "RESOURCE_DOES_NOT_EXIST") return fault;
  return new Fault(
    "INVALID_PARAMETER_VALUE",
    `'${path}' names a secret that does not exist or that you may not read. Name one in a scope that you have READ on.`,
    { internal: fault.code },
  );
}

const REFERENCE = /^\{\{secrets\/([\w.@-]+)\/([\w.@-]+)\}\}$/;

async function secretOf(
  { gate, secrets, ownerOf }: CredentialPorts,
  permit: Permit<"endpoint.query">,
  path: string,
  reference: string,
  provider: string,
): Promise<string> {
  const { name } = permit.what;
  const [, scope, key] = REFERENCE.exec(reference) ?? [];
  const owner = await ownerOf(permit.what);
  if (scope === undefined || key === undefined || owner === undefined) throw withheld(name, path);
  const lent_by: LentBy = { what: securable(name), owner };
  const manual = `the endpoint '${name}' asks '${provider}' with a stored credential; its owner '${owner}' may read it`;
  const doorway: Doorway = permit.doorway.into("serving");
  const refuse = (thrown: unknown): Fault => {
    const fault = faultOf(thrown);
    const isRefusal = fault.code === "PERMISSION_DENIED" || fault.code === "RESOURCE_DOES_NOT_EXIST";
    return isRefusal ? withheld(name, path, `${fault.code} for secret scope '${scope}'`) : fault;
  };
  const entering = gate().enter(readerFor(permit.who), "secret.get", secretScope(scope), doorway, { lent_by, manual });
  await using reading = await entering.catch((thrown: unknown) => Promise.reject(refuse(thrown)));
  try {
    const text = textOf(await secrets.get(reading, key));
    await reading.settle({ status: "ok" });
    return text;
  } catch (thrown) {
    await reading.settle({ status: "error", error_code: faultOf(thrown).code });
    throw refuse(thrown);
  }
}

/**
 * The caller, as the one for whom an endpoint's credential is looked at. The caller's token need not open secrets, nor the
 * caller's agent: nothing of the value is told, it goes to the provider alone, and the record names who asked.
 */
function readerFor({ actor: _, only: __, ...who }: Who): Who {
  return { ...who, scopes: ["secrets"] };
}

function sealedOf({ data_key_id, sealed_base64 }: SealedCredential) {
  return { data_key_id, sealed: Buffer.from(sealed_base64, "base64") };
}

function textOf(value: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value).trim();
  } catch {
    throw new Fault(
      "INVALID_STATE",
      "A credential of this endpoint is no text. Ask the endpoint's owner to replace it.",
    );
  }
}

/** As whoever asks the endpoint may hear it: by the field, with no word of scope, key or value. */
const withheld = (name: string, path: string, internal?: string): Fault =>
  new Fault(
    "INVALID_STATE",
    `Serving endpoint '${name}' cannot ask its provider: the secret for '${path}' does not exist, or the endpoint's owner may not read it. Ask the owner to give the endpoint a secret that they have READ on.`,
    internal === undefined ? {} : { internal },
  );
