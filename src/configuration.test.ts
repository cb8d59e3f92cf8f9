import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CONFIGURATION_FILE, readConfiguration } from "./configuration.ts";

describe("lakeward.yaml", () => {
  const folder = mkdtempSync(join(tmpdir(), "lakeward-yaml-"));
  after(() => rmSync(folder, { recursive: true }));

  it("may be missing or empty", async () => {
    assert.deepEqual(await readConfiguration(join(folder, "none")), { egress: { allow: [] } });
    writeFileSync(join(folder, CONFIGURATION_FILE), "# nothing yet\n");
    assert.deepEqual(await readConfiguration(folder), { egress: { allow: [] } });
  });

  it("lists who may be called, and for what", async () => {
    writeFileSync(
      join(folder, CONFIGURATION_FILE),
      "egress:\n  allow:\n    - { host: localhost, port: 11434, purpose: model }\n",
    );
    const entry = { host: "localhost", port: 11434, purpose: "model" };
    assert.deepEqual(await readConfiguration(folder), { egress: { allow: [entry] } });
  });

  for (const [text, expected] of [
    ["egres: {}", /the file has 'egres', which is no setting; known: egress/],
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
