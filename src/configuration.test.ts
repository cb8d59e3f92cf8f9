import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CONFIGURATION_FILE, readConfiguration } from "./configuration.ts";

const NOTHING = {
  egress: { allow: [] },
  http: { trusted_proxies: [] },
  login: { providers: [] },
  models: { aliases: {}, prices: [] },
  python_functions: { unisolated: false },
  trusted_issuers: [],
  warehouse: {},
};

describe("lakeward.yaml", () => {
  const folder = mkdtempSync(join(tmpdir(), "lakeward-yaml-"));
  after(() => rmSync(folder, { recursive: true }));

  it("may be missing or empty", async () => {
    assert.deepEqual(await readConfiguration(join(folder, "none")), NOTHING);
    writeFileSync(join(folder, CONFIGURATION_FILE), "# nothing yet\n");
    assert.deepEqual(await readConfiguration(folder), NOTHING);
  });

  it("lists who may be called, and for what", async () => {
    writeFileSync(
      join(folder, CONFIGURATION_FILE),
      "egress:\n  allow:\n    - { host: localhost, port: 11434, purpose: model }\n",
    );
    const entry = { host: "localhost", port: 11434, purpose: "model" };
    assert.deepEqual(await readConfiguration(folder), { ...NOTHING, egress: { allow: [entry] } });
  });

  it("names where people may log in; without a claim, by their e-mail address", async () => {
    const text = "login: { providers: [{ name: Board, issuer: https://idp.example, client_id: lake }] }";
    writeFileSync(join(folder, CONFIGURATION_FILE), text);
    const board = { name: "Board", issuer: "https://idp.example", client_id: "lake" };
    const { login } = await readConfiguration(folder);
    assert.deepEqual(login.providers, [{ ...board, subject_claim: "email", new_users_of: [] }]);
  });

  it("lets Databricks' names of models mean endpoints", async () => {
    const aliases = { "databricks-claude-sonnet-4": "advisor", "system.ai.gpt-5-mini": "advisor" };
    writeFileSync(join(folder, CONFIGURATION_FILE), JSON.stringify({ models: { aliases } }));
    assert.deepEqual((await readConfiguration(folder)).models, { aliases, prices: [] });
  });

  it("says what models cost whose price is in no list", async () => {
    const priced = "{ provider: custom, model: mine, input: 1, cached_input: 0.1, output: 2 }";
    writeFileSync(join(folder, CONFIGURATION_FILE), `models: { prices: [${priced}] }`);
    assert.deepEqual((await readConfiguration(folder)).models.prices, [["custom", "mine", 1, 0.1, 2]]);
  });

  it("sets limits of the warehouse, within bounds", async () => {
    const path = join(folder, CONFIGURATION_FILE);
    writeFileSync(path, "warehouse: { memory_mb: 2048, statement_s: 60, waiting_per_user_max: 20 }");
    const set = { memory_mb: 2048, statement_s: 60, waiting_per_user_max: 20 };
    assert.deepEqual((await readConfiguration(folder)).warehouse, set);
    for (const [text, says] of [
      ["warehouse: { memory_mb: 1 }", /warehouse\.memory_mb is a whole number from 128 to/],
      ["warehouse: { spill_mb: much }", /warehouse\.spill_mb is a whole number/],
      ["warehouse: { memory_gb: 1 }", /warehouse has 'memory_gb', which is no setting/],
    ] as const) {
      writeFileSync(path, text);
      await assert.rejects(readConfiguration(folder), says);
    }
  });

  it("names the proxies in front, by address or range", async () => {
    writeFileSync(join(folder, CONFIGURATION_FILE), 'http: { trusted_proxies: ["10.0.0.0/8", "::1"] }');
    assert.deepEqual((await readConfiguration(folder)).http.trusted_proxies, ["10.0.0.0/8", "::1"]);
  });

  it("names whose tokens the API takes as they are: users by name unless told, each of their scopes for which of ours", async () => {
    writeFileSync(
      join(folder, CONFIGURATION_FILE),
      `trusted_issuers:
  - name: entra
    issuer: https://sts.windows.net/tenant/
    audiences: ["api://lake"]
    users: { claim: oid, by: external_id }
    service_principals: { claim: appid }
    accepted_scopes: { Lake.Read: [sql, unity-catalog] }
  - { name: ci, issuer: https://ci.example, audiences: [lake], jwks_uri: https://ci.example/k, workloads: { scopes: [sql] } }
`,
    );
    const { trusted_issuers } = await readConfiguration(folder);
    assert.deepEqual(trusted_issuers, [
      {
        ...{ name: "entra", issuer: "https://sts.windows.net/tenant/", audiences: ["api://lake"] },
        ...{ jwks_uri: null, jwks_json: null },
        users: { claim: "oid", by: "external_id" },
        service_principals: { claim: "appid", by: "name" },
        accepted_scopes: new Map([["Lake.Read", ["sql", "unity-catalog"]]]),
      },
      {
        ...{ name: "ci", issuer: "https://ci.example", audiences: ["lake"] },
        ...{ jwks_uri: "https://ci.example/k", jwks_json: null },
        accepted_scopes: new Map(),
        workloads: { scopes: ["sql"] },
      },
    ]);
  });

  const okta = "name: o, issuer: https://o.example";
  const users = "users: { claim: sub }";
  const accepted = "accepted_scopes: { a: [sql] }";
  const whole = `${okta}, audiences: [l], ${users}, ${accepted}`;
  const trusted = (text: string): string => `trusted_issuers: [{ ${text} }]`;

  for (const [text, expected] of [
    ["python_functions: yes", /python_functions is 'unisolated', or left out/],
    [trusted(`${okta}, ${users}, ${accepted}`), /trusted_issuers\[0\].audiences is missing/],
    [trusted(`${okta}, audiences: [], ${users}, ${accepted}`), /audiences is missing/],
    [trusted(`${okta}, audiences: l, ${users}, ${accepted}`), /audiences is a list/],
    [trusted(`${okta}, audiences: [' '], ${users}, ${accepted}`), /audiences\[0\] is a text/],
    [trusted(`${okta}, audiences: [l], ${accepted}`), /names nobody/],
    [trusted(`${okta}, audiences: [l], ${users}`), /accepted_scopes is missing/],
    [trusted(`${okta}, audiences: [l], ${users}, accepted_scopes: { a: [] }`), /accepted_scopes.a is a list of scopes/],
    [trusted(`${okta}, audiences: [l], ${users}, accepted_scopes: { a: [root] }`), /accepted_scopes.a is a list/],
    [trusted(`${okta}, audiences: [l], users: { claim: azp }, ${accepted}`), /users.claim cannot be 'azp'/],
    [trusted(`${okta}, audiences: [l], users: { claim: aud }, ${accepted}`), /users.claim cannot be 'aud'/],
    [trusted(`${okta}, audiences: [l], users: {}, ${accepted}`), /users.claim is missing/],
    [trusted(`${okta}, audiences: [l], users: { claim: sub, by: id }, ${accepted}`), /users.by is one of name, ext/],
    [trusted(`${whole}, workloads: { scopes: [sql] }`), /has workloads/],
    [trusted(`${whole}, jwks_uri: http://o.example/k`), /jwks_uri is an https URL/],
    [trusted(`${whole}, scopes: [sql]`), /has 'scopes', which is no setting/],
    [trusted(`${whole.replace("https:", "http:")}`), /issuer is one https URL/],
    [trusted(`${whole.replace("o.example", "a@o.example")}`), /issuer is one https URL/],
    [trusted(`${whole.replace("https://o.example", "'https://o.example/{tenantid}'")}`), /issuer is one https URL/],
    [trusted(`${whole.replace("name: o", "name: o p")}`), /name has letters/],
    ["http: { trusted_proxies: [proxy.example] }", /trusted_proxies\[0\] is an address, or a range/],
    ['http: { trusted_proxies: ["10.0.0.0/33"] }', /trusted_proxies\[0\] is an address, or a range/],
    ["http: { trusted_proxies: [true] }", /trusted_proxies\[0\] is an address, or a range/],
    ["http: { trust: all }", /http has 'trust', which is no setting/],
    ["login: { providers: [{ name: Board, client_id: lake }] }", /providers\[0\].issuer is missing/],
    ["login: { providers: [{ name: B, client_id: l, issuer: http://x }] }", /issuer is an https URL/],
    ["login: { providers: { name: B } }", /login.providers is a list/],
    [
      "egres: {}",
      /the file has 'egres', which is no setting; known: egress, http, login, models, python_functions, trusted_issuers/,
    ],
    ["models: { safety_judge: x }", /models\.safety_judge is a mapping with endpoint, kind, on_failure/],
    ["models: { safety_judge: {} }", /models\.safety_judge\.endpoint is missing/],
    ["models: { safety_judge: { endpoint: x, kind: y } }", /models\.safety_judge\.kind is one of guard, instruct/],
    ["models: { safety_judge: { endpoint: x, on_failure: open } }", /on_failure is one of refuse, lexicon/],
    ["models: { prices: [{ provider: custom }] }", /models\.prices\[0\]\.model is missing/],
    ["models: { aliases: [x] }", /models\.aliases is a mapping with names of Databricks' models/],
    ["models: { aliases: { pilot: x } }", /models\.aliases\.pilot is no name of Databricks' models/],
    ["models: { aliases: { databricks-gpt-5: '' } }", /models\.aliases\.databricks-gpt-5 is a text/],
    [
      "models: { aliases: { databricks-gpt-5: databricks-gpt-4, databricks-gpt-4: x } }",
      /models\.aliases\.databricks-gpt-5 leads to another alias/,
    ],
    ["egress: [1]", /egress is a mapping with allow/],
    ["egress: { allow: { host: x } }", /egress.allow is a list/],
    [
      "egress: { allow: [{ host: x, port: 1, purpose: everything }] }",
      /allow\[0\].purpose is one of idp, client, model/,
    ],
    ["egress: { allow: [{ host: x, port: 70000, purpose: idp }] }", /allow\[0\].port is a port number/],
    ["egress: { allow: [{ host: '', port: 1, purpose: idp }] }", /allow\[0\].host/],
    ["egress: { allow: [{ host: x, port: 1, purpose: idp, tls: no }] }", /has 'tls', which is no setting/],
    ["egress: [", /lakeward.yaml cannot be used: .*line/],
    ["- egress", /the file is a mapping/],
  ] as const) {
    it(`is refused, with the place named: ${text}`, async () => {
      writeFileSync(join(folder, CONFIGURATION_FILE), text);
      await assert.rejects(readConfiguration(folder), expected);
    });
  }
});
