import { Type } from "typebox";
import { secretScope } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { SecretList, SecretValue } from "#wire/secrets/secrets.ts";
import { endpoint } from "../endpoint.ts";
import { key, scope } from "./target.ts";

/** Secrets. Source: databricks-sdk-py `service/workspace.py` SecretsAPI. */
const PATH = "/api/2.0/secrets";

const what = (input: { readonly scope: string }) => secretScope(input.scope);

export const putSecret = endpoint({
  method: "POST",
  path: `${PATH}/put`,
  scope: "secrets",
  input: Type.Object({
    scope,
    key,
    string_value: Type.Optional(Type.String()),
    bytes_value: Type.Optional(Type.String()),
  }),
  output: Type.Object({}),
  what,
  action: "secret.put",
  run: async ({ secrets }, permit, input) => {
    await secrets.put(permit, input.key, bytesOf(input));
    return {};
  },
});

export const getSecret = endpoint({
  method: "GET",
  path: `${PATH}/get`,
  scope: "secrets",
  input: Type.Object({ scope, key }),
  output: SecretValue,
  what,
  action: "secret.get",
  run: async ({ secrets }, permit, input) => ({
    key: input.key,
    value: Buffer.from(await secrets.get(permit, input.key)).toString("base64"),
  }),
});

export const listSecrets = endpoint({
  method: "GET",
  path: `${PATH}/list`,
  scope: "secrets",
  input: Type.Object({ scope }),
  output: SecretList,
  what,
  action: "secret.list",
  run: async ({ secrets }, permit) => ({
    secrets: (await secrets.list(permit)).map((one) => ({
      key: one.key,
      last_updated_timestamp: one.updated_at.getTime(),
    })),
  }),
});

export const deleteSecret = endpoint({
  method: "POST",
  path: `${PATH}/delete`,
  scope: "secrets",
  input: Type.Object({ scope, key }),
  output: Type.Object({}),
  what,
  action: "secret.delete",
  run: async ({ secrets }, permit, input) => {
    await secrets.delete(permit, input.key);
    return {};
  },
});

/** Text as UTF-8, or bytes in base64. @throws Fault INVALID_PARAMETER_VALUE, which never repeats the value. */
function bytesOf(input: { readonly string_value?: string; readonly bytes_value?: string }): Uint8Array {
  const { string_value: text, bytes_value: encoded } = input;
  if ((text === undefined) === (encoded === undefined))
    throw new Fault("INVALID_PARAMETER_VALUE", "A secret has exactly one of 'string_value' and 'bytes_value'.");
  if (text !== undefined) return Buffer.from(text, "utf8");
  const bytes = Buffer.from(encoded!, "base64");
  if (bytes.toString("base64") === encoded) return bytes;
  throw new Fault("INVALID_PARAMETER_VALUE", "'bytes_value' is not base64.");
}
