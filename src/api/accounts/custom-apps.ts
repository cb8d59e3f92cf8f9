import { Type } from "typebox";
import { workspace } from "#kernel/mod.ts";
import {
  type CustomAppInfo,
  CustomAppInfo as CustomAppInfoSchema,
  CustomAppList,
  customAppTerms,
  MadeCustomApp,
} from "#wire/identity/custom-apps.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Services } from "../services.ts";
import { assertAccount } from "./account.ts";
import { pageInput, pageOf } from "./page.ts";

/** Source: databricks-sdk-py `service/oauth2.py` CustomAppIntegrationAPI. */
const PATH = "/api/2.0/accounts/{account_id}/oauth2/custom-app-integrations";
const SECONDS_PER_MINUTE = 60;

const id = Type.String({ minLength: 1 });
const target = { account_id: id };
const one = { ...target, integration_id: id };
const common = { scope: "authentication", what: () => workspace } as const;

export const customAppEndpoints: readonly Endpoint[] = [
  endpoint({
    ...common,
    method: "POST",
    path: PATH,
    action: "app_integration.create",
    input: Type.Object({
      ...target,
      name: Type.String(),
      confidential: Type.Optional(Type.Boolean()),
      ...customAppTerms,
    }),
    output: MadeCustomApp,
    run: async ({ identity, site }, permit, input) => {
      assertAccount(input.account_id, site);
      const { app, secret } = await identity.customApps.create(
        permit,
        input.name,
        input.confidential ?? false,
        termsOf(input),
      );
      const { integration_id, client_id } = app;
      return { integration_id, client_id, ...(secret !== undefined && { client_secret: secret }) };
    },
  }),
  endpoint({
    ...common,
    method: "GET",
    path: PATH,
    action: "app_integration.read",
    input: Type.Object({ ...target, ...pageInput }),
    output: CustomAppList,
    run: async ({ identity, site }, permit, input) => {
      assertAccount(input.account_id, site);
      const { items, next } = pageOf(await identity.customApps.list(permit), input, (app) => app.integration_id);
      return { apps: items.map(infoOf), ...next };
    },
  }),
  endpoint({
    ...common,
    method: "GET",
    path: `${PATH}/{integration_id}`,
    action: "app_integration.read",
    input: Type.Object(one),
    output: CustomAppInfoSchema,
    run: async ({ identity, site }, permit, input) => {
      assertAccount(input.account_id, site);
      return infoOf(await identity.customApps.get(permit, input.integration_id));
    },
  }),
  endpoint({
    ...common,
    method: "PATCH",
    path: `${PATH}/{integration_id}`,
    action: "app_integration.update",
    input: Type.Object({ ...one, ...customAppTerms }),
    output: Type.Object({}),
    run: async ({ identity, site }, permit, input) => {
      assertAccount(input.account_id, site);
      await identity.customApps.update(permit, input.integration_id, termsOf(input));
      return {};
    },
  }),
  endpoint({
    ...common,
    method: "DELETE",
    path: `${PATH}/{integration_id}`,
    action: "app_integration.delete",
    input: Type.Object(one),
    output: Type.Object({}),
    run: async ({ identity, site }, permit, input) => {
      assertAccount(input.account_id, site);
      await identity.customApps.delete(permit, input.integration_id);
      return {};
    },
  }),
];

type CustomApps = Services["identity"]["customApps"];
type App = Awaited<ReturnType<CustomApps["get"]>>;
type Terms = Parameters<CustomApps["update"]>[2];

interface Sent {
  readonly redirect_urls?: readonly string[];
  readonly scopes?: readonly string[];
  readonly token_access_policy?: {
    readonly access_token_ttl_in_minutes?: number;
    readonly refresh_token_ttl_in_minutes?: number;
  };
}

function termsOf({ redirect_urls, scopes, token_access_policy }: Sent): Terms {
  const { access_token_ttl_in_minutes: access, refresh_token_ttl_in_minutes: refresh } = token_access_policy ?? {};
  return {
    redirect_urls,
    scopes,
    access_token_s: access === undefined ? undefined : access * SECONDS_PER_MINUTE,
    refresh_token_s: refresh === undefined ? undefined : refresh * SECONDS_PER_MINUTE,
  };
}

function infoOf(app: App): CustomAppInfo {
  const { integration_id, client_id, name, redirect_urls, scopes, isConfidential, created_by, created_at } = app;
  return {
    ...{ integration_id, client_id, name, redirect_urls: [...redirect_urls], scopes: [...scopes] },
    confidential: isConfidential,
    token_access_policy: {
      access_token_ttl_in_minutes: app.access_token_s / SECONDS_PER_MINUTE,
      refresh_token_ttl_in_minutes: app.refresh_token_s / SECONDS_PER_MINUTE,
    },
    created_by: Number(created_by),
    create_time: created_at.toISOString(),
  };
}
