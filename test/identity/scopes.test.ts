import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type Scope, scopes } from "#wire/scopes.ts";
import { type Answer, type RestWorld, restWorld } from "./platform.ts";

/** A request to each surface, and every scope that opens it beside all-apis. */
interface Surface {
  readonly name: string;
  readonly ask: (world: RestWorld, token: string) => Promise<Answer>;
  readonly openedBy: readonly Scope[];
}

const get =
  (path: string): Surface["ask"] =>
  (world, token) =>
    world.call(token, "GET", path.replace("{account}", world.account_id));
const mcp =
  (path: string): Surface["ask"] =>
  (world, token) =>
    world.call(token, "POST", path, { jsonrpc: "2.0", id: 1, method: "tools/list" });

const UC = "/api/2.1/unity-catalog";
const surfaces: readonly Surface[] = [
  { name: "Me", ask: get("/api/2.0/preview/scim/v2/Me"), openedBy: ["scim", "iam.current-user:read"] },
  { name: "users", ask: get("/api/2.0/preview/scim/v2/Users"), openedBy: ["scim"] },
  { name: "groups", ask: get("/api/2.0/accounts/{account}/scim/v2/Groups"), openedBy: ["scim", "iam.groups:read"] },
  { name: "tokens", ask: get("/api/2.0/token/list"), openedBy: ["authentication"] },
  { name: "everybody's tokens", ask: get("/api/2.0/token-management/tokens"), openedBy: ["authentication"] },
  {
    name: "federation policies",
    ask: get("/api/2.0/accounts/{account}/federationPolicies"),
    openedBy: ["authentication"],
  },
  { name: "metastore", ask: get(`${UC}/metastore_summary`), openedBy: ["unity-catalog", "catalog.catalogs:read"] },
  { name: "catalogs", ask: get(`${UC}/catalogs`), openedBy: ["unity-catalog", "catalog.catalogs:read"] },
  {
    name: "schemas",
    ask: get(`${UC}/schemas?catalog_name=lake`),
    openedBy: ["unity-catalog", "catalog.schemas:read"],
  },
  {
    name: "tables",
    ask: get(`${UC}/tables?catalog_name=lake&schema_name=s`),
    openedBy: ["unity-catalog", "catalog.tables:read"],
  },
  { name: "grants", ask: get(`${UC}/permissions/catalog/lake`), openedBy: ["unity-catalog"] },
  {
    name: "warehouses",
    ask: get("/api/2.0/sql/warehouses"),
    openedBy: ["sql", "sql.warehouses", "sql.warehouses:read"],
  },
  {
    name: "statements",
    ask: (world, token) =>
      world.call(token, "POST", "/api/2.0/sql/statements", {
        statement: "SELECT count(*) FROM lake.s.t",
        warehouse_id: world.warehouse_id,
        wait_timeout: "50s",
      }),
    openedBy: ["sql", "sql.statement-execution"],
  },
  {
    name: "serving",
    ask: get("/api/2.0/serving-endpoints"),
    openedBy: ["model-serving", "serving.serving-endpoints"],
  },
  { name: "secrets", ask: get("/api/2.0/secrets/scopes/list"), openedBy: ["secrets"] },
  {
    name: "apps that log people in",
    ask: get("/api/2.0/accounts/{account}/oauth2/custom-app-integrations"),
    openedBy: ["authentication"],
  },
  {
    name: "rights on personal tokens",
    ask: get("/api/2.0/permissions/authorization/tokens"),
    openedBy: ["access-management", "iam.access-control:read"],
  },
  { name: "rules for tags", ask: get("/api/2.1/tag-policies"), openedBy: ["unity-catalog"] },
  { name: "SQL over MCP", ask: mcp("/api/2.0/mcp/sql"), openedBy: ["sql"] },
  {
    name: "functions over MCP",
    ask: mcp("/api/2.0/mcp/functions/lake/s"),
    openedBy: ["unity-catalog", "mcp.functions"],
  },
];

