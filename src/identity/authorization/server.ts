import type { IncomingMessage } from "node:http";
import type Provider from "oidc-provider";
import type { Clock } from "#base/clock.ts";
import type { Doorway } from "#kernel/mod.ts";
import type { Egress } from "#net/mod.ts";
import { type ErrorCode, errors, Fault, faultOf } from "#wire/errors.ts";
import type { TokenResponse } from "#wire/oauth/token.ts";
import type { Guard } from "../attempts/guard.ts";
import type { KeySet } from "../key-set.ts";
import type { LoginRecords } from "../login-record.ts";
import { readScopes } from "../scopes.ts";
import type { AuthorizationStore } from "../store/authorization.ts";
import type { DirectoryStore } from "../store/directory.ts";
import type { PasswordStore } from "../store/passwords.ts";
import type { Vault } from "../vault.ts";
import { createAdapters } from "./adapter.ts";
import type { ClientSource } from "./clients.ts";
import { type InnerReply, run } from "./inject.ts";
import { interact, type Submitted, type Ticket } from "./interaction.ts";
import { endedPage, pageHeaders } from "./pages.ts";
import { passwordLogin, personOf } from "./password-login.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { createProvider, interactionPath, routes } from "./provider.ts";
import { type Arrival, createUpstream, type LoginProvider } from "./upstream.ts";

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
  /** Identity providers at which people may log in besides. */
  readonly login_providers: readonly LoginProvider[];
  /** Makes a user of somebody who is welcome. */
  readonly makeUser: (name: string, display_name: string) => Promise<{ readonly id: string; readonly name: string }>;
  readonly clock: Clock;
  readonly guard: Guard;
  readonly records: LoginRecords;
}

/** From the return of a person to the page that goes on: one redirect. */
const TICKET_MS = 60_000;
const TICKET = "login ticket";

type Form = Readonly<Record<string, string | undefined>>;

