import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { DirectoryEntry } from "#identity/mod.ts";
import type { Who } from "#kernel/mod.ts";
import {
  ANA_OBJECT,
  CLIENT,
  type Claims,
  ENTRA_V1,
  ENTRA_V2,
  entraV1App,
  entraV1User,
  entraV2App,
  entraV2User,
  GITHUB,
  githubJob,
  ImitatedIssuers,
  type IssuerKey,
  issuerKey,
  JOB,
  OKTA,
  oktaService,
  oktaUser,
  type Shape,
  signShape,
} from "./imitated-issuer.ts";
import { setExternalId, settings, trusting } from "./trusting.ts";
import { fault, type IdentityWorld, identityWorld, WORKSPACE } from "./world.ts";

/** How long a token stays verified. */
const VERIFIED_MS = 30_000;

describe("direct use of other issuers' access tokens", () => {
  const issuers = new ImitatedIssuers();
  let world: IdentityWorld;
  let key: IssuerKey;
  let ana: DirectoryEntry;
  let robot: DirectoryEntry;
  let job: DirectoryEntry;

  before(async () => {
    key = await issuerKey("key-1");
    for (const issuer of [ENTRA_V2, ENTRA_V1, OKTA, GITHUB]) issuers.publish(issuer, [key.jwk]);
    world = await identityWorld({
      egress: issuers.egress,
      trusted_issuers: trusting(settings.entra_v2, settings.entra_v1, settings.okta, settings.github),
    });
    const { users, servicePrincipals, groups } = world.identity;
    ana = await users.create({ name: "ana@board.example" });
    const inspectors = await groups.create({ name: "inspectors" });
    await groups.addMember(inspectors.id, ana.id);
    robot = await servicePrincipals.create({ display_name: "robot" });
    job = await servicePrincipals.create({ display_name: "job" });
    await setExternalId(world, ana.id, ANA_OBJECT);
    await setExternalId(world, robot.id, CLIENT);
    await setExternalId(world, job.id, JOB);
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** Of another server at the same time. */
  const shared = () => ({ egress: issuers.egress, clock: world.options.clock });
  const now_s = () => Math.floor(world.now_ms / 1000);
  const signed = (shape: Shape, change: Claims = {}): Promise<string> => signShape(shape, key, now_s(), change);
  const who = (token: string, resource?: string): Promise<Who> =>
    world.identity.authenticate(`Bearer ${token}`, resource);

  const person = { kind: "user", groups: ["inspectors", "account users"] };
  const machine = { kind: "service_principal", groups: ["account users"] };
  for (const [name, shape, of, expected] of [
    [
      "Entra v2, a user",
      entraV2User,
      () => ana,
      { ...person, issuer: "entra", client: CLIENT, scopes: "sql unity-catalog" },
    ],
    [
      "Entra v2, an application",
      entraV2App,
      () => robot,
      { ...machine, issuer: "entra", client: CLIENT, scopes: "sql" },
    ],
    ["Entra v1, a user", entraV1User, () => ana, { ...person, issuer: "entra-v1", client: CLIENT, scopes: "sql" }],
    [
      "Entra v1, an application",
      entraV1App,
      () => robot,
      { ...machine, issuer: "entra-v1", client: CLIENT, scopes: "all-apis" },
    ],
    ["Okta, a user", oktaUser, () => ana, { ...person, issuer: "okta", client: "0oa-client", scopes: "sql" }],
    [
      "GitHub Actions, a job",
      githubJob,
      () => job,
      { ...machine, issuer: "github", client: undefined, scopes: "sql files" },
    ],
  ] as const) {
    it(`takes the token of ${name}, until it ends, for what its scopes open`, async () => {
      const { subject, groups, client, scopes, workspace, expires_at_ms, issuer, ...rest } = await who(
        await signed(shape),
      );
      assert.deepEqual(subject, { kind: expected.kind, id: of().id, name: of().name });
      assert.deepEqual(
        { groups, client, issuer },
        {
          groups: expected.groups,
          client: expected.client,
          issuer: expected.issuer,
        },
      );
      assert.equal(scopes.join(" "), expected.scopes);
      assert.deepEqual([workspace, expires_at_ms, rest], [WORKSPACE, (now_s() + 600) * 1000, {}]);
    });
  }

  it("takes Okta's client credentials as the service principal of that client", async () => {
    await setExternalId(world, robot.id, "0oa-robot");
    const { subject, client } = await who(await signed(oktaService));
    await setExternalId(world, robot.id, CLIENT);
    assert.deepEqual([subject.name, client], [robot.name, "0oa-robot"]);
  });

  it("finds a service principal by its application id too", async () => {
    const named = { ...settings.okta, service_principals: { claim: "cid" } };
    const other = await identityWorld({ ...shared(), trusted_issuers: trusting(named) });
    try {
      const { name } = await other.identity.servicePrincipals.create({ display_name: "robot" });
      const token = await signed(oktaService, { cid: name, sub: name });
      assert.equal((await other.identity.authenticate(`Bearer ${token}`)).subject.name, name);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  it("is good at every resource of the workspace, as a token of the workspace's own is", async () => {
    const token = await signed(oktaUser);
    assert.equal((await who(token, "https://lake.example/api/2.0/mcp/sql")).subject.name, ana.name);
  });

  it("asks the issuer nothing while a token is remembered, and anew after that", async () => {
    world.now_ms += 60_000;
    const token = await signed(oktaUser);
    await who(token);
    issuers.asked.length = 0;
    for (let i = 0; i < 100; i += 1) {
      world.now_ms += VERIFIED_MS / 100 - 1;
      await who(token);
    }
    assert.deepEqual(issuers.asked, []);
    world.now_ms += 100;
    await who(token);
    assert.deepEqual(issuers.asked, [`${OKTA}/keys`]);
  });

  it("follows a key of the issuer that is new", async () => {
    const next = await issuerKey("key-2");
    issuers.publish(OKTA, [key.jwk, next.jwk]);
    world.now_ms += 1_000;
    await who(await signShape(oktaUser, next, now_s()));
  });

  it("takes keys from the address that the operator named, and asks no metadata then", async () => {
    const jwks_uri = "https://keys.example/jwks";
    issuers.documents.set(jwks_uri, { keys: [key.jwk] });
    const apart = { ...settings.okta, issuer: "https://apart.example", jwks_uri };
    const other = await identityWorld({ ...shared(), trusted_issuers: trusting(apart) });
    try {
      await other.identity.users.create({ name: ana.name });
      issuers.asked.length = 0;
      await other.identity.authenticate(`Bearer ${await signed(oktaUser, { iss: apart.issuer })}`);
      assert.deepEqual(issuers.asked, [jwks_uri]);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  it("ends with the trust: the same token opens nothing on a server that was started without it", async () => {
    const token = await signed(oktaUser);
    const other = await identityWorld(shared());
    try {
      await other.identity.users.create({ name: ana.name });
      await assert.rejects(other.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED"));
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  it("lends no more than it has: an agent's token ends with it and keeps its scopes", async () => {
    const caller = await who(await signed(oktaUser, { exp: now_s() + 30 }));
    const actor = { kind: "agent", name: "safety", scopes: ["all-apis"], resources: [] } as const;
    world.actors.set("safety", actor);
    const minted = await world.identity.mintOnBehalfOf({ who: caller, actor, scopes: ["all-apis"] });
    const acting = await who(minted.token);
    assert.deepEqual(
      [acting.scopes, acting.expires_at_ms, acting.client],
      [["sql"], (now_s() + 30) * 1000, "0oa-client"],
    );
  });
});
