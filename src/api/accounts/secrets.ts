import { Type } from "typebox";
import { servicePrincipal } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { MadeSecretInfo, type SecretInfo, SecretList } from "#wire/identity/credentials.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { assertAccount } from "./account.ts";
import { pageInput, pageOf } from "./page.ts";

/**
 * Secrets of service principals, under the account and, without its id, under the workspace. Source: databricks-sdk-py
 * `service/oauth2.py` ServicePrincipalSecretsAPI, ServicePrincipalSecretsProxyAPI.
 */
const proxy = "/api/2.0/accounts/servicePrincipals/{service_principal_id}/credentials/secrets";
const paths = ["/api/2.0/accounts/{account_id}/servicePrincipals/{service_principal_id}/credentials/secrets", proxy];

const id = Type.String({ minLength: 1 });

export const secretEndpoints: readonly Endpoint[] = paths.flatMap((path) => {
  const target = { account_id: path === proxy ? Type.Optional(id) : id, service_principal_id: id };
  const what = (input: { readonly service_principal_id: string }) => servicePrincipal(input.service_principal_id);
  const common = { scope: "authentication", what } as const;
  return [
    endpoint({
      ...common,
      method: "POST",
      path,
      action: "credential.create",
      input: Type.Object({
        ...target,
        lifetime: Type.Optional(Type.String()),
        scopes: Type.Optional(Type.Array(Type.String())),
      }),
      output: MadeSecretInfo,
      run: async (services, permit, input) => {
        ofAccount(input, services);
        const terms = { scopes: input.scopes, lifetime_s: secondsOf(input.lifetime) };
        const made = await services.identity.managed.secrets.create(permit, terms);
        return { ...infoOf({ ...made, isLive: true }), secret: made.secret };
      },
    }),
    endpoint({
      ...common,
      method: "GET",
      path,
      action: "credential.list",
      input: Type.Object({ ...target, ...pageInput }),
      output: SecretList,
      run: async (services, permit, input) => {
        ofAccount(input, services);
        const found = await services.identity.managed.secrets.list(permit);
        const { items, next } = pageOf(found, input, (one) => one.id);
        return { secrets: items.map(infoOf), ...next };
      },
    }),
    endpoint({
      ...common,
      method: "DELETE",
      path: `${path}/{secret_id}`,
      action: "credential.delete",
      input: Type.Object({ ...target, secret_id: id }),
      output: Type.Object({}),
      run: async (services, permit, input) => {
        ofAccount(input, services);
        await services.identity.managed.secrets.delete(permit, input.secret_id);
        return {};
      },
    }),
  ];
});

function ofAccount(input: { readonly account_id?: string }, { site }: Services): void {
  if (input.account_id !== undefined) assertAccount(input.account_id, site);
}

/** A duration as protobuf writes it in JSON, `3600s`. */
function secondsOf(lifetime: string | undefined): number | undefined {
  if (lifetime === undefined || lifetime === "") return undefined;
  const seconds = /^(\d{1,12})s$/.exec(lifetime)?.[1];
  if (seconds) return Number(seconds);
  throw new Fault("INVALID_PARAMETER_VALUE", "'lifetime' is a number of seconds with an s behind it, as '3600s'.");
}

interface Secret {
  readonly id: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly isLive: boolean;
}

function infoOf({ id, hash, scopes, created_at, expires_at, isLive }: Secret): SecretInfo {
  return {
    id,
    secret_hash: hash,
    status: isLive ? "ACTIVE" : "EXPIRED",
    scopes: [...scopes],
    create_time: created_at.toISOString(),
    update_time: created_at.toISOString(),
    expire_time: expires_at.toISOString(),
  };
}