/** The pages and grants by which a person lets a client act for them. */
export interface AuthorizationServer {
  readonly passwords: Passwords;
  /** `GET` or `POST /oidc/v1/authorize`: `parameters` are the query or the form. */
  authorize(parameters: URLSearchParams, cookie: string | undefined): Promise<InnerReply>;
  /** Goes on after a page was answered. */
  resume(uid: string, cookie: string | undefined): Promise<InnerReply>;
  /** The page of an interaction; with `submitted`, the person's answer to it. */
  interaction(
    uid: string,
    submitted: Submitted | undefined,
    cookie: string | undefined,
    doorway: Doorway,
  ): Promise<InnerReply>;
  /** Sends a person who is at the login page to another provider. */
  loginElsewhere(uid: string, position: number, cookie: string | undefined, doorway: Doorway): Promise<InnerReply>;
  /** Where another provider sends a person back to. */
  callback(parameters: URLSearchParams, cookie: string | undefined, doorway: Doorway): Promise<InnerReply>;
  /** The grants authorization_code and refresh_token. @throws Fault INVALID_GRANT, INVALID_CLIENT, BAD_REQUEST, and such. */
  token(form: Form): Promise<TokenResponse>;
  /** Asks a person whether to log out (OpenID Connect RP-Initiated Logout 1.0). */
  logout(parameters: URLSearchParams, cookie: string | undefined): Promise<InnerReply>;
  /** Ends the browser's login, when the form is the one that it was shown. */
  confirmLogout(form: Form, cookie: string | undefined, doorway: Doorway): Promise<InnerReply>;
  /** The page after it. */
  loggedOut(): Promise<InnerReply>;
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
  const { issuer, workspace, directory, vault, clock, guard, records } = options;
  const passwords = createPasswords({ store: options.passwordStore, directory, clock });
  const logIn = passwordLogin({ passwords, guard, records, directory, clock });
  const upstream = createUpstream({ ...options, providers: options.login_providers });
  const current = providerOfKey(options);
  const { pathname } = new URL(issuer);
  const inInteraction: AuthorizationServer["interaction"] = async (uid, submitted, cookie, doorway) => {
    const { provider } = await current();
    const ports = {
      ...{ provider, directory, workspace, elsewhere: upstream.names },
      logIn: (name: string, password: string) => logIn(name, password, doorway),
      action: `${pathname}${interactionPath(uid)}`,
      accountOf: (text: string): string | undefined => {
        const ticket = vault.carried<Ticket>(TICKET, text);
        return ticket?.uid === uid && ticket.until_ms > clock.now_ms() ? ticket.account_id : undefined;
      },
    };
    return run(
      (request, response) => {
        interact(ports, uid, submitted, request, response).catch((cause: unknown) => response.destroy(cause as Error));
      },
      issuer,
      { method: "GET", path: interactionPath(uid), ...(cookie && { cookie }) },
    );
  };
  const serve = async (
    request: Parameters<typeof run>[2],
    began?: (inner: IncomingMessage) => void,
  ): Promise<InnerReply> => run((await current()).provider.callback(), issuer, request, began);
  const sent = async (path: string, form: Form): Promise<InnerReply> => {
    const reply = await serve({ method: "POST", path, form: encoded(form) });
    if (reply.status >= 400) throw refusalOf(reply);
    return reply;
  };
  return {
    passwords,
    authorize: async (parameters, cookie) =>
      serve({ method: "GET", path: `${routes.authorization}?${completed(parameters)}`, ...(cookie && { cookie }) }),
    resume: (uid, cookie) =>
      serve({ method: "GET", path: `${routes.authorization}/${uid}`, ...(cookie && { cookie }) }),
    interaction: inInteraction,
    loginElsewhere: async (uid, position, cookie, doorway) => {
      const shown = await inInteraction(uid, undefined, cookie, doorway);
      if (shown.status !== 200) return shown;
      return asPage(async () => {
        const { location, cookie: carried } = await upstream.begin(position, uid);
        return { status: 303, headers: { ...pageHeaders, location, "set-cookie": carried }, body: "" };
      });
    },
    callback: (parameters, cookie, doorway) =>
      asPage(async () => {
        const started_ms = clock.now_ms();
        const arrive = async () => {
          await guard.admit({ kind: "person", name: "", address: doorway.request.source_ip });
          const arrival = await upstream.finish(parameters, cookie);
          const row = await accountOf(options, arrival);
          return { uid: arrival.uid, row };
        };
        const arrival = await arrive().catch(async (thrown: unknown) => {
          await records.refused("identity.log_in", {}, thrown, doorway, started_ms);
          throw thrown;
        });
        const person = personOf(arrival.row);
        await records.done("identity.log_in", { person }, "login provider", doorway, started_ms);
        const account_id = person.id;
        const ticket: Ticket = { uid: arrival.uid, account_id, until_ms: clock.now_ms() + TICKET_MS };
        const location = `${pathname}${interactionPath(arrival.uid)}?ticket=${vault.carry(TICKET, ticket)}`;
        return { status: 303, headers: { ...pageHeaders, location }, body: "" };
      }),
    token: async (form) => {
      const { body } = await sent(routes.token, form);
      const answer: TokenResponse = JSON.parse(body);
      return answer;
    },
    logout: (parameters, cookie) => {
      refuseNul([...parameters.values()]);
      return serve({ method: "GET", path: `${routes.end_session}?${parameters}`, ...(cookie && { cookie }) });
    },
    confirmLogout: async (form, cookie, doorway) => {
      const started_ms = clock.now_ms();
      let inner: IncomingMessage | undefined;
      const { ended } = await current();
      const request = { method: "POST", path: `${routes.end_session}/confirm`, form: encoded(form) } as const;
      const reply = await serve({ ...request, ...(cookie && { cookie }) }, (began) => {
        inner = began;
      });
      const account_id = inner && ended.get(inner);
      const row = account_id === undefined ? undefined : await directory.byId(account_id);
      if (row)
        await records.done("identity.log_out", { person: personOf(row) }, "form of the session", doorway, started_ms);
      else if (reply.status >= 400)
        await records.refused("identity.log_out", {}, refusalOf(reply), doorway, started_ms);
      return reply;
    },
    loggedOut: () => serve({ method: "GET", path: `${routes.end_session}/success` }),
    revoke: async (form) => void (await sent(routes.revocation, form)),
  };
}

