import { isDeepStrictEqual } from "node:util";
import type { Credential } from "#agents/mod.ts";
import { isJsonObject, type Json, type JsonObject } from "#base/json.ts";
import type { Sealing } from "#kernel/mod.ts";
import type { Models } from "#models/mod.ts";
import { Fault } from "#wire/errors.ts";
import { flagAt, listAt, objectAt, refuse, textAt } from "../configuration/fields.ts";
import { taskOf } from "./api-types.ts";
import { absentKinds, type ProviderKind, providerKinds, type Target } from "./providers.ts";
import { type ReadShape, readShape } from "./shape.ts";

/** A provider as its service keeps it. */
export interface ProviderConfig {
  readonly provider_type: string;
  /** As they are shown: an empty object stands in a secret's place. */
  readonly settings: JsonObject;
  /** By the path of the field that held each, sealed for this service and field. */
  readonly credentials: Readonly<Record<string, SealedCredential>>;
  readonly targets: readonly Target[];
  readonly allow_all_targets: boolean;
}

/** A configuration as it lies in the catalog, which is as `readProvider` made it: nothing else writes one. */
export const providerConfigOf = (config: JsonObject): ProviderConfig => config as unknown as ProviderConfig;

export type SealedCredential = Exclude<Credential, { readonly secret: string }>;

export interface ProviderPorts {
  readonly models: Pick<Models, "readExternal">;
  readonly sealing: () => Sealing;
}

/** Source of all three: databricks-sdk-py `service/catalog.py`, ModelProviderServiceConfigModelTargetConfig. */
const TARGETS_MAX = 256;
const API_TYPES_MAX = 64;
const API_TYPE_CHARACTERS_MAX = 256;

/** Each would open what the provider service keeps shut here, or promise what is not done. */
const switches = ["forward_headers", "forward_query_parameters", "forward_unmanaged_paths"];
const promised = ["rate_limits", "inference_table", "pricing"];
const fields = ["provider_type", "targets", "allow_all_targets", ...switches, ...promised];

/** Stands for a provider's models where none is listed: what is looked at is the rest. */
const anyTarget: Target = { model: "anthropic.any", native_api_types: ["mlflow/v1/chat/completions"] };

/** What a credential is sealed for: a value that is moved to another service or field does not open. */
const sealedFor = (service: string, path: string): string => `model provider service ${service} ${path}`;

/**
 * Reads the whole configuration of a provider service; whether its models can be asked is found now. A secret that is not said again
 * stays as it was, unless something that says where it is sent has changed: whoever manages a service may not have its key sent elsewhere.
 * Source: databricks-sdk-py `service/catalog.py`, ModelProviderServiceConfig, update_model_provider_service.
 * @throws Fault INVALID_PARAMETER_VALUE naming the field, never its value; NOT_IMPLEMENTED for what this server does not have.
 */
export function readProvider(
  ports: ProviderPorts,
  service: string,
  value: Json | undefined,
  before?: ProviderConfig,
): ProviderConfig {
  const kind = kindAt(isJsonObject(value) ? value.provider_type : undefined, before);
  const given = objectAt(value, "config", [...fields, kind.field]);
  refusePromised(given);
  const at = `config.${kind.field}`;
  const own = objectAt(given[kind.field], at, ["direct", ...(kind.others ?? [])]);
  for (const other of kind.others ?? []) if (own[other] !== undefined) throw absent(`${at}.${other}`);
  const direct = `${at}.direct`;
  const authenticated = withSecrets(ports, service, readShape(own.direct, kind.direct, direct), direct, before);
  const config: ProviderConfig = {
    provider_type: String(given.provider_type),
    ...authenticated,
    targets: given.targets === undefined ? [] : targetsAt(given.targets, kind),
    allow_all_targets:
      given.allow_all_targets !== undefined && flagAt(given.allow_all_targets, "config.allow_all_targets"),
  };
  if (config.allow_all_targets && kind.field === "custom")
    refuse("'config.allow_all_targets' cannot be true of a custom provider: list its models in 'config.targets'.");
  if (!config.allow_all_targets && config.targets.length === 0)
    refuse("'config.targets' must list at least one model where 'config.allow_all_targets' is false.");
  const placeOf = (path: string): string => (config.credentials[path] ? "-" : refuse(`'${direct}.${path}' is needed.`));
  for (const target of config.targets.length > 0 ? config.targets : [anyTarget])
    externalOf(ports, config, target, placeOf);
  return config;
}

/** The settings with their credentials: those that were given, and for the others what was there, where it goes where it went. */
function withSecrets(
  ports: ProviderPorts,
  service: string,
  { settings, secrets }: ReadShape,
  at: string,
  before: ProviderConfig | undefined,
): Pick<ProviderConfig, "settings" | "credentials"> {
  const isSame = before !== undefined && isDeepStrictEqual(plainOf(before.settings), plainOf(settings));
  const again = (path: string): never =>
    refuse(`'${at}.${path}.plaintext' is needed again, since the settings that it belongs to change.`);
  if (before && Object.keys(secrets).length === 0)
    return isSame
      ? { settings: before.settings, credentials: before.credentials }
      : again(Object.keys(before.credentials)[0] ?? "api_key");
  const credentials = Object.entries(secrets).map(([path, plaintext]) => {
    if (plaintext !== undefined) return [path, seal(ports, sealedFor(service, path), plaintext)] as const;
    const kept = before?.credentials[path];
    if (!kept) return refuse(`'${at}.${path}.plaintext' is needed.`);
    return isSame ? ([path, kept] as const) : again(path);
  });
  return { settings, credentials: Object.fromEntries(credentials) };
}

