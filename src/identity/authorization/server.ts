import type Provider from "oidc-provider";
import type { Clock } from "#base/clock.ts";
import type { Egress } from "#net/mod.ts";
import { type ErrorCode, Fault } from "#wire/errors.ts";
import type { TokenResponse } from "#wire/oauth/token.ts";
import type { KeySet } from "../key-set.ts";
import { readScopes } from "../scopes.ts";
import type { AuthorizationStore } from "../store/authorization.ts";
import type { DirectoryStore } from "../store/directory.ts";
import type { PasswordStore } from "../store/passwords.ts";
import type { Vault } from "../vault.ts";
import { createAdapters } from "./adapter.ts";
import type { ClientSource } from "./clients.ts";
import { type InnerReply, run } from "./inject.ts";
import { interact, type Submitted } from "./interaction.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { createProvider, interactionPath, routes } from "./provider.ts";

export interface AuthorizationOptions {
  readonly issuer: string;
  readonly workspace: string;
  readonly keys: KeySet;
  readonly vault: Vault;
  readonly store: AuthorizationStore;
  readonly passwordStore: PasswordStore;
  readonly directory: DirectoryStore;
  readonly clients: ClientSource;
  readonly egress: Egress;
  readonly clock: Clock;
}

type Form = Readonly<Record<string, string | undefined>>;

/** The pages and grants by which a person lets a client act for them. */
export interface AuthorizationServer {
  readonly passwords: Passwords;
  /** `GET` or `POST /oidc/v1/authorize`: `parameters` are the query or the form. */
  authorize(parameters: URLSearchParams, cookie: string | undefined): Promise<InnerReply>;
  /** Goes on after a page was answered. */
  resume(uid: string, cookie: string | undefined): Promise<InnerReply>;
  /** The page of an interaction; with `submitted`, the person's answer to it. */
  interaction(uid: string, submitted: Submitted | undefined, cookie: string | undefined): Promise<InnerReply>;
  /** The grants authorization_code and refresh_token. @throws Fault INVALID_GRANT, INVALID_CLIENT, BAD_REQUEST, and such. */
  token(form: Form): Promise<TokenResponse>;
  /** RFC 7009. @throws Fault as `token`. */
  revoke(form: Form): Promise<void>;
}

/** RFC 6749 section 5.2 and RFC 8707 section 2: how oidc-provider's errors are ours. */
const faults: Readonly<Record<string, ErrorCode>> = {
  invalid_grant: "INVALID_GRANT",
  invalid_client: "INVALID_CLIENT",
  invalid_scope: "INVALID_SCOPE",
  unauthorized_client: "ACCESS_DENIED",
  access_denied: "ACCESS_DENIED",
};

export function createAuthorizationServer(options: AuthorizationOptions): AuthorizationServer {
  const { issuer, workspace, directory, clock } = options;
  const passwords = createPasswords({ store: options.passwordStore, directory, clock });
  const current = providerOfKey(options);
  const serve = async (request: Parameters<typeof run>[2]): Promise<InnerReply> =>
    run((await current()).callback(), issuer, request);
  const sent = async (path: string, form: Form): Promise<InnerReply> => {
    const fields = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined);
    const encoded = new URLSearchParams(fields).toString();
    const reply = await serve({ method: "POST", path, form: encoded });
    if (reply.status >= 400) throw faultOf(reply);
    return reply;
  };
  return {
    passwords,
    authorize: (parameters, cookie) =>
      serve({ method: "GET", path: `${routes.authorization}?${completed(parameters)}`, ...(cookie && { cookie }) }),
    resume: (uid, cookie) =>
      serve({ method: "GET", path: `${routes.authorization}/${uid}`, ...(cookie && { cookie }) }),
    interaction: async (uid, submitted, cookie) => {
      const provider = await current();
      const action = `${new URL(issuer).pathname}${interactionPath(uid)}`;
      const ports = { provider, passwords, directory, workspace, action };
      return run(
        (request, response) => {
          interact(ports, uid, submitted, request, response).catch((cause: unknown) =>
            response.destroy(cause as Error),
          );
        },
        issuer,
        { method: "GET", path: interactionPath(uid), ...(cookie && { cookie }) },
      );
    },
    token: async (form) => {
      const { body } = await sent(routes.token, form);
      const answer: TokenResponse = JSON.parse(body);
      return answer;
    },
    revoke: async (form) => void (await sent(routes.revocation, form)),
  };
}

/**
 * What a client leaves out is what the wire means by it: all-apis without a scope; and offline_access, which oidc-provider
 * drops unless consent is asked for, asks for it.
 */
function completed(parameters: URLSearchParams): string {
  const asked = new URLSearchParams(parameters);
  if (!asked.get("scope")) asked.set("scope", readScopes(undefined).join(" "));
  const prompts = (asked.get("prompt") ?? "").split(" ").filter((word) => word !== "");
  const isOffline = asked.get("scope")?.split(" ").includes("offline_access");
  if (isOffline && !prompts.includes("none") && !prompts.includes("consent"))
    asked.set("prompt", [...prompts, "consent"].join(" "));
  return asked.toString();
}

/** The provider signs with the key set's present key: a rotation makes another one, on the same state. */
function providerOfKey(options: AuthorizationOptions): () => Promise<Provider> {
  const { issuer, workspace, keys, vault, directory, egress } = options;
  const adapter = createAdapters(options);
  const cookie_key = vault.derive("cookies").toString("base64url");
  let made: { readonly kid: string; readonly provider: Provider } | undefined;
  return async () => {
    const { kid, jwk } = await keys.signingJwk();
    if (made?.kid !== kid) {
      const signing = { ...jwk, kid };
      made = { kid, provider: createProvider({ issuer, workspace, adapter, directory, signing, cookie_key, egress }) };
    }
    return made.provider;
  };
}

function faultOf({ status, body }: InnerReply): Fault {
  const { error = "", error_description = "" }: { error?: string; error_description?: string } = JSON.parse(body);
  const code = faults[error] ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR");
  return new Fault(code, error_description === "" ? `The request was refused: ${error}.` : `${error_description}.`);
}