/** @throws Fault BAD_REQUEST when a value holds U+0000. */
function encoded(form: Form): string {
  const fields = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined);
  refuseNul(fields.map(([, value]) => value));
  return new URLSearchParams(fields).toString();
}

/** Nothing is named by a text with U+0000, and the database takes none. */
function refuseNul(values: readonly string[]): void {
  if (values.some((value) => value.includes("\0")))
    throw new Fault("BAD_REQUEST", "A parameter holds the character U+0000. Send it without.");
}

/** What goes wrong before a person's eyes is told on a page. */
async function asPage(work: () => Promise<InnerReply>): Promise<InnerReply> {
  try {
    return await work();
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault.code === "INTERNAL_ERROR") throw thrown;
    const headers = { ...pageHeaders, ...fault.options.headers };
    return { status: errors[fault.code].http, headers, body: endedPage(fault.message) };
  }
}

/** The user that an arrival is. @throws Fault PERMISSION_DENIED when there is none and none may be made, or it is not active. */
async function accountOf({ directory, makeUser }: AuthorizationOptions, arrival: Arrival) {
  const row = await directory.byName(arrival.name);
  if (row?.kind === "user" && row.active) return row;
  if (!row && arrival.isWelcome) return makeUser(arrival.name, arrival.display_name);
  throw new Fault(
    "PERMISSION_DENIED",
    `'${arrival.name}' may not log in here. Ask an administrator to be made a user.`,
  );
}

/**
 * What a client leaves out is what the wire means by it: all-apis without a scope; and offline_access, which oidc-provider
 * drops unless consent is asked for, asks for it.
 */
function completed(parameters: URLSearchParams): string {
  refuseNul([...parameters.values()]);
  const asked = new URLSearchParams(parameters);
  if (!asked.get("scope")) asked.set("scope", readScopes(undefined).join(" "));
  const prompts = (asked.get("prompt") ?? "").split(" ").filter((word) => word !== "");
  const isOffline = asked.get("scope")?.split(" ").includes("offline_access");
  if (isOffline && !prompts.includes("none") && !prompts.includes("consent"))
    asked.set("prompt", [...prompts, "consent"].join(" "));
  return asked.toString();
}

interface Current {
  readonly kid: string;
  readonly provider: Provider;
  /** Ids of the people whose login a request ended. */
  readonly ended: WeakMap<IncomingMessage, string>;
}

/** The provider signs with the key set's present key: a rotation makes another one, on the same state. */
function providerOfKey(options: AuthorizationOptions): () => Promise<Current> {
  const { issuer, workspace, keys, vault, directory, egress, clock } = options;
  const adapter = createAdapters(options);
  const cookie_key = vault.derive("cookies").toString("base64url");
  let made: Current | undefined;
  return async () => {
    const { kid, jwk } = await keys.signingJwk();
    if (made?.kid !== kid) {
      const signing = { ...jwk, kid };
      const provider = createProvider({ issuer, workspace, adapter, directory, signing, cookie_key, egress, clock });
      const ended: Current["ended"] = new WeakMap();
      provider.on("end_session.success", ({ req, oidc }) => {
        const account_id = oidc.session?.accountId;
        if (account_id !== undefined) ended.set(req, account_id);
      });
      made = { kid, provider, ended };
    }
    return made;
  };
}

function refusalOf({ status, body }: InnerReply): Fault {
  const { error = "", error_description = "" }: { error?: string; error_description?: string } = JSON.parse(body);
  const code = faults[error] ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR");
  return new Fault(code, error_description === "" ? `The request was refused: ${error}.` : `${error_description}.`);
}
