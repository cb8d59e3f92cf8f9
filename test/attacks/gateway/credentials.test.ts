import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import pg from "pg";
import { endpoints } from "../../../src/api/all.ts";
import { Browser } from "../../identity/browser.ts";
import { type Attacked, attackedWorld, loginOf, PASSWORD, PERSON, type Said } from "../identity/attacked.ts";

const ME = "/api/2.0/preview/scim/v2/Me";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const PERSONAL = "urn:databricks:params:oauth:token-type:personal-access-token";

describe("attacks on the gateway by whoever has no credential, or a small one", () => {
  let world: Attacked;
  let ida: { readonly id: string; readonly token: string };
  before(async () => {
    world = await attackedWorld();
    const { identity } = world.platform.services;
    const { id } = (await identity.users.find(PERSON))!;
    ida = { id, token: (await identity.tokens.create(id)).token };
  });
  after(() => world[Symbol.asyncDispose]());

  const raw = async (authorization: string): Promise<Response> =>
    fetch(`${world.base}/serving-endpoints/chat/completions`, {
      method: "POST",
      headers: { authorization },
      body: JSON.stringify({ model: "none", messages: [] }),
    });
  const select = async <T extends object>(text: string): Promise<readonly T[]> => {
    const client = new pg.Client({ connectionString: world.database_url });
    await client.connect();
    const { rows } = await client.query<T>(text);
    await client.end();
    return rows;
  };

  // CVE-2026-42208: a gateway put the bearer value into a statement on the path of its errors.
  it("a bearer value reaches no statement, whatever is in it, and slows none down", async () => {
    const payloads = [
      "' OR '1'='1",
      "x'; SELECT pg_sleep(9); --",
      "x' UNION SELECT hash FROM personal_tokens --",
      "$$; DROP TABLE principals; --",
      "\\'; SELECT 1; --",
      "%27%20OR%201=1",
      "dapi' || pg_sleep(9) || '",
    ];
    const heard = new Set<string>();
    const refused = async (value: string): Promise<void> => {
      const started_ms = performance.now();
      const response = await raw(`Bearer ${value}`);
      assert.equal(response.status, 401, value);
      heard.add((await response.text()).replaceAll(response.headers.get("x-request-id")!, ""));
      assert.ok(performance.now() - started_ms < 5_000, value);
    };
    for (const payload of payloads)
      for (const prefix of ["", "dapi", "sk-", "eyJhbGciOiJSUzI1NiJ9."]) await refused(prefix + payload);
    // What a header may hold: printable ASCII. The first character keeps it from being empty.
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    await fc.assert(
      fc.asyncProperty(printable, (value) => refused(`x${value}`.trim())),
      { numRuns: 60 },
    );
    const said = [...heard].map((text) => String((JSON.parse(text) as { message: unknown }).message));
    for (const message of said) assert.match(message, /^(Invalid access token|Credential was not sent)/);
    assert.ok(heard.size <= 2, "it is no credential, or none that is known; nothing of it comes back");
    assert.equal((await world.call(ida.token, "GET", ME)).status, 200);
  });

  // CVE-2026-35030: a cache of tokens was keyed by their first 20 characters.
  it("a token that begins like another is not that token, right after the other was let in", async () => {
    const login = await world.token({ grant_type: EXCHANGE, subject_token: ida.token, subject_token_type: PERSONAL });
    for (const token of [ida.token, String(login.body.access_token)]) {
      assert.equal((await world.call(token, "GET", ME)).status, 200);
      for (const kept of [10, 20, Math.floor(token.length / 2), token.length - 5]) {
        const other = token.slice(0, kept) + [...token.slice(kept)].map((one) => (one === "a" ? "b" : "a")).join("");
        assert.equal((await world.call(other, "GET", ME)).status, 401, `${kept} characters alike`);
      }
      assert.equal((await world.call(`${token}a`, "GET", ME)).status, 401);
    }
  });

  // Bifrost, pull requests 4365 and 5760: any key with the right prefix passed, and without a password set everything was open.
  it("a prefix is no key, and no route of this server is open but those that say why", async () => {
    for (const prefix of ["sk-bf-", "dapi", "sk-", "Bearer "])
      assert.equal((await raw(`Bearer ${prefix}${"0".repeat(32)}`)).status, 401, prefix);
    const governed = endpoints.filter(({ open }) => open === undefined);
    assert.ok(governed.length > 100);
    for (const { method, path } of governed) {
      const filled = path.replaceAll(/\{\w+(\.\.\.)?\}/g, "x");
      const { status, text } = await world.call(null, method, filled, method === "GET" ? undefined : {});
      assert.equal(status, 401, `${method} ${path}: ${text}`);
    }
  });

  // GHSA-69x8-hrgq-fjj8: passwords were kept by a plain SHA-256, which was shown, and was taken for the password.
  it("what is kept of a password is salted and slow, is shown to nobody, and opens nothing", async () => {
    const { identity } = world.platform.services;
    const twin = await identity.users.create({ name: "twin@board.example" });
    await identity.authorization.passwords.set(twin.id, PASSWORD);
    const kept = (await select<{ hash: string }>("SELECT hash FROM passwords")).map(({ hash }) => hash);
    assert.equal(new Set(kept).size, 2, "one password, two salts");
    const shown = await world.call(world.admin, "GET", "/api/2.0/preview/scim/v2/Users");
    const request = loginOf({ client_id: "databricks-cli", redirect_uri: "http://localhost:8020" }).path;
    const login = async (password: string) => {
      const browser = new Browser(world.base);
      const { page } = await browser.follow(request, "http://localhost:8020");
      const action = /action="([^"]+)"/.exec(page)?.[1] ?? assert.fail(page);
      return browser.visit(action, { name: PERSON, password, answer: "login" });
    };
    for (const hash of kept) {
      assert.match(hash, /^\$argon2id\$/);
      assert.ok(!shown.text.includes(hash) && !shown.text.includes(hash.split("$").at(-1)!));
      for (const password of [hash, hash.split("$").at(-1)!]) assert.equal((await login(password)).location, null);
    }
    assert.ok((await login(PASSWORD)).location, "the password itself is right");
  });

  // CVE-2026-47101: a key could be made for routes that its maker may not use.
  it("a token makes none that opens more than itself, by whatever field it is asked for", async () => {
    const { identity } = world.platform.services;
    const { token } = await identity.tokens.create(ida.id, { scopes: ["authentication", "model-serving"] });
    const grant = { access_control_list: [{ user_name: PERSON, permission_level: "CAN_USE" }] };
    const granted = await world.call(world.admin, "PATCH", "/api/2.0/permissions/authorization/tokens", grant);
    assert.equal(granted.status, 200, granted.text);
    const make = (more: object): Promise<Said> => world.call(token, "POST", "/api/2.0/token/create", more);
    assert.equal((await make({ scopes: ["authentication"] })).status, 200, "less it makes");
    for (const scopes of [["all-apis"], ["sql"], ["model-serving", "secrets"], ["scim"]]) {
      const { status, text } = await make({ scopes });
      assert.ok(status === 400 || status === 403, `${scopes}: ${status} ${text}`);
    }
    for (const smuggled of [{ allowed_routes: ["/*"] }, { permissions: ["*"] }, { user_role: "admin" }, {}]) {
      const made = await make(smuggled);
      if (made.status !== 200) continue;
      const more = await world.call(String(made.body.token_value), "GET", "/api/2.0/sql/warehouses");
      assert.equal(more.status, 403, `${JSON.stringify(smuggled)}: ${more.text}`);
    }
  });

  // CVE-2026-47102: a user could write the role on their own record.
  it("nobody makes an administrator of themselves by their own record", async () => {
    const own = `/api/2.0/preview/scim/v2/Users/${ida.id}`;
    const groups = await world.call(world.admin, "GET", "/api/2.0/preview/scim/v2/Groups");
    const admins = (groups.body.Resources as { id: string; displayName: string }[]).find(
      ({ displayName }) => displayName === "admins",
    )!;
    const promoted = { roles: [{ value: "admin" }], user_role: "proxy_admin", groups: [{ value: admins.id }] };
    const patch = (value: unknown, path?: string) => ({ Operations: [{ op: "add", ...(path && { path }), value }] });
    for (const [method, path, body] of [
      ["PATCH", own, patch(promoted)],
      ["PATCH", own, patch([{ value: "admin" }], "roles")],
      ["PUT", own, { userName: PERSON, ...promoted }],
      ["PATCH", ME, patch(promoted)],
      ["PATCH", `/api/2.0/preview/scim/v2/Groups/${admins.id}`, patch([{ value: ida.id }], "members")],
    ] as const) {
      const { status, text } = await world.call(ida.token, method, path, body);
      assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status} ${text}`);
    }
    const { body } = await world.call(ida.token, "GET", ME);
    assert.ok(!JSON.stringify(body.groups ?? []).includes("admins"));
    assert.equal((await world.call(ida.token, "GET", "/api/2.0/token-management/tokens")).status, 403);
  });
});
