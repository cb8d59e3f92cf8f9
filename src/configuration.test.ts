import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CONFIGURATION_FILE, readConfiguration } from "./configuration.ts";

const NOTHING = { egress: { allow: [] }, http: { trusted_proxies: [] }, login: { providers: [] } };

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

  it("names the proxies in front, by address or range", async () => {
    writeFileSync(join(folder, CONFIGURATION_FILE), 'http: { trusted_proxies: ["10.0.0.0/8", "::1"] }');
    assert.deepEqual((await readConfiguration(folder)).http.trusted_proxies, ["10.0.0.0/8", "::1"]);
  });

  for (const [text, expected] of [
    ["http: { trusted_proxies: [proxy.example] }", /trusted_proxies\[0\] is an address, or a range/],
    ['http: { trusted_proxies: ["10.0.0.0/33"] }', /trusted_proxies\[0\] is an address, or a range/],
    ["http: { trusted_proxies: [true] }", /trusted_proxies\[0\] is an address, or a range/],
    ["http: { trust: all }", /http has 'trust', which is no setting/],
    ["login: { providers: [{ name: Board, client_id: lake }] }", /providers\[0\].issuer is missing/],
    ["login: { providers: [{ name: B, client_id: l, issuer: http://x }] }", /issuer is an https URL/],
    ["login: { providers: { name: B } }", /login.providers is a list/],
    ["egres: {}", /the file has 'egres', which is no setting; known: egress, http, login/],
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
