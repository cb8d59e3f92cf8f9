import type { Clock } from "#base/clock.ts";
import type { IdSource } from "#base/ids.ts";
import type { Log } from "#base/log.ts";
import type { ActorSource, AuditSink, Doorway, NamedRights, Permit, Sealing } from "#kernel/mod.ts";
import type { Egress } from "#net/mod.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { agentPrincipals } from "./as-itself.ts";
import { clientGuard } from "./attempts/client-guard.ts";
import { createGuard } from "./attempts/guard.ts";
import { createAuthenticate, type MayUseTokens } from "./authenticate.ts";
import { builtInClients, firstOf, isPublicClient } from "./authorization/clients.ts";
import { createCustomApps, customAppClients } from "./authorization/custom-apps.ts";
import { createAuthorizationServer } from "./authorization/server.ts";
import type { LoginProvider } from "./authorization/upstream.ts";
import { createCredentials } from "./credentials.ts";
import { createDirectory } from "./directory.ts";
import { identityFacts } from "./facts.ts";
import { createIssuerKeys } from "./federation/issuer-keys.ts";
import { createPolicies } from "./federation/policies.ts";
import type { TrustedIssuer } from "./federation/trusted-issuers.ts";
import { createTrustedTokens } from "./federation/trusted-tokens.ts";
import { issueRecords } from "./issue-record.ts";
import { openKeySet } from "./key-set.ts";
import { loginRecords } from "./login-record.ts";
import { manageCredentials } from "./managed-credentials.ts";
import { readMe } from "./me.ts";
import { hostMetadata, serverMetadata } from "./metadata.ts";
import { mintOnBehalfOf, type OnBehalfOfRequest } from "./on-behalf-of.ts";
import { createRecorder } from "./recorder.ts";
import { answerRevocation } from "./revocation.ts";
import { scimResources } from "./scim/resources.ts";
import { type IdentityDatabase, openStores } from "./store/stores.ts";
import { answerTokenRequest, type TokenRequest } from "./token-endpoint.ts";
import { openVault } from "./vault.ts";

export interface IdentityOptions {
  readonly db: IdentityDatabase;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly egress: Egress;
  /** `<public url>/oidc`: the `iss` of every token. */
  readonly issuer: string;
  /** Numeric id of the workspace, as text: the `aud` of every token. */
  readonly workspace: string;
  readonly account_id: string;
  readonly actors: ActorSource;
  readonly mayUseTokens: MayUseTokens;
  /** Where the token endpoint keeps what it did. */
  readonly audit: AuditSink;
  /** Who keeps rights by the names of principals. */
  readonly rights: NamedRights;
  /** Identity providers at which people may log in, besides their local passwords. */
  readonly login_providers?: readonly LoginProvider[];
  /** Identity providers whose access tokens an API call may carry as they are. */
  readonly trusted_issuers?: readonly TrustedIssuer[];
  /** 32 bytes that seal the deployment's data key. */
  readonly sealing_key: Uint8Array;
}

export type Identity = Awaited<ReturnType<typeof createIdentity>>;

/** Opens identity on its database. @throws Error when the sealing key is not the one the stored keys were sealed with. */
export async function createIdentity(options: IdentityOptions) {
  const { clock, ids, egress, rights, issuer, workspace, account_id, sealing_key } = options;
  const stores = openStores(options.db);
  const keys = await openKeySet({ store: stores.keys, sealing_key, clock, ids });
  const accessTokens = createAccessTokens({ keys, issuer, workspace, clock, ids });
  const directory = createDirectory({ ...stores, store: stores.directory, clock, ids });
  const credentials = createCredentials({ ...stores, clock, ids });
  const issuerKeys = createIssuerKeys({ egress, clock });
  const vault = await openVault(stores.keys, sealing_key);
  const clients = firstOf([builtInClients, customAppClients(stores.customApps, vault)]);
  const guard = createGuard({ store: stores.attempts, clock });
  const guardClient = clientGuard({ guard, isPublic: (id) => isPublicClient(clients, id) });
  const recorder = createRecorder({ ...options, governanceVersion: stores.governance.version });
  const records = loginRecords(recorder);
  const authorization = createAuthorizationServer({
    guard,
    records,
    issuer,
    workspace,
    keys,
    vault,
    store: stores.authorization,
    passwordStore: stores.passwords,
    directory: stores.directory,
    clients,
    egress,
    login_providers: options.login_providers ?? [],
    makeUser: (name, display_name) => directory.users.create({ name, display_name }),
    clock,
  });
  const endpoint = {
    directory: stores.directory,
    policies: stores.policies,
    credentials,
    issuerKeys,
    authorization,
    accessTokens,
    workspace,
    clock,
    mayUseTokens: options.mayUseTokens,
    subjects: stores.subjects,
    records: issueRecords(recorder),
    guard: guardClient,
  };
  const trustedTokens = createTrustedTokens({
    issuers: options.trusted_issuers ?? [],
    ...{ own_issuer: issuer, issuerKeys, clock },
  });
  const { subjects } = stores;
  const authenticate = createAuthenticate({ ...options, accessTokens, trustedTokens, credentials, subjects });
  return {
    authenticate,
    /** `POST /oidc/v1/token`. @throws Fault as RFC 6749 section 5.2 names them. */
    token: (request: TokenRequest) => answerTokenRequest(endpoint, request),
    /** `POST /oidc/v1/revoke`. @throws Fault as the token endpoint. */
    revoke: (form: Readonly<Record<string, string | undefined>>, doorway: Doorway) =>
      answerRevocation({ authorization, guard: guardClient, records, clock }, form, doorway),
    authorization,
    customApps: createCustomApps({ store: stores.customApps, vault, clock, ids }),
    metadata: () => serverMetadata({ issuer, account_id, workspace }),
    hostMetadata: () => hostMetadata({ issuer, account_id, workspace }),
    jwks: () => keys.jwks(),
    me: (permit: Permit<"identity.read_self">) => readMe(stores.principals, permit),
    scim: {
      users: scimResources({ ...stores, rights, clock, ids }, "user"),
      groups: scimResources({ ...stores, rights, clock, ids }, "group"),
      servicePrincipals: scimResources({ ...stores, rights, clock, ids }, "service_principal"),
    },
    users: directory.users,
    groups: directory.groups,
    servicePrincipals: directory.servicePrincipals,
    /** Facts of users, groups, service principals and tokens. */
    facts: identityFacts(stores.facts),
    managed: manageCredentials({ ...stores, credentials, clock }),
    /** Seals what other modules keep. */
    sealing: { seal: vault.seal, unseal: vault.unseal } satisfies Sealing,
    secrets: credentials.secrets,
    tokens: credentials.tokens,
    federation: createPolicies({ ...stores, clock, ids, own_issuer: issuer, account_id }),
    ...agentPrincipals({ ...stores, accessTokens, createIn: directory.servicePrincipals.createIn, workspace, clock }),
    mintOnBehalfOf: (request: OnBehalfOfRequest) => mintOnBehalfOf({ accessTokens, clock }, request),
    rotateSigningKey: keys.rotate,
  };
}
