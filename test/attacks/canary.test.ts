import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import pg from "pg";
import { pino } from "pino";
import type { Log } from "#base/log.ts";
import { wholeAnswer } from "#models/mod.ts";
import { Browser } from "../identity/browser.ts";
import { basic } from "../identity/world.ts";
import { leaks } from "./gateway/leaks.ts";
import { type Attacked, attackedWorld, earnCode, loginOf, PASSWORD, PERSON, type Said } from "./identity/attacked.ts";

const APP = "https://app.example/callback";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const PERSONAL = "urn:databricks:params:oauth:token-type:personal-access-token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";

/** Where a secret is meant to be, by a part of the sink's name, and why. Nowhere else. */
const expected: readonly (readonly [secret: RegExp, sink: RegExp, why: string])[] = [
  [/^admin token$/, /^file admin-token$/, "the operator reads it there, 0600"],
  [/^admin token$/, /^file databrickscfg$/, "the operator's clients read it there, 0600"],
  [/^upstream client secret$/, /^file lakeward\.yaml$/, "the operator wrote it there"],
];

const SYSTEM_SCHEMAS = "('pg_catalog', 'information_schema')";

describe("secrets", () => {
  let world: Attacked;
  let key: CryptoKey;
  const secrets = new Map<string, string>();
  const sinks = new Map<string, string>();
  const answers: string[] = [];
  const printed: string[] = [];
  const environments: string[] = [];
  const write = { out: process.stdout.write, err: process.stderr.write };

  const add = (name: string, value: unknown): string => {
    assert.ok(typeof value === "string" && value.length >= 12, `${name}: ${String(value)}`);
    secrets.set(name, value);
    return value;
  };
  const canary = (name: string): string => add(name, `canary-${randomBytes(24).toString("hex")}`);
  /** A token's signature is its own; its claims are no secret. */
  const jwt = (name: string, token: unknown): string => {
    add(name, String(token).split(".")[2]);
    return String(token);
  };
  /** An answer to somebody who was refused: nothing of what was sent comes back. */
  const refused = (said: Said): void => {
    assert.ok(said.status >= 400, said.text);
    answers.push(`${said.text} ${JSON.stringify([...said.headers])}`);
  };

  before(async () => {
    for (const [name, to] of [
      ["out", process.stdout],
      ["err", process.stderr],
    ] as const)
      to.write = ((chunk: string | Uint8Array, ...rest: []) => {
        printed.push(Buffer.from(chunk as Uint8Array).toString());
        return write[name].call(to, chunk, ...rest);
      }) as typeof to.write;
    const lines: string[] = [];
    const log: Log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
    const master_key = canary("master key");
    add("sealing key", createHash("sha256").update(`lakeward sealing key\n${master_key}`).digest("hex"));
    const api_key = canary("provider API key");
    process.env.OPENAI_API_KEY = api_key;
    process.env.LAKEWARD_MASTER_KEY = master_key;
    const upstream = canary("upstream client secret");
    world = await attackedWorld({
      log,
      configuration: (hostile) => `login:
  providers: [{ name: One, issuer: "${hostile}/one", client_id: lake, client_secret: ${upstream} }]
`,
      options: (hostile) => ({ master_key, openai: { base_url: `${hostile}/v1`, api_key, model: "m" } }),
    });
    add("admin token", world.admin);
    add("local password", PASSWORD);
    const pair = await generateKeyPair("RS256", { extractable: true });
    key = pair.privateKey;
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: "k", alg: "RS256" }];
    world.hostile.json("/one/jwks", { keys });
    await use();
    answers.push(...(await leaks(world, canary)));
    await breakThings();
    await misuse();
    collectProcesses();
    await collect(lines);
  });
  after(async () => {
    process.stdout.write = write.out;
    process.stderr.write = write.err;
    delete process.env.OPENAI_API_KEY;
    delete process.env.LAKEWARD_MASTER_KEY;
    await world?.[Symbol.asyncDispose]();
  });

  const subjectToken = async (issuer: string, more: object = {}): Promise<string> => {
    const now_s = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: world.account_id, sub: PERSON, iat: now_s, exp: now_s + 600, ...more };
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(key);
  };

  /** Every kind of secret is made and does what it is for. */
  async function use(): Promise<void> {
    const { identity } = world.platform.services;
    const ok = (said: Said): Said => {
      assert.equal(said.status, 200, said.text);
      return said;
    };
    const robot = await identity.servicePrincipals.create({ display_name: "robot" });
    const secret = add("service principal's secret", (await identity.secrets.create(robot.id)).secret);
    const machine = ok(
      await world.token({ grant_type: "client_credentials" }, { authorization: basic(robot.name, secret) }),
    );
    jwt("access token", machine.body.access_token);
    const person = (await identity.users.find(PERSON))!;
    const pat = add("personal access token", (await identity.tokens.create(person.id)).token);
    const exchanged = await world.token({ grant_type: EXCHANGE, subject_token: pat, subject_token_type: PERSONAL });
    jwt("exchanged token", ok(exchanged).body.access_token);
    const { client_id, client_secret } = await world.app("portal", { redirect_urls: [APP], confidential: true });
    add("custom app's secret", client_secret);
    const browser = new Browser(world.base);
    const { code, redeem } = await earnCode(world.base, { client_id, redirect_uri: APP }, browser);
    add("authorization code", code);
    add("PKCE verifier", redeem.code_verifier);
    for (const cookie of browser.cookies) {
      const [name, value] = [cookie.slice(0, cookie.indexOf("=")), cookie.slice(cookie.indexOf("=") + 1)];
      if (value.length >= 12) add(`cookie ${name}`, value);
    }
    const login = ok(await world.token({ ...redeem, client_secret }));
    jwt("access token of a login", login.body.access_token);
    const refreshed = await world.token({
      ...{ grant_type: "refresh_token", client_id, client_secret },
      refresh_token: add("refresh token", login.body.refresh_token),
    });
    add("renewed refresh token", ok(refreshed).body.refresh_token);
    const issuer = `${world.hostile.origin}/one`;
    await identity.federation.createPolicy({ issuer, jwks_uri: `${issuer}/jwks` });
    const subject_token = jwt("subject token", await subjectToken(issuer));
    ok(await world.token({ grant_type: EXCHANGE, subject_token, subject_token_type: JWT, scope: "sql" }));
    const who = await identity.authenticate(`Bearer ${pat}`);
    const actor = { kind: "agent", name: "helper", scopes: ["sql"], resources: [] } as const;
    jwt("on-behalf-of token", (await identity.mintOnBehalfOf({ who, actor, scopes: ["sql"] })).token);
    ok(await world.call(pat, "POST", "/api/2.0/secrets/scopes/create", { scope: "vault" }));
    const string_value = canary("workspace secret");
    ok(await world.call(pat, "POST", "/api/2.0/secrets/put", { scope: "vault", key: "k", string_value }));
    ok(await world.call(pat, "GET", "/api/2.0/secrets/get?scope=vault&key=k"));
    await statement(`SELECT '${canary("SQL literal")}' AS harmless`);
  }

  async function statement(text: string): Promise<Said> {
    const { body } = await world.call(world.admin, "GET", "/api/2.0/sql/warehouses");
    const [first] = body.warehouses as unknown as readonly { id: string }[];
    const asked = { statement: text, warehouse_id: first!.id, wait_timeout: "50s" };
    return world.call(world.admin, "POST", "/api/2.0/sql/statements", asked);
  }

  /** Every secret is sent to where it does not belong, whole and with something wrong about it. */
  async function misuse(): Promise<void> {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (const [name, value] of secrets) {
      if (name === "SQL literal") continue;
      await forgetFailures();
      const wrong = `${value}x`;
      for (const token of [wrong, `a.b.${wrong}`, `dapi${wrong}`])
        refused(await world.call(token, "GET", "/api/2.0/preview/scim/v2/Me"));
      refused(await world.call(null, "GET", `/api/2.0/preview/scim/v2/Me?access_token=${encodeURIComponent(wrong)}`));
      refused(
        await world.call(null, "GET", "/api/2.0/sql/warehouses", undefined, { authorization: basic("x", wrong) }),
      );
      refused(await world.call(world.admin, "POST", "/api/2.0/secrets/put", undefined, { "x-secret": wrong }));
      refused(
        await world.token(`grant_type=client_credentials&client_id=x&client_secret=${wrong}&client_secret=${wrong}`),
      );
      refused(await world.token(`client_secret=${wrong}`, { "content-type": "application/json" }));
      for (const fields of [
        {
          grant_type: "authorization_code",
          code: wrong,
          code_verifier: wrong,
          client_id: "databricks-cli",
          redirect_uri: APP,
        },
        { grant_type: "refresh_token", refresh_token: wrong, client_id: "databricks-cli" },
        { grant_type: EXCHANGE, subject_token: wrong, subject_token_type: JWT },
        { grant_type: EXCHANGE, subject_token: `dapi${wrong}`, subject_token_type: PERSONAL },
        { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: wrong, authorization_details: "[]" },
        { grant_type: EXCHANGE, subject_token: wrong, subject_token_type: JWT, actor_token: wrong },
      ])
        refused(await world.token(fields, form));
      const send = (path: string, init: RequestInit) => fetch(`${world.base}${path}`, init);
      const authorization = `Bearer ${world.admin}`;
      for (const [path, init] of [
        ["/api/2.0/secrets/put", { method: "POST", headers: { authorization }, body: `{"string_value": "${wrong}` }],
        [
          "/api/2.0/secrets/put",
          {
            method: "POST",
            headers: { authorization },
            body: JSON.stringify({ scope: "vault", key: "k", string_value: { [wrong]: wrong } }),
          },
        ],
        [
          "/api/2.0/secrets/put",
          {
            method: "POST",
            headers: { authorization },
            body: JSON.stringify({ scope: "nowhere", key: "k", string_value: wrong }),
          },
        ],
        ["/api/2.0/sql/warehouses", { headers: { authorization: `Bearer ${wrong}${"a".repeat(64_000)}` } }],
        [
          "/oidc/v1/revoke",
          { method: "POST", headers: form, body: `token=${wrong}&client_id=nobody&client_secret=${wrong}` },
        ],
        [
          `/oidc/v1/callback?code=${encodeURIComponent(wrong)}&state=x`,
          { headers: { cookie: `lakeward_upstream=${wrong}` } },
        ],
        [
          "/oidc/v1/interaction/none",
          {
            method: "POST",
            headers: { ...form, cookie: `lakeward_session=${wrong}` },
            body: `password=${wrong}&name=${PERSON}`,
          },
        ],
      ] as const) {
        const response = await send(path, init as RequestInit);
        answers.push(`${await response.text()} ${JSON.stringify([...response.headers])}`);
        assert.ok(response.status >= 400, `${name} ${path} ${response.status}`);
      }
    }
    const browser = new Browser(world.base);
    const { page } = await browser.follow(
      loginOf({ client_id: "databricks-cli", redirect_uri: "http://localhost:8020" }).path,
      APP,
    );
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? assert.fail(page);
    const { page: again } = await browser.visit(action, { name: PERSON, password: `${PASSWORD}x`, answer: "login" });
    answers.push(again);
    const failed = await statement(`SELECT '${secrets.get("SQL literal")}' FROM nowhere.at.all`);
    assert.match(failed.text, /FAILED/);
  }

  /** So that each attempt is judged, and none is refused for those before it. */
  async function forgetFailures(): Promise<void> {
    const client = new pg.Client({ connectionString: world.database_url });
    await client.connect();
    await client.query("DELETE FROM failed_attempts");
    await client.end();
  }

  /** What stands behind the server fails, and says aloud what it was asked. */
  async function breakThings(): Promise<void> {
    const { identity, models } = world.platform.services;
    const api_key = secrets.get("provider API key")!;
    for (const status of [400, 401, 500]) {
      world.hostile.answers.set("/v1/chat/completions", (response, { headers }) => {
        assert.equal(headers.authorization, `Bearer ${api_key}`);
        response
          .writeHead(status)
          .end(JSON.stringify({ error: { message: `Incorrect API key provided: ${api_key}` } }));
      });
      const text = { type: "text", text: "x" } as const;
      const asked = { messages: [{ role: "user", parts: [text] }], tools: [], sampling: {}, stream: false } as const;
      const thrown: unknown = await wholeAnswer(models.chat("m").answer(asked, new AbortController().signal)).catch(
        (one: unknown) => one,
      );
      assert.ok(thrown instanceof Error);
      answers.push(thrown.message, JSON.stringify(thrown));
    }
    const issuer = `${world.hostile.origin}/one`;
    const secret = secrets.get("upstream client secret")!;
    world.hostile.json("/one/.well-known/openid-configuration", {
      ...{
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      },
    });
    world.hostile.answers.set("/one/token", (response, { body }) => {
      assert.ok(body.includes(secret));
      response
        .writeHead(500, { "content-type": "application/json" })
        .end(JSON.stringify({ error: body, error_description: body }));
    });
    const browser = new Browser(world.base);
    const { page } = await browser.follow(
      loginOf({ client_id: "databricks-cli", redirect_uri: "http://localhost:8020" }).path,
      APP,
    );
    const { location } = await browser.visit(`${/action="([^"]+)"/.exec(page)![1]}/login/0`);
    const state = new URL(location!).searchParams.get("state")!;
    const back = new URLSearchParams({ code: canary("upstream code"), state, iss: issuer });
    const { page: told, status } = await browser.visit(`/oidc/v1/callback?${back}`);
    assert.equal(status, 400, told);
    answers.push(told);
    const client = new pg.Client({ connectionString: world.database_url });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const subject_token = await subjectToken(issuer);
    const robot = await identity.servicePrincipals.create({ display_name: "broken" });
    for (const { name } of tables.rows.filter(({ name: one }) => /token|secret|password|authorization|app/.test(one))) {
      await client.query(`ALTER TABLE "${name}" RENAME TO gone`);
      const pat = secrets.get("personal access token")!;
      const said = [
        await world.call(pat, "GET", "/api/2.0/preview/scim/v2/Me"),
        await world.call(pat, "POST", "/api/2.0/secrets/put", {
          scope: "vault",
          key: "k",
          string_value: secrets.get("workspace secret")!,
        }),
        await world.token(
          { grant_type: "client_credentials" },
          { authorization: basic(robot.name, secrets.get("service principal's secret")!) },
        ),
        await world.token({ grant_type: EXCHANGE, subject_token, subject_token_type: JWT }),
        await world.token({ grant_type: EXCHANGE, subject_token: pat, subject_token_type: PERSONAL }),
        await world.token({
          grant_type: "refresh_token",
          refresh_token: secrets.get("refresh token")!,
          client_id: "databricks-cli",
        }),
      ];
      await client.query(`ALTER TABLE gone RENAME TO "${name}"`);
      for (const { text, status } of said) if (status >= 400) answers.push(text);
      broken += said.filter(({ status }) => status >= 500).length;
    }
    await client.end();
  }
  let broken = 0;

  /** What the processes that the server started were given. */
  function collectProcesses(): void {
    const parents = new Map<number, number>();
    for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one)))
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
      } catch {
        // It has ended.
      }
    const isOurs = (pid: number | undefined): boolean =>
      pid !== undefined && (parents.get(pid) === process.pid || (pid > 1 && isOurs(parents.get(pid))));
    for (const pid of parents.keys())
      if (isOurs(pid))
        try {
          environments.push(
            `${readFileSync(`/proc/${pid}/environ`, "utf8")}\n${readFileSync(`/proc/${pid}/cmdline`, "utf8")}`,
          );
        } catch {
          // It has ended, or is another user's.
        }
  }

  async function collect(lines: readonly string[]): Promise<void> {
    sinks.set("log", lines.join(""));
    sinks.set("stdout and stderr", printed.join(""));
    sinks.set("answers and errors", answers.join("\n"));
    sinks.set("environments of child processes", environments.join("\n"));
    for (const path of globSync("**/*", { cwd: world.data_dir }))
      if (statSync(join(world.data_dir, path)).isFile())
        sinks.set(`file ${path}`, readFileSync(join(world.data_dir, path), "latin1"));
    const client = new pg.Client({ connectionString: world.database_url });
    await client.connect();
    const { rows } = await client.query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE schemaname NOT IN ${SYSTEM_SCHEMAS}`,
    );
    for (const { schema, name } of rows) {
      const dump = await client.query<{ text: string }>(
        `SELECT row_to_json(t)::text AS text FROM "${schema}"."${name}" t`,
      );
      sinks.set(`table ${schema}.${name}`, dump.rows.map(({ text }) => text).join("\n"));
    }
    await client.end();
    for (const table of ["system.access.audit", "system.serving.endpoint_usage", "system.serving.served_entities"])
      sinks.set(table, (await statement(`SELECT * FROM ${table}`)).text);
    for (const path of ["/metrics", "/api/2.0/preview/scim/v2/Users", "/api/2.0/token-management/tokens"])
      sinks.set(`GET ${path}`, (await world.call(world.admin, "GET", path)).text);
  }

  /** As it is, and as a dump of bytes or an address would show it. */
  const formsOf = (secret: string): readonly string[] => {
    const bytes = Buffer.from(secret);
    return [secret, bytes.toString("hex"), bytes.toString("base64").replace(/=+$/, ""), encodeURIComponent(secret)];
  };

  it("were all made, used, misused and met with failures behind the server", () => {
    assert.ok(secrets.size >= 18, [...secrets.keys()].join(", "));
    assert.ok(broken >= 5, `${broken} server errors`);
    assert.ok(sinks.get("log")!.split("\n").length > 20);
    assert.ok(environments.length >= 1);
    assert.ok([...sinks.keys()].filter((one) => one.startsWith("table ")).length > 20);
    assert.ok(
      [...sinks.keys()].some((one) => /^file .*journal|^file audit/.test(one)),
      [...sinks.keys()].join("\n"),
    );
    for (const table of ["system.access.audit", "system.serving.endpoint_usage", "system.serving.served_entities"])
      assert.match(sinks.get(table)!, /SUCCEEDED/);
    assert.match(sinks.get("system.serving.endpoint_usage")!, /EMAIL_ADDRESS/, "a guardrail has blocked");
  });

  it("are in no log, file, table, answer or environment but where they are meant to be", () => {
    const found: string[] = [];
    for (const [secret, value] of secrets)
      for (const [sink, text] of sinks) {
        if (!formsOf(value).some((form) => text.includes(form))) continue;
        if (expected.some(([one, where]) => one.test(secret) && where.test(sink))) continue;
        found.push(`${secret} in ${sink}`);
      }
    assert.deepEqual(found, []);
    for (const [secret, where, why] of expected)
      assert.ok(
        [...secrets].some(
          ([name, value]) =>
            secret.test(name) && [...sinks].some(([sink, text]) => where.test(sink) && text.includes(value)),
        ),
        `nothing is there any more: ${why}`,
      );
  });

  it("are not kept in a statement's text: of a statement is on record what it touched, not what it said", () => {
    const literal = secrets.get("SQL literal")!;
    assert.deepEqual(
      [...sinks].filter(([, text]) => text.includes(literal)).map(([sink]) => sink),
      [],
    );
  });

  it("would be found where one is: a planted one is", () => {
    assert.ok(formsOf(world.admin).some((form) => sinks.get("file admin-token")!.includes(form)));
    assert.ok(
      formsOf(secrets.get("upstream client secret")!).some((form) => sinks.get("file lakeward.yaml")!.includes(form)),
    );
  });
});
