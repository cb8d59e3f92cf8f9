import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { decodeJwt } from "jose";
import { Doorway, workspace } from "#kernel/mod.ts";
import { type Answer, type RestWorld, restWorld } from "./platform.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const PAT = "urn:databricks:params:oauth:token-type:personal-access-token";
const ACCESS = "urn:ietf:params:oauth:token-type:access_token";
const NOW_S = () => Math.floor(Date.now() / 1000);

const detail = (id: string, more: object = {}) =>
  JSON.stringify([
    {
      type: "workspace_permission",
      object_type: "serving-endpoints",
      object_path: `/serving-endpoints/${id}`,
      actions: ["query_inference_endpoint"],
      ...more,
    },
  ]);

describe("tokens that are got for another and open less", () => {
  let world: RestWorld;
  let ana = "";
  let ana_id = "";
  let pat = "";
  before(async () => {
    world = await restWorld();
    const { identity, agents, gate } = world.platform.services;
    const { id } = await identity.users.create({ name: "ana@board.example" });
    ana_id = id;
    ({ token: ana } = await identity.tokens.create(id));
    ({ token: pat } = await identity.tokens.create(id, { scopes: ["sql", "scim"], lifetime_s: 600 }));
    const admin = await identity.authenticate(`Bearer ${world.admin}`);
    const request = { request_id: crypto.randomUUID(), trace_id: "1".repeat(32), source_ip: "", user_agent: "" };
    for (const name of ["one", "two"]) {
      await using permit = await gate.enter(admin, "endpoint.create", workspace, new Doorway("http", request));
      const model = { kind: "foundation_model", name, description: "", model: "lakeward-offline" } as const;
      await agents.endpoints.create(permit, model);
      await permit.settle({ status: "ok" });
      const access_control_list = [{ user_name: "ana@board.example", permission_level: "CAN_QUERY" }];
      const shared = await world.call(world.admin, "PATCH", `/api/2.0/permissions/serving-endpoints/${name}`, {
        access_control_list,
      });
      assert.equal(shared.status, 200, shared.text);
    }
  });
  after(() => world[Symbol.asyncDispose]());

  const exchangePat = (fields: Record<string, string> = {}, subject_token = pat) =>
    world.form({
      grant_type: EXCHANGE,
      subject_token,
      subject_token_type: PAT,
      requested_token_type: ACCESS,
      ...fields,
    });
  const narrow = (assertion: unknown, authorization_details: string, more: Record<string, string> = {}) =>
    world.form({ grant_type: JWT_BEARER, assertion: String(assertion), authorization_details, ...more });
  const oauth = async (subject_token = ana, scope = "all-apis") =>
    String((await exchangePat({ scope }, subject_token)).body.access_token);
  const query = (token: unknown, name: string): Promise<Answer> =>
    world.call(String(token), "POST", `/serving-endpoints/${name}/invocations`, {
      messages: [{ role: "user", content: "hello" }],
    });
  const refused = async (answer: Promise<Answer>, error: string, words: RegExp, status = 400): Promise<void> => {
    const { status: got, body, text } = await answer;
    assert.deepEqual([got, body.error], [status, error], text);
    assert.match(String(body.error_description), words);
  };

  it("end with the personal token that they were got for, also those got for them in turn", async () => {
    const { identity } = world.platform.services;
    const { token, id } = await identity.tokens.create(ana_id, { scopes: ["all-apis"] });
    const got = await oauth(token);
    const { body } = await narrow(got, detail("one"));
    assert.equal((await query(body.access_token, "one")).status, 200);
    const me = (): Promise<Answer> => world.call(got, "GET", "/api/2.0/preview/scim/v2/Me");
    assert.equal((await me()).status, 200);
    const gone = await world.call(world.admin, "DELETE", `/api/2.0/token-management/tokens/${id}`);
    assert.equal(gone.status, 200, gone.text);
    assert.equal((await me()).status, 401);
    assert.equal((await query(body.access_token, "one")).status, 401);
  });

  it("exchanges a personal token for one that opens as much and ends with it", async () => {
    const { body, status, text } = await exchangePat({ scope: "sql" });
    assert.equal(status, 200, text);
    assert.deepEqual([body.scope, body.issued_token_type], ["sql", ACCESS]);
    assert.ok(Number(body.expires_in) <= 600);
    const claims = decodeJwt(String(body.access_token));
    assert.equal(claims.sub, "ana@board.example");
    const me = await world.call(await oauth(pat, "scim"), "GET", "/api/2.0/preview/scim/v2/Me");
    assert.equal(me.body.userName, "ana@board.example");
  });

  it("refuses a personal token that is none, revoked or past its end, and more scope than it has", async () => {
    const { identity } = world.platform.services;
    await refused(exchangePat({ scope: "sql" }, `dapi${"0".repeat(64)}`), "invalid_grant", /unknown, revoked/);
    await refused(exchangePat({ scope: "sql" }, ""), "invalid_request", /'subject_token' is missing/);
    await refused(exchangePat({ scope: "sql mlflow" }), "access_denied", /Scopes 'mlflow' are not assigned/, 403);
    await refused(exchangePat(), "access_denied", /'all-apis'/, 403);
    await refused(exchangePat({ scope: "sql", client_id: "x" }), "invalid_request", /without a client/);
    const made = await identity.tokens.create(ana_id);
    await identity.tokens.revoke(made.id);
    await refused(exchangePat({}, made.token), "invalid_grant", /revoked/);
    await refused(exchangePat({ subject_token_type: ACCESS, scope: "sql" }), "invalid_request", /must be/);
  });

  it("narrows a token to the objects that its details name, and to what they say of them", async () => {
    const whole = await oauth();
    assert.equal((await query(whole, "two")).status, 200);
    const { body, status, text } = await narrow(whole, detail("one"));
    assert.equal(status, 200, text);
    assert.deepEqual(body.authorization_details, JSON.parse(detail("one")));
    const token = body.access_token;
    assert.equal((await query(token, "one")).status, 200);
    for (const answer of [
      await query(token, "two"),
      await query(token, "none"),
      await world.call(String(token), "GET", "/api/2.0/serving-endpoints/one"),
      await world.call(String(token), "GET", "/api/2.0/serving-endpoints"),
      await world.call(String(token), "GET", "/api/2.0/preview/scim/v2/Me"),
      await world.call(String(token), "POST", "/api/2.0/token/create", {}),
      await world.call(String(token), "GET", "/api/2.1/unity-catalog/catalogs"),
    ]) {
      assert.equal(answer.status, 403, answer.text);
      assert.match(answer.text, /asked for with authorization_details/);
    }
  });

  it("knows an endpoint by its id as well, as clients read it", async () => {
    const whole = await oauth();
    const { body } = await world.call(whole, "GET", "/api/2.0/serving-endpoints/one");
    const { body: got } = await narrow(whole, detail(String(body.id)));
    assert.equal((await query(got.access_token, "one")).status, 200);
    assert.equal((await query(got.access_token, "two")).status, 403);
  });

  it("gives no right by naming something: what the caller may not query, it may not query so either", async () => {
    const { body } = await narrow(await oauth(), detail("hidden"));
    const missing = await query(body.access_token, "hidden");
    assert.equal(missing.status, 404, missing.text);
  });

  it("ends a narrowed token with the one it came from, and keeps its scopes", async () => {
    const whole = await oauth(pat, "sql");
    const { body } = await narrow(whole, detail("one"));
    assert.equal(body.scope, "sql");
    assert.equal(decodeJwt(String(body.access_token)).exp, decodeJwt(whole).exp);
    assert.ok(decodeJwt(whole).exp! <= NOW_S() + 600);
    await refused(narrow(whole, detail("one"), { scope: "all-apis" }), "access_denied", /'all-apis'/, 403);
  });

  it("takes no token that is narrowed, an agent's, a personal one or none, for more", async () => {
    const { body } = await narrow(await oauth(), detail("one"));
    const limited = /no access token of a caller's own/;
    await refused(narrow(body.access_token, detail("two")), "invalid_grant", limited);
    await refused(narrow(ana, detail("one")), "invalid_grant", limited);
    await refused(narrow("a.b.c", detail("one")), "invalid_grant", limited);
    const { identity } = world.platform.services;
    const who = await identity.authenticate(`Bearer ${ana}`);
    const actor = { kind: "agent", name: "one", scopes: ["all-apis"], resources: [] } as const;
    const behalf = await identity.mintOnBehalfOf({ who, actor, scopes: ["model-serving"] });
    await refused(narrow(behalf.token, detail("one")), "invalid_grant", limited);
    await refused(
      world.form({ grant_type: JWT_BEARER, assertion: ana }),
      "invalid_request",
      /authorization_details' is missing/,
    );
    await refused(narrow("", detail("one")), "invalid_request", /'assertion' is missing/);
    await refused(narrow(await oauth(), detail("one"), { client_id: "x" }), "invalid_request", /takes no client/);
  });

  it("refuses details that it does not know, by name, and drops none", async () => {
    const whole = await oauth();
    for (const [details, words] of [
      ["{}", /JSON list/],
      ["[]", /JSON list/],
      ["x", /not JSON/],
      ["[1]", /JSON object/],
      [detail("one", { type: "unity_catalog_permission" }), /'workspace_permission'/],
      [detail("one", { object_type: "clusters" }), /serving-endpoints/],
      [detail("one", { object_type: "constructor" }), /serving-endpoints/],
      [detail("one/two"), /'object_path'/],
      [detail(""), /'object_path'/],
      [detail("one", { actions: [] }), /'actions'/],
      [detail("one", { actions: ["query_inference_endpoint", "manage"] }), /'actions'/],
      [detail("one", { locations: ["x"] }), /'locations' is not a field/],
      [JSON.stringify(Array(21).fill((JSON.parse(detail("one")) as unknown[])[0])), /1 to 20/],
    ] as const)
      await refused(narrow(whole, details), "invalid_authorization_details", words);
  });

  it("narrows at the other grants too: a service principal's secret, a personal token", async () => {
    const { identity } = world.platform.services;
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const { secret } = await identity.secrets.create(robot.id);
    const access_control_list = [{ service_principal_name: robot.name, permission_level: "CAN_QUERY" }];
    await world.call(world.admin, "PATCH", "/api/2.0/permissions/serving-endpoints/one", { access_control_list });
    const m2m = await world.form({
      grant_type: "client_credentials",
      client_id: robot.name,
      client_secret: secret,
      authorization_details: detail("one"),
    });
    assert.equal((await query(m2m.body.access_token, "one")).status, 200);
    assert.equal((await query(m2m.body.access_token, "two")).status, 403);
    const own = await exchangePat({ authorization_details: detail("two"), scope: "all-apis" }, ana);
    assert.equal((await query(own.body.access_token, "one")).status, 403);
    assert.equal((await query(own.body.access_token, "two")).status, 200);
  });

  it("is advertised, and is in the journal with its reasons", async () => {
    const { body } = await world.call(null, "GET", "/oidc/.well-known/oauth-authorization-server");
    assert.ok((body.grant_types_supported as string[]).includes(JWT_BEARER));
    const trace_id = "5bf92f3577b34da6a3ce929d0e0e4736";
    const traced = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` };
    const form = { grant_type: JWT_BEARER, authorization_details: detail("one") };
    await world.form({ ...form, assertion: await oauth() }, traced);
    await world.form({ ...form, assertion: "a.b.c" }, traced);
    const records = await world.platform.services.audit.trail.byTrace(trace_id);
    assert.deepEqual(
      records.map(({ effect, subject, because }) => [effect, subject?.name, because[0]!.detail.split(": ")[1]]),
      [
        ["permit", "ana@board.example", undefined],
        ["deny", undefined, "ASSERTION_NOT_LIVE"],
      ],
    );
    assert.equal(JSON.stringify(records).includes("eyJ"), false);
  });
});