/** Settings without the places of secrets. */
const plainOf = (settings: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      const plain = isJsonObject(value) ? plainOf(value) : value;
      return isJsonObject(plain) && Object.keys(plain).length === 0 ? [] : [[name, plain]];
    }),
  ) as JsonObject;

function kindAt(type: Json | undefined, before: ProviderConfig | undefined): ProviderKind {
  if (before && type !== before.provider_type) refuse("'config.provider_type' cannot be changed.");
  if (typeof type === "string" && absentKinds.includes(type))
    throw new Fault("NOT_IMPLEMENTED", `'config.provider_type': ${type} is not available on this server.`);
  const kind = typeof type === "string" && Object.hasOwn(providerKinds, type) ? providerKinds[type] : undefined;
  return kind ?? refuse(`'config.provider_type' must be one of: ${Object.keys(providerKinds).join(", ")}.`);
}

function refusePromised(given: JsonObject): void {
  for (const name of switches)
    if (given[name] !== undefined && flagAt(given[name], `config.${name}`)) throw absent(`config.${name}`);
  for (const name of promised) if (given[name] !== undefined) throw absent(`config.${name}`);
}

const absent = (path: string): Fault =>
  new Fault("NOT_IMPLEMENTED", `'${path}' is not available on this server: leave it out.`);

function targetsAt(value: Json, { field }: ProviderKind): readonly Target[] {
  const at = "config.targets";
  const targets = listAt(value, at).map((one, index) => {
    const path = `${at}[${index}]`;
    const { model, endpoint_route, native_api_types } = objectAt(one, path, [
      "model",
      "endpoint_route",
      "native_api_types",
    ]);
    if (endpoint_route !== undefined && endpoint_route !== "" && field !== "custom")
      refuse(`'${path}.endpoint_route' is for custom providers alone.`);
    const read = {
      model: textAt(model, `${path}.model`),
      ...(endpoint_route !== undefined && { endpoint_route: String(endpoint_route) }),
      native_api_types: apiTypesAt(native_api_types, `${path}.native_api_types`),
    };
    taskOf(read.native_api_types, `${path}.native_api_types`);
    return read;
  });
  if (targets.length > TARGETS_MAX) refuse(`'${at}' has at most ${TARGETS_MAX} models.`);
  if (new Set(targets.map(({ model }) => model)).size < targets.length) refuse(`'${at}' lists a model twice.`);
  return targets;
}

/** @throws Fault INVALID_PARAMETER_VALUE */
export function apiTypesAt(value: Json | undefined, at: string): readonly string[] {
  const types = listAt(value, at).map((one, index) => textAt(one, `${at}[${index}]`));
  if (types.length === 0 || types.length > API_TYPES_MAX) refuse(`'${at}' must hold 1 to ${API_TYPES_MAX} API types.`);
  if (types.some((one) => one.length > API_TYPE_CHARACTERS_MAX))
    refuse(`'${at}' holds an API type of more than ${API_TYPE_CHARACTERS_MAX} characters.`);
  return types;
}

/** The model of a provider service as one that `models` can ask. @throws Fault as its `readExternal`. */
function externalOf(
  { models }: Pick<ProviderPorts, "models">,
  { provider_type, settings }: ProviderConfig,
  target: Target,
  secret: (path: string) => string,
) {
  const { provider, written } = providerKinds[provider_type]!;
  const task = taskOf(target.native_api_types, "native_api_types");
  return models.readExternal({ provider, name: target.model, task, ...written(settings, secret, target) }, "config");
}

/**
 * The model with its provider's settings and the values of its credentials.
 * @throws Fault INVALID_STATE when it can no more be asked.
 */
export function openedExternal(ports: ProviderPorts, service: string, config: ProviderConfig, target: Target) {
  const secret = (path: string): string => {
    const kept = config.credentials[path];
    if (!kept) throw new Fault("INVALID_STATE", `'${service}' has no credential. Ask its owner to set it again.`);
    const { data_key_id, sealed_base64 } = kept;
    const sealed = { data_key_id, sealed: Buffer.from(sealed_base64, "base64") };
    return new TextDecoder("utf-8", { fatal: true }).decode(ports.sealing().unseal(sealedFor(service, path), sealed));
  };
  const { credentials, ...external } = externalOf(ports, config, target, secret);
  const opened = Object.entries(credentials).map(([path, given]) => [
    path,
    "plaintext" in given ? given.plaintext : "",
  ]);
  return { external, credentials: Object.fromEntries(opened) as Readonly<Record<string, string>> };
}

function seal({ sealing }: ProviderPorts, purpose: string, plaintext: string): SealedCredential {
  const { data_key_id, sealed } = sealing().seal(purpose, Buffer.from(plaintext));
  return { data_key_id, sealed_base64: Buffer.from(sealed).toString("base64") };
}
