import type { ClientMetadata } from "oidc-provider";
import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import { ACCESS_TOKEN_SECONDS } from "#base/limits.ts";
import { assertPermit, type Permit } from "#kernel/mod.ts";
import { Fault } from "#wire/errors.ts";
import { checkScopes } from "../scopes.ts";
import { mintSecret } from "../secrets.ts";
import type { CustomAppChange, CustomAppRow, CustomAppStore } from "../store/custom-apps.ts";
import type { Vault } from "../vault.ts";
import type { ClientSource } from "./clients.ts";
import { APP_ACCESS_TOKEN_S, APP_REFRESH_TOKEN_S, REFRESH_TOKEN_S } from "./limits.ts";

/** What an administrator says of an app. */
export interface CustomAppTerms {
  readonly redirect_urls?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly access_token_s?: number | undefined;
  readonly refresh_token_s?: number | undefined;
}

export type CustomApp = Omit<CustomAppRow, "data_key_id" | "sealed_secret"> & { readonly isConfidential: boolean };

/** What an app may ask for when its administrator did not say. Source: databricks-sdk-py `service/oauth2.py`, `scopes`. */
const DEFAULT_APP_SCOPES = ["all-apis", "offline_access", "openid", "email", "profile"];

interface CustomAppPorts {
  readonly store: CustomAppStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** OAuth apps of the account's own: administrators register them, people log in to them. */
export function createCustomApps({ store, vault, clock, ids }: CustomAppPorts) {
  return {
    /** `secret` is shown this once. @throws Fault INVALID_PARAMETER_VALUE, INVALID_SCOPE, RESOURCE_ALREADY_EXISTS (the name). */
    create: async (
      permit: Permit<"app_integration.create">,
      name: string,
      isConfidential: boolean,
      terms: CustomAppTerms,
    ): Promise<{ readonly app: CustomApp; readonly secret?: string }> => {
      assertPermit(permit, "app_integration.create");
      if (name.trim() === "") throw invalid("An app needs a 'name': people read it when they are asked to allow it.");
      const client_id = ids.uuid();
      const secret = isConfidential ? mintSecret() : undefined;
      const sealed = secret === undefined ? undefined : vault.seal(purposeOf(client_id), Buffer.from(secret));
      const row: CustomAppRow = {
        integration_id: ids.uuid(),
        client_id,
        name,
        redirect_urls: checkRedirects(terms.redirect_urls ?? []),
        scopes: checkScopes(terms.scopes?.length ? terms.scopes : DEFAULT_APP_SCOPES),
        access_token_s: within(
          "access_token_ttl_in_minutes",
          terms.access_token_s ?? ACCESS_TOKEN_SECONDS,
          APP_ACCESS_TOKEN_S,
        ),
        refresh_token_s: within(
          "refresh_token_ttl_in_minutes",
          terms.refresh_token_s ?? REFRESH_TOKEN_S,
          APP_REFRESH_TOKEN_S,
        ),
        data_key_id: sealed?.data_key_id ?? null,
        sealed_secret: sealed?.sealed ?? null,
        created_by: permit.who.subject.id,
        created_at: new Date(clock.now_ms()),
      };
      if (!(await store.insert(row)))
        throw new Fault("RESOURCE_ALREADY_EXISTS", `An app named '${name}' exists already. Choose another name.`);
      return { app: shown(row), ...(secret !== undefined && { secret }) };
    },
    list: async (permit: Permit<"app_integration.read">): Promise<readonly CustomApp[]> => {
      assertPermit(permit, "app_integration.read");
      return (await store.list()).map(shown);
    },
    /** @throws Fault RESOURCE_DOES_NOT_EXIST. */
    get: async (permit: Permit<"app_integration.read">, id: string): Promise<CustomApp> => {
      assertPermit(permit, "app_integration.read");
      return shown((await store.byId(id)) ?? missing(id));
    },
    /** Logins that are there keep their tokens; what is asked from now on is under the new terms. @throws as create. */
    update: async (permit: Permit<"app_integration.update">, id: string, terms: CustomAppTerms): Promise<void> => {
      assertPermit(permit, "app_integration.update");
      const { redirect_urls, scopes, access_token_s, refresh_token_s } = terms;
      const change: CustomAppChange = {
        ...(redirect_urls && { redirect_urls: checkRedirects(redirect_urls) }),
        ...(scopes && { scopes: checkScopes(scopes) }),
        ...(access_token_s !== undefined && {
          access_token_s: within("access_token_ttl_in_minutes", access_token_s, APP_ACCESS_TOKEN_S),
        }),
        ...(refresh_token_s !== undefined && {
          refresh_token_s: within("refresh_token_ttl_in_minutes", refresh_token_s, APP_REFRESH_TOKEN_S),
        }),
      };
      if (Object.keys(change).length === 0)
        throw invalid("Nothing is changed: send redirect_urls, scopes or token_access_policy.");
      if (!(await store.update(id, change))) missing(id);
    },
    /** Its refresh tokens open nothing from now on. @throws Fault RESOURCE_DOES_NOT_EXIST. */
    delete: async (permit: Permit<"app_integration.delete">, id: string): Promise<void> => {
      assertPermit(permit, "app_integration.delete");
      if (!(await store.remove(id))) missing(id);
    },
  };
}

/** The registered apps as oidc-provider knows clients. A confidential one proves itself by its secret, in whatever place. */
export function customAppClients(store: CustomAppStore, vault: Vault): ClientSource {
  return {
    find: async (id) => {
      const row = await store.byClient(id);
      return row && metadataOf(row, vault);
    },
  };
}

function metadataOf(row: CustomAppRow, vault: Vault): ClientMetadata {
  const { client_id, name, redirect_urls, scopes, data_key_id, sealed_secret } = row;
  const secret =
    data_key_id && sealed_secret && vault.unseal(purposeOf(client_id), { data_key_id, sealed: sealed_secret });
  return {
    client_id,
    client_name: name,
    redirect_uris: [...redirect_urls],
    // A loopback address without TLS is a native app's (RFC 8252 section 7.3).
    application_type: redirect_urls.every(isLoopback) ? "native" : "web",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    allowed_scopes: scopes.join(" "),
    access_token_s: row.access_token_s,
    refresh_token_s: row.refresh_token_s,
    ...(secret
      ? { token_endpoint_auth_method: "client_secret_post", client_secret: secret.toString() }
      : { token_endpoint_auth_method: "none" }),
  };
}

const purposeOf = (client_id: string): string => `custom-app:${client_id}`;

function shown({ data_key_id: _key, sealed_secret, ...row }: CustomAppRow): CustomApp {
  return { ...row, isConfidential: sealed_secret !== null };
}

/** RFC 9700 section 2.1: compared character by character, so each is written out; no fragment, TLS but on the own machine. */
function checkRedirects(urls: readonly string[]): readonly string[] {
  if (urls.length === 0) throw invalid("An app needs at least one address in 'redirect_urls'.");
  for (const text of urls) {
    const url = URL.parse(text);
    const isPlain = url && !url.hash && !text.includes("#") && !url.username && !url.password && !text.includes("*");
    if (!isPlain || !(url.protocol === "https:" || isLoopback(text)))
      throw invalid(
        `'${text}' cannot be a redirect address: https, or http on localhost, and no fragment, user or wildcard.`,
      );
  }
  return [...new Set(urls)];
}

function isLoopback(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

function within(field: string, seconds: number, { min, max }: { readonly min: number; readonly max: number }): number {
  if (seconds >= min && seconds <= max) return seconds;
  throw invalid(`'${field}' lies between ${min / 60} and ${max / 60}.`);
}

function missing(id: string): never {
  throw new Fault("RESOURCE_DOES_NOT_EXIST", `No app integration has the id '${id.slice(0, 100)}'.`);
}

const invalid = (message: string): Fault => new Fault("INVALID_PARAMETER_VALUE", message);