describe("a token with one scope", () => {
  let world: RestWorld;
  const tokens = new Map<Scope, string>();
  before(async () => {
    world = await restWorld();
    await world.sql("CREATE CATALOG lake");
    await world.sql("CREATE SCHEMA lake.s");
    await world.sql("CREATE TABLE lake.s.t AS SELECT 1 AS n");
    await world.sql("CREATE FUNCTION lake.s.total() RETURNS TABLE (n INT) COMMENT 'n' RETURN SELECT n FROM lake.s.t");
    for (const scope of scopes) {
      const { body } = await world.call(world.admin, "POST", "/api/2.0/token/create", { scopes: [scope] });
      tokens.set(scope, String(body.token_value));
    }
  });
  after(() => world[Symbol.asyncDispose]());

  /** Whether the answer does what was asked; a refusal is for want of the scope and says so. */
  const isOpened = ({ status, text }: Answer): boolean => {
    if (status !== 403) assert.equal(status, 200, text);
    else assert.match(text, /does not have required scopes/);
    return status === 200;
  };

  for (const { name, ask, openedBy } of surfaces) {
    it(`opens ${name} when it is one of ${openedBy.join(", ")}, and by no other word`, async () => {
      const opening: Scope[] = [];
      for (const scope of scopes) if (isOpened(await ask(world, tokens.get(scope)!))) opening.push(scope);
      assert.deepEqual(new Set(opening), new Set(["all-apis", ...openedBy]));
    });
  }

  it("does its whole work: a statement reads a table, a function's tool runs, with nothing beside", async () => {
    const statements = surfaces.find((one) => one.name === "statements")!;
    const { body } = await statements.ask(world, tokens.get("sql.statement-execution")!);
    assert.equal((body.status as JsonObject).state, "SUCCEEDED");
    const called = await world.call(tokens.get("mcp.functions")!, "POST", "/api/2.0/mcp/functions/lake/s", {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "lake__s__total", arguments: {} },
    });
    assert.equal((called.body.result as JsonObject).isError ?? false, false, called.text);
  });

  it("is told what is missing in its own vocabulary, in words and in the challenge", async () => {
    for (const [held, path, said] of [
      ["sql", "/api/2.0/serving-endpoints", "model-serving"],
      ["dashboards.genie", "/api/2.0/serving-endpoints", "serving.serving-endpoints"],
      ["serving.serving-endpoints", "/api/2.0/sql/warehouses", "sql.warehouses"],
      ["genie", "/api/2.0/sql/warehouses", "sql"],
      ["files.files", "/api/2.0/token/list", "authentication"],
    ] as const) {
      const { body, headers } = await world.call(tokens.get(held)!, "GET", path);
      assert.equal(body.message, `Provided OAuth token does not have required scopes: ${said}`);
      assert.ok(headers.get("www-authenticate")?.includes(`error="insufficient_scope", scope="${said}"`));
    }
  });

  for (const path of ["/api/2.0/mcp/sql", "/api/2.0/mcp/functions/lake/s"])
    it(`is told by ${path} what is missing, and where its metadata are`, async () => {
      const { status, headers } = await mcp(path)(world, tokens.get("genie")!);
      const challenge = headers.get("www-authenticate") ?? "";
      assert.equal(status, 403);
      assert.match(challenge, /^Bearer .*error="insufficient_scope", scope="(sql|unity-catalog|mcp\.functions)"/);
      assert.ok(challenge.includes(`/.well-known/oauth-protected-resource${path}"`), challenge);
    });

  it("is refused by name when there is no such word, at every place where one is written", async () => {
    const account = `/api/2.0/accounts/${world.account_id}`;
    const robot = await world.platform.services.identity.servicePrincipals.create({ display_name: "robot" });
    const app = { name: "app", redirect_urls: ["https://app.example/callback"] };
    for (const [path, body] of [
      ["/api/2.0/token/create", {}],
      ["/api/2.0/token-management/on-behalf-of/tokens", { application_id: robot.name }],
      [`${account}/servicePrincipals/${robot.id}/credentials/secrets`, {}],
      [`${account}/oauth2/custom-app-integrations`, app],
    ] as const) {
      const { status, text } = await world.call(world.admin, "POST", path, { ...body, scopes: ["sql", "jobs.root"] });
      assert.equal(status, 400, `${path}: ${text}`);
      assert.match(text, /jobs\.root/, path);
    }
  });

  it("can be written by either name at every place: token, secret, token request, app", async () => {
    const { identity } = world.platform.services;
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const secrets = `/api/2.0/accounts/${world.account_id}/servicePrincipals/${robot.id}/credentials/secrets`;
    const made = await world.call(world.admin, "POST", secrets, { scopes: ["model-serving", "dashboards.genie"] });
    assert.deepEqual(made.body.scopes, ["model-serving", "dashboards.genie"]);
    const ask = (scope: string) =>
      world.form({
        grant_type: "client_credentials",
        client_id: robot.name,
        client_secret: String(made.body.secret),
        scope,
      });
    const { body } = await ask("serving.serving-endpoints genie");
    assert.equal(body.scope, "serving.serving-endpoints genie");
    const listed = await world.call(String(body.access_token), "GET", "/api/2.0/serving-endpoints");
    assert.equal(listed.status, 200);
    const refused = await ask("serving.serving-endpoints files.files");
    assert.deepEqual([refused.status, refused.body.error], [403, "access_denied"]);
    assert.match(String(refused.body.error_description), /^Scopes 'files\.files' are not assigned/);
    const unknown = await ask("genie jobs.root");
    assert.deepEqual([unknown.status, unknown.body.error], [400, "invalid_scope"]);
    assert.match(String(unknown.body.error_description), /'jobs\.root'/);
    const app = await world.call(
      world.admin,
      "POST",
      `/api/2.0/accounts/${world.account_id}/oauth2/custom-app-integrations`,
      {
        name: "app",
        redirect_urls: ["https://app.example/callback"],
        scopes: ["vectorsearch.vector-search-indexes", "sql.warehouses"],
      },
    );
    assert.equal(app.status, 200, app.text);
  });
});
