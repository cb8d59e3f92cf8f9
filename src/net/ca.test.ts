import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { systemIds } from "#host/mod.ts";
import { openLocalCa } from "./mod.ts";

const DAY_MS = 86_400_000;
const hosts = ["localhost", "127.0.0.1", "::1", "lake.example"];

describe("the local certificate authority", () => {
  let data_dir = "";
  let now_ms = Date.now();
  const open = () => openLocalCa({ data_dir, clock: { now_ms: () => now_ms }, ids: systemIds });

  before(async () => {
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-ca-"));
  });
  after(() => rm(data_dir, { recursive: true }));

  it("signs a server certificate for all its hosts, with keys that only the owner may read", async () => {
    const ca = await open();
    const server = await ca.serverCertificate("server", hosts);
    const certificate = new X509Certificate(server.cert);
    assert.ok(certificate.verify(new X509Certificate(ca.certificate).publicKey));
    assert.ok(certificate.checkHost("localhost") && certificate.checkHost("lake.example"));
    assert.ok(certificate.checkIP("127.0.0.1") && certificate.checkIP("::1"));
    assert.equal(certificate.checkHost("other.example"), undefined);
    for (const file of await readdir(join(data_dir, "tls"))) {
      assert.equal((await stat(join(data_dir, "tls", file))).mode & 0o777, 0o600, file);
    }
  });

  it("keeps authority and certificate at the next start", async () => {
    const [first, again] = [await open(), await open()];
    assert.equal(again.certificate, first.certificate);
    assert.deepEqual(await again.serverCertificate("server", hosts), await first.serverCertificate("server", hosts));
  });

  it("makes the certificate anew when the hosts change or its end is near", async () => {
    const ca = await open();
    const first = await ca.serverCertificate("server", hosts);
    const renamed = await ca.serverCertificate("server", [...hosts, "new.example"]);
    assert.notEqual(renamed.cert, first.cert);
    now_ms += 380 * DAY_MS;
    const renewed = await ca.serverCertificate("server", [...hosts, "new.example"]);
    assert.notEqual(renewed.cert, renamed.cert);
    assert.ok(new X509Certificate(renewed.cert).validToDate.getTime() > now_ms + 300 * DAY_MS);
  });
});
