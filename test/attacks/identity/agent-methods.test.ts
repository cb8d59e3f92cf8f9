import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { decodeJwt } from "jose";
import { isJsonObject, type JsonObject } from "#base/json.ts";
import type { Log } from "#base/log.ts";
import { type Actor, ADMINS, endpoint, fn, table, warehouse } from "#kernel/mod.ts";
import {
  type MethodsWorld,
  mcpOutput,
  mcpWhoami,
  methodsWorld,
  type Program,
  sqlOutput,
  statementBy,
  WHOAMI,
} from "../../agents/methods-world.ts";
import { fault, type IdentityWorld, identityWorld } from "../../identity/world.ts";

const UNDECLARED = /not among the resources that the agent '[a-z-]+' declared/;
const on_behalf_of = { method: "on_behalf_of" } as const;
const automatic_passthrough = { method: "automatic_passthrough" } as const;

describe("attacks on the tokens that agents hold", () => {
  let world: MethodsWorld;
  let caller: Program;
  /** Service principal of the agent `mirror`. */
  let own: string;
  /** The two tokens of one request to `mirror`, which a turned agent gave away. */
  let stolen: { readonly user: string; readonly agent: string };

  before(async () => {
    world = await methodsWorld();
    const starter = warehouse(world.rest.warehouse_id);
    own = await world.agent("mirror", {
      resources: [
        { ...WHOAMI, ...on_behalf_of },
        { ...WHOAMI, ...automatic_passthrough },
        { ...starter, ...on_behalf_of },
        { ...starter, ...automatic_passthrough },
        { ...table("lake.s.notes"), ...on_behalf_of },
        { ...table("lake.s.notes"), ...automatic_passthrough },
      ],
    });
    await world.agent("other", { resources: [fn("lake.s.undeclared")] });
    await world.agent("halves", {
      resources: [
        { ...WHOAMI, ...automatic_passthrough },
        { ...fn("lake.s.undeclared"), ...on_behalf_of },
      ],
    });
    caller = await world.program("caller");
    stolen = await steal("mirror");
  });
  after(() => world[Symbol.asyncDispose]());

  const steal = async (agent: string): Promise<typeof stolen> => {
    const { body } = await world.invoke(caller.token, agent, { tokens: true });
    const { user, agent: itself } = body.custom_outputs as JsonObject;
    return { user: String(user), agent: String(itself) };
  };
  const call = (token: string, tool: string) => {
    const { path, body } = mcpWhoami("user", tool);
    return world.rest.call(token, "POST", path, body);
  };
  const run = async (token: string, statement: string) => {
    const { path, body } = statementBy("user", world, statement);
    return await world.rest.call(token, "POST", path, body);
  };

  it("lets both tokens do what they are for, so that each refusal below has one cause", async () => {
    assert.equal(mcpOutput((await call(stolen.user, "whoami")).body), caller.name);
    assert.equal(mcpOutput((await call(stolen.agent, "whoami")).body), own);
    assert.deepEqual(decodeJwt(stolen.user).act, { sub: "mirror", kind: "agent" });
    assert.deepEqual(decodeJwt(stolen.agent).act, { sub: "mirror", kind: "agent", itself: true });
  });

  for (const which of ["user", "agent"] as const) {
    it(`the ${which}'s token is neither exchanged nor refreshed, for more or for as much`, async () => {
      const token = stolen[which];
      const JWT = "urn:ietf:params:oauth:token-type:jwt";
      const forms = ["all-apis", "sql", ""].flatMap((scope) => [
        {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: token,
          subject_token_type: JWT,
          scope,
        },
        { grant_type: "refresh_token", refresh_token: token, client_id: "databricks-cli", scope },
        { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: token, scope },
        { grant_type: "client_credentials", client_id: own, client_secret: token, scope },
      ]);
      for (const form of forms) {
        const { status, body } = await world.rest.form(form);
        assert.ok(status === 400 || status === 401, `${form.grant_type}: ${status}`);
        assert.equal(body.access_token, undefined);
      }
    });

    it(`the ${which}'s token makes no lasting credential`, async () => {
      for (const [path, body] of [
        ["/api/2.0/token/create", { comment: "kept" }],
        [`/api/2.0/accounts/${world.rest.account_id}/servicePrincipals/${caller.id}/credentials/secrets`, {}],
      ] as const) {
        const { status } = await world.rest.call(stolen[which], "POST", path, body);
        assert.equal(status, 403, path);
      }
    });

    it(`the ${which}'s token opens nothing to another agent, neither by its endpoint nor by what that one declared`, async () => {
      const { status, text } = await world.invoke(stolen[which], "other", "hello");
      assert.equal(status, 403);
      assert.match(text, UNDECLARED);
      const called = await call(stolen[which], "undeclared");
      assert.match(called.text, UNDECLARED);
      assert.match(called.text, /the agent 'mirror' declared/);
    });
  }

  it("acting as itself the agent reaches nothing that it did not declare, whatever its principal was granted", async () => {
    for (const statement of [
      `GRANT SELECT, MODIFY ON TABLE lake.s.plans TO \`${own}\``,
      `GRANT SELECT ON TABLE lake.s.notes TO \`${own}\``,
    ])
      await world.rest.sql(statement);
    assert.equal(sqlOutput((await run(stolen.agent, "SELECT count(*) FROM lake.s.notes")).body), "3");
    for (const statement of [
      "SELECT n FROM lake.s.plans",
      "SELECT count(*) FROM lake.s.notes JOIN lake.s.plans USING (n)",
      "INSERT INTO lake.s.plans VALUES (8)",
      "SELECT lake.s.undeclared()",
    ]) {
      const { text } = await run(stolen.agent, statement);
      assert.match(text, UNDECLARED, statement);
    }
    assert.deepEqual(await world.rest.sql("SELECT n FROM lake.s.plans"), [["7"]]);
  });

  it("on behalf of somebody the agent's own grants do not count, nor theirs when it acts as itself", async () => {
    const refused = await run(stolen.user, "SELECT count(*) FROM lake.s.notes");
    assert.match(refused.text, /INSUFFICIENT_PERMISSIONS|TABLE_OR_VIEW_NOT_FOUND/);
    assert.equal(sqlOutput((await run(stolen.agent, "SELECT count(*) FROM lake.s.notes")).body), "3");
    await world.rest.sql(`REVOKE SELECT ON TABLE lake.s.notes FROM \`${own}\``);
    await world.rest.sql(`GRANT SELECT ON TABLE lake.s.notes TO \`${caller.name}\``);
    assert.equal(sqlOutput((await run(stolen.user, "SELECT count(*) FROM lake.s.notes")).body), "3");
    const { text } = await run(stolen.agent, "SELECT count(*) FROM lake.s.notes");
    assert.match(text, /INSUFFICIENT_PERMISSIONS|TABLE_OR_VIEW_NOT_FOUND/);
  });

  it("what is declared for one method is not reached by the other", async () => {
    const { user, agent } = await steal("halves");
    assert.equal((await call(agent, "whoami")).status, 200);
    assert.match((await call(user, "whoami")).text, UNDECLARED);
    assert.equal(mcpOutput((await call(user, "undeclared")).body), caller.name);
    assert.match((await call(agent, "undeclared")).text, UNDECLARED);
  });

  it("makes no chain of agents, and no agent the caller of itself with its own grants", async () => {
    await world.agent("chain", {
      resources: ["chain", "other"].flatMap((name) => [
        { ...endpoint(name), ...on_behalf_of },
        { ...endpoint(name), ...automatic_passthrough },
      ]),
    });
    const ask = (as: "user" | "agent", name: string) => ({
      as,
      path: `/serving-endpoints/${name}/invocations`,
      body: { input: "hello" },
    });
    const wishes = [ask("user", "other"), ask("agent", "other"), ask("agent", "chain"), ask("user", "chain")];
    const answers = await world.through(caller.token, "chain", wishes);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [403, 403, 403, 200],
    );
    assert.match(String(answers[0]!.body.message), /acts for this caller already/);
    assert.match(String(answers[2]!.body.message), /acts as itself here/);
  });

  it("an agent that declared nothing for itself is handed no token of its own", async () => {
    assert.equal((await steal("other")).agent, "undefined");
  });

  it("ends what it holds as itself when its declaration or its principal goes, at the next request", async () => {
    const { servicePrincipals } = world.rest.platform.services.identity;
    const { agent } = await steal("halves");
    await world.update("halves", { resources: [{ ...fn("lake.s.undeclared"), ...on_behalf_of }] });
    assert.match((await call(agent, "whoami")).text, UNDECLARED);
    const mirror = await servicePrincipals.find(own);
    await servicePrincipals.setActive(mirror!.id, false);
    assert.equal((await call(stolen.agent, "whoami")).status, 401);
    assert.equal(mcpOutput((await call(stolen.user, "whoami")).body), caller.name);
    await servicePrincipals.setActive(mirror!.id, true);
  });
});

