import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import { AccountClient, Config, type ConfigOptions, WorkspaceClient } from "@databricks/sdk-experimental";
import { silentLog } from "#base/log.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { freePort } from "../world/free-port.ts";

/**
 * What this version of the SDK cannot say to any server: it sends no query with GET, no body with PATCH, and its SCIM lists
 * never ask for a second page. The Python SDK drives those.
 */
describe("the Databricks SDK for JavaScript, on identity", () => {
  let data_dir: string;
  let platform: Platform;
  let host: string;
  let workspace: WorkspaceClient;
  let account: AccountClient;

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-sdk-"));
    const tls_port = await freePort();
    host = `https://localhost:${tls_port}`;
    platform = await boot({ data_dir, port: 0, tls_port, public_url: host, log: silentLog, progress: () => {} });
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), await readFile(platform.ca_path, "utf8")]);
    const token = (await readFile(platform.admin_token_path, "utf8")).trim();
    workspace = new WorkspaceClient(await configured({ host, token, authType: "pat" }));
    account = new AccountClient(await accountConfigured(token));
  });

  after(async () => {
    await platform.close();
    await rm(data_dir, { recursive: true, force: true });
  });

  /** The SDK drops a host's port when it resolves its configuration, so the host is set once more after that. */
  async function configured(options: ConfigOptions): Promise<Config> {
    const config = new Config(options);
    await config.ensureResolved();
    config.host = host;
    return config;
  }

  /** The SDK takes a host for an account's by its name alone. */
  async function accountConfigured(token: string): Promise<Config> {
    const { account_id: accountId } = platform.services.site;
    const config = await configured({ host, token, authType: "pat", accountId });
    return Object.assign(config, { isAccountClient: () => true });
  }

  async function first<T extends { id?: string }>(found: AsyncIterable<T>, id: string | undefined): Promise<T> {
    for await (const one of found) if (one.id === id) return one;
    throw new Error(`${id} is not on the first page.`);
  }

  it("keeps users, groups and service principals, by the workspace and by the account", async () => {
    const ana = await workspace.usersV2.create({ userName: "ana@board.example", displayName: "Ana" });
    const robot = await account.accountServicePrincipalsV2.create({ displayName: "robot" });
    assert.ok(robot.applicationId);
    const members = [{ value: ana.id! }, { value: robot.id! }];
    const team = await workspace.groupsV2.create({ displayName: "team", members });
    const { members: kept = [] } = await account.accountGroupsV2.get({ id: team.id! });
    assert.deepEqual(
      kept.map(({ display }) => display),
      ["Ana", "robot"],
    );
    assert.equal((await first(workspace.usersV2.list({}), ana.id)).userName, "ana@board.example");
    await workspace.usersV2.update({ id: ana.id!, userName: "ana@board.example", displayName: "Ana Roe" });
    assert.equal((await account.accountUsersV2.get({ id: ana.id! })).displayName, "Ana Roe");
    await workspace.groupsV2.delete({ id: team.id! });
    assert.deepEqual((await workspace.servicePrincipalsV2.get({ id: robot.id! })).groups, []);
    await account.accountServicePrincipalsV2.delete({ id: robot.id! });
    await assert.rejects(workspace.servicePrincipalsV2.get({ id: robot.id! }), /does not exist/);
  });

  it("makes a secret for a service principal that logs in with it, by either path, and ends it", async () => {
    const robot = await workspace.servicePrincipalsV2.create({ displayName: "m2m" });
    const service_principal_id = Number(robot.id);
    for (const secrets of [account.servicePrincipalSecrets, workspace.servicePrincipalSecretsProxy]) {
      const made = await secrets.create({ service_principal_id: service_principal_id as never, lifetime: "3600s" });
      const as = { clientId: robot.applicationId!, clientSecret: made.secret!, authType: "oauth-m2m" as const };
      const me = await new WorkspaceClient(await configured({ host, ...as })).currentUser.me();
      assert.equal(me.userName, robot.applicationId);
      const listed: unknown[] = [];
      for await (const one of secrets.list({ service_principal_id: service_principal_id as never }))
        listed.push(one.id);
      assert.deepEqual(listed, [made.id]);
      await secrets.delete({ service_principal_id: service_principal_id as never, secret_id: made.id! });
      await assert.rejects(new WorkspaceClient(await configured({ host, ...as })).currentUser.me());
    }
  });

  it("makes tokens, for itself and for a service principal, and ends them", async () => {
    const made = await workspace.tokens.create({ comment: "laptop", lifetime_seconds: 600 });
    const own = new WorkspaceClient(await configured({ host, token: made.token_value!, authType: "pat" }));
    assert.equal((await own.currentUser.me()).userName, "admin@lakeward.local");
    const comments: unknown[] = [];
    for await (const one of own.tokens.list()) comments.push(one.comment);
    assert.deepEqual(comments, ["first start", "laptop"]);
    await workspace.tokens.delete({ token_id: made.token_info!.token_id! });
    await assert.rejects(own.currentUser.me(), /Invalid access token/);

    const robot = await workspace.servicePrincipalsV2.create({ displayName: "nightly" });
    const given = await workspace.tokenManagement.createOboToken({ application_id: robot.applicationId! });
    const token_id = given.token_info!.token_id!;
    assert.equal((await workspace.tokenManagement.get({ token_id })).token_info?.owner_id, Number(robot.id));
    await workspace.tokenManagement.delete({ token_id });
    await assert.rejects(workspace.tokenManagement.get({ token_id }), /does not exist/);
  });

  it("keeps federation policies of the account and of a service principal", async () => {
    const robot = await workspace.servicePrincipalsV2.create({ displayName: "ci" });
    const issuer = "https://idp.example";
    const made = await account.accountFederationPolicy.create({ policy: { oidc_policy: { issuer } } });
    assert.deepEqual(made.oidc_policy?.audiences, [platform.services.site.account_id]);
    const names: unknown[] = [];
    for await (const one of account.accountFederationPolicy.list({})) names.push(one.policy_id);
    assert.deepEqual(names, [made.policy_id]);
    await account.accountFederationPolicy.delete({ policy_id: made.policy_id! });
    await assert.rejects(account.accountFederationPolicy.get({ policy_id: made.policy_id! }), /No federation policy/);

    const service_principal_id = Number(robot.id);
    const own = account.servicePrincipalFederationPolicy;
    const policy = { oidc_policy: { issuer, subject: "repo:board/app" } };
    const { policy_id } = await own.create({ service_principal_id, policy });
    const found = await own.get({ service_principal_id, policy_id: policy_id! });
    assert.deepEqual(
      [found.service_principal_id, found.oidc_policy?.subject],
      [service_principal_id, "repo:board/app"],
    );
    await own.delete({ service_principal_id, policy_id: policy_id! });
  });

  it("keeps secrets, and who may read them", async () => {
    const { secrets } = workspace;
    await secrets.createScope({ scope: "sdk" });
    await secrets.putSecret({ scope: "sdk", key: "k", string_value: "a value" });
    const scopes: unknown[] = [];
    for await (const one of secrets.listScopes()) scopes.push(one.name);
    assert.deepEqual(scopes, ["sdk"]);
    await secrets.putAcl({ scope: "sdk", principal: "account users", permission: "READ" });
    await secrets.deleteAcl({ scope: "sdk", principal: "account users" });
    await secrets.deleteSecret({ scope: "sdk", key: "k" });
    await secrets.deleteScope({ scope: "sdk" });
    await assert.rejects(secrets.deleteScope({ scope: "sdk" }), /does not exist/);
  });
});