describe("attacks on an agent's token as itself, with a clock that the test moves", () => {
  let world: IdentityWorld;
  before(async () => {
    world = await identityWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it("ends within fifteen minutes, and is refused once the agent has another principal", async () => {
    const { id, name } = await world.identity.servicePrincipals.create({ display_name: "guide" });
    const principal = { kind: "service_principal", id, name } as const;
    const guide: Actor = {
      kind: "agent",
      name: "guide",
      scopes: ["sql"],
      resources: [],
      own: { principal, resources: [] },
    };
    world.actors.set(guide.name, guide);
    const { token, expires_at_ms } = await world.identity.mintAsItself(guide);
    const who = await world.identity.authenticate(`Bearer ${token}`);
    assert.equal(who.subject.name, name);
    assert.equal(who.actor?.itself, true);
    assert.deepEqual(who.scopes, ["sql"]);
    assert.ok(expires_at_ms <= world.now_ms + 900_000);

    const { own: _own, ...without } = guide;
    const other = { ...principal, id: "1234567890123456" };
    for (const changed of [without, { ...guide, own: { principal: other, resources: [] } }]) {
      world.actors.set(guide.name, changed);
      await assert.rejects(world.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED"));
    }
    world.actors.set(guide.name, guide);
    world.now_ms += 900_000;
    await assert.rejects(world.identity.authenticate(`Bearer ${token}`), fault("UNAUTHENTICATED"));
    await assert.rejects(world.identity.mintAsItself(without), fault("INVALID_STATE"));
  });
});

describe("attacks on the credentials that are stored for agents", () => {
  let world: MethodsWorld;
  let caller: Program;
  const said: string[] = [];
  const canary = (): string => `canary-${randomBytes(16).toString("hex")}`;
  const first = canary();
  const second = canary();

  before(async () => {
    const log: Log = {
      info: (...line) => void said.push(JSON.stringify(line)),
      warn: (...line) => void said.push(JSON.stringify(line)),
      error: (...line) => void said.push(JSON.stringify(line)),
    };
    world = await methodsWorld(log);
    caller = await world.program("caller");
    for (const scope of ["vault", "closed"]) await secrets("scopes/create", { scope });
    await secrets("put", { scope: "vault", key: "weather", string_value: first });
    await secrets("put", { scope: "vault", key: "nested", string_value: "{{secrets/vault/weather}}" });
    await secrets("put", { scope: "vault", key: "bytes", bytes_value: Buffer.from([0xff, 0xfe]).toString("base64") });
    await secrets("put", { scope: "closed", key: "weather", string_value: second });
    await secrets("acls/put", { scope: "vault", principal: world.maker.name, permission: "READ" });
    await world.agent("plain", { resources: [], environment: { CITY: "Bern", KEY: "{{secrets/vault/weather}}" } });
    for (const [name, KEY] of [
      ["nested", "{{secrets/vault/nested}}"],
      ["binary", "{{secrets/vault/bytes}}"],
      ["absent", "{{secrets/vault/nothing}}"],
      ["closed", "{{secrets/closed/weather}}"],
      ["nowhere", "{{secrets/no-such-scope/weather}}"],
    ] as const)
      await world.agent(name, { resources: [], environment: { KEY } });
    // An administrator owns every scope. What follows is about an owner who has the rights they were given.
    const { groups } = world.rest.platform.services.identity;
    await groups.removeMember((await groups.find(ADMINS))!.id, world.maker.id);
  });
  after(() => world[Symbol.asyncDispose]());

  const secrets = async (path: string, body: object): Promise<void> => {
    const { status, text } = await world.rest.call(world.rest.admin, "POST", `/api/2.0/secrets/${path}`, body);
    assert.equal(status, 200, text);
  };
  const variable = async (agent: string, name = "KEY"): Promise<unknown> => {
    const { status, body, text } = await world.invoke(caller.token, agent, { variable: name });
    assert.equal(status, 200, text);
    return (body.custom_outputs as JsonObject).value;
  };
  const refusal = async (agent: string): Promise<string> => {
    const { status, body, text } = await world.invoke(caller.token, agent, { variable: "KEY" });
    assert.equal(status, 400, text);
    assert.equal(body.error_code, "INVALID_STATE");
    return String(body.message);
  };

  it("reaches the agent by its declared variables and no other way", async () => {
    assert.equal(await variable("plain"), first);
    assert.equal(await variable("plain", "CITY"), "Bern");
    assert.equal(await variable("plain", "PATH"), "unset");
  });

  it("is not had by whoever asks: a reference in their input stays text, and so does one within a secret", async () => {
    const smuggled = "Say {{secrets/vault/weather}} and {{ secrets/closed/weather }}";
    const { body, text } = await world.invoke(caller.token, "plain", smuggled);
    assert.equal((body.custom_outputs as JsonObject).input, smuggled);
    assert.equal(text.includes(first) || text.includes(second), false);
    const request = { input: smuggled, custom_inputs: { key: "{{secrets/vault/weather}}" } };
    const answer = await world.rest.call(caller.token, "POST", "/serving-endpoints/plain/invocations", request);
    assert.equal(answer.text.includes(first), false);
    assert.equal(await variable("nested"), "{{secrets/vault/weather}}");
  });

  it("is refused alike for a scope that the owner may not read, one that is missing and a key that is missing, with no word of any", async () => {
    for (const agent of ["closed", "nowhere", "absent"]) {
      const message = await refusal(agent);
      assert.equal(
        message.replace(agent, "x"),
        "The agent 'x' cannot be started: the secret for its environment variable 'KEY' does not exist, or the endpoint's owner may not read it. Ask the owner to give the endpoint a secret that they have READ on.",
      );
    }
    assert.match(await refusal("binary"), /is no text/);
    const rows = await world.rest.sql(
      "SELECT decision.effect, decision.identity.method, decision.lent_by[0] FROM system.access.audit WHERE decision.action = 'secret.get' AND decision.securables[0].name = 'closed'",
    );
    assert.deepEqual(rows, [["deny", "manual", "ENDPOINT closed as maker@board.org"]]);
  });

  it("is on record as a stored credential, with the reason and no value", async () => {
    await world.update("plain", {
      resources: [],
      environment: { KEY: "{{secrets/vault/weather}}" },
      external: [{ host: "api.weather.example", variables: ["KEY"] }],
    });
    assert.equal(await variable("plain"), first);
    const rows = await world.rest.sql(
      "SELECT DISTINCT decision.identity.because FROM system.access.audit WHERE decision.identity.method = 'manual' AND decision.identity.because LIKE '%weather.example%'",
    );
    assert.deepEqual(rows, [
      [
        "the agent 'plain' starts with a stored credential in 'KEY', for 'api.weather.example', outside the workspace; its endpoint's owner 'maker@board.org' may read it",
      ],
    ]);
  });

  it("is new at the agent's next start once it was rotated, and stays what it was until then", async () => {
    const rotated = canary();
    await secrets("put", { scope: "vault", key: "weather", string_value: rotated });
    assert.equal(await variable("plain"), first);
    await world.update("plain", { resources: [], environment: { KEY: "{{secrets/vault/weather}}" } });
    assert.equal(await variable("plain"), rotated);
    await secrets("put", { scope: "vault", key: "weather", string_value: first });
  });

  it("is refused at the next start once the owner's right was taken away, and had again when it is given back", async () => {
    await secrets("acls/delete", { scope: "vault", principal: world.maker.name });
    await world.update("plain", { resources: [], environment: { KEY: "{{secrets/vault/weather}}" } });
    assert.match(await refusal("plain"), /the endpoint's owner may not read it/);
    await secrets("acls/put", { scope: "vault", principal: world.maker.name, permission: "READ" });
    assert.equal(await variable("plain"), first);
  });

  it("is not read for an agent whose service principal or owner is deactivated", async () => {
    const { servicePrincipals, users } = world.rest.platform.services.identity;
    const restart = () => world.update("plain", { resources: [], environment: { KEY: "{{secrets/vault/weather}}" } });
    const { body } = await world.rest.call(world.rest.admin, "GET", "/api/2.0/serving-endpoints/plain");
    const principal = await servicePrincipals.find(String(body.service_principal_client_id));
    await restart();
    await servicePrincipals.setActive(principal!.id, false);
    assert.match(await refusal("plain"), /its service principal is deactivated or gone/);
    await servicePrincipals.setActive(principal!.id, true);
    await users.setActive(world.maker.id, false);
    assert.match(await refusal("plain"), /the endpoint's owner may not read it/);
    await users.setActive(world.maker.id, true);
    assert.equal(await variable("plain"), first);
  });

  it("stands in no error, no log, no trace, no record and no answer of the registry", async () => {
    const shown: string[] = [];
    for (const by of ["error", "exit"]) {
      const { status, text } = await world.invoke(caller.token, "plain", { variable: "KEY", by });
      assert.ok(status >= 500, text);
      shown.push(text);
    }
    assert.match(shown[0]!, /The key \[secret\] was refused/);
    const traced = { input: "hello", databricks_options: { return_trace: true } };
    const answer = await world.rest.call(caller.token, "POST", "/serving-endpoints/plain/invocations", traced);
    assert.ok(isJsonObject(answer.body.databricks_output));
    shown.push(answer.text);
    for (const path of ["/api/2.0/serving-endpoints", "/api/2.0/serving-endpoints/plain"])
      shown.push((await world.rest.call(world.rest.admin, "GET", path)).text);
    assert.match(shown.at(-1)!, /"environment_vars":\{"KEY":"\{\{secrets\/vault\/weather\}\}"\}/);
    shown.push(JSON.stringify(await world.rest.sql("SELECT * FROM system.access.audit")));
    shown.push(...said);
    assert.ok(said.length > 0);
    for (const text of shown) for (const secret of [first, second]) assert.equal(text.includes(secret), false);
  });

  it("is refused where it is declared: half a reference, a variable of the server's, a token of the workspace's for a host outside", async () => {
    const refused = (environment: Record<string, string>, more: object = {}) =>
      assert.rejects(
        world.update("plain", { resources: [], environment, ...more }),
        (thrown: Error) => fault("INVALID_PARAMETER_VALUE")(thrown) && !thrown.message.includes("hunter2"),
      );
    for (const value of [
      "Bearer {{secrets/vault/weather}}",
      "{{ secrets/vault/weather }}",
      "{{secrets/vault}}",
      "hunter2\0",
    ])
      await refused({ KEY: value });
    for (const name of [
      "DATABRICKS_TOKEN",
      "DB_MODEL_SERVING_HOST_URL",
      "IS_IN_DB_MODEL_SERVING_ENV",
      "TZ",
      "A=B",
      "",
      "1A",
    ])
      await refused({ [name]: "hunter2" });
    const KEY = "{{secrets/vault/weather}}";
    for (const external of [
      { host: "api.weather.example", variables: ["KEY"], method: "on_behalf_of" },
      { host: "api.weather.example", variables: ["KEY"], method: "automatic_passthrough" },
      { host: "api.weather.example", variables: ["OTHER"] },
      { host: "https://api.weather.example/?k=1", variables: ["KEY"] },
    ])
      await refused({ KEY }, { external: [external] });
    await refused({ KEY: "hunter2" }, { external: [{ host: "api.weather.example", variables: ["KEY"] }] });
    await refused({ KEY }, { resources: [{ ...WHOAMI, method: "manual" }] });
  });
});
