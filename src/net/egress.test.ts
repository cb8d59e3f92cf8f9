import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createPlainServer, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { systemClock, systemIds } from "#host/mod.ts";
import type { ErrorCode } from "#wire/errors.ts";
import { createEgress, type Egress, openLocalCa } from "./mod.ts";
import type { Resolver } from "./resolve.ts";

const refusedUrls = [
  "https://127.0.0.1/",
  "https://0177.0.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://127.1/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:169.254.169.254]/",
  "https://169.254.169.254/latest/meta-data/",
  "https://10.0.0.1/",
  "https://100.64.0.1/",
  "https://0.0.0.0/",
  "https://224.0.0.1/",
  "https://localhost/",
  "https://rebound.example/",
  "https://mixed.example/",
  "https://user:password@public.example/",
  "http://public.example/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/plain,x",
];

const names: Record<string, string[]> = {
  localhost: ["127.0.0.1"],
  "rebound.example": ["169.254.169.254"],
  "mixed.example": ["8.8.8.8", "10.0.0.1"],
  "idp.example": ["127.0.0.1"],
};
const resolver: Resolver = async (hostname) =>
  (names[hostname] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

const code = (wanted: ErrorCode) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === wanted;

describe("the egress function", () => {
  let directory = "";
  let server: Server;
  let plain: Server;
  let port = 0;
  let egress: Egress;
  let asked: { url: string | undefined; authorization: string | undefined }[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lakeward-egress-"));
    const ca = await openLocalCa({ data_dir: directory, clock: systemClock, ids: systemIds });
    const certificate = await ca.serverCertificate("server", ["idp.example", "localhost"]);
    server = createServer(certificate, (request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      if (request.url === "/big") response.end(Buffer.alloc(10 * 1024 * 1024, "secret-body"));
      else if (request.url === "/metadata")
        response.writeHead(302, { location: "https://169.254.169.254/latest" }).end("secret-body");
      else if (request.url === "/there") response.writeHead(302, { location: "/here" }).end();
      else if (request.url === "/round") response.writeHead(302, { location: "/round" }).end();
      else if (request.url === "/slow") response.write("a");
      else response.end(JSON.stringify({ url: request.url }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    plain = createPlainServer((_request, response) => response.end("plain"));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const plainPort = (plain.address() as AddressInfo).port;
    egress = createEgress({
      resolver,
      ca: ca.certificate,
      allow: [
        { host: "idp.example", port, purpose: "idp" },
        { host: "localhost", port: plainPort, purpose: "model" },
        { host: "localhost", port: plainPort, purpose: "idp" },
      ],
    });
  });
  after(async () => {
    await egress.close();
    server.closeAllConnections();
    server.close();
    plain.closeAllConnections();
    plain.close();
    await rm(directory, { recursive: true });
  });

  for (const url of refusedUrls) {
    it(`refuses ${url}`, () => assert.rejects(egress.fetch(url, { purpose: "idp" }), code("PERMISSION_DENIED")));
  }

  it("reaches a host that is listed for the purpose, under the local authority's certificate", async () => {
    const answer = await egress.fetch(`https://idp.example:${port}/here`, { purpose: "idp" });
    assert.equal(answer.status, 200);
    assert.equal(answer.text(), '{"url":"/here"}');
  });

  it("does not reach it for another purpose, nor on another port", async () => {
    await assert.rejects(
      egress.fetch(`https://idp.example:${port}/`, { purpose: "connection" }),
      code("PERMISSION_DENIED"),
    );
    await assert.rejects(
      egress.fetch(`https://idp.example:${port + 1}/`, { purpose: "idp" }),
      code("PERMISSION_DENIED"),
    );
  });

  it("speaks plain http to a listed model, never to an identity provider", async () => {
    const { port: at } = plain.address() as AddressInfo;
    assert.equal((await egress.fetch(`http://localhost:${at}/`, { purpose: "model" })).text(), "plain");
    await assert.rejects(egress.fetch(`http://localhost:${at}/`, { purpose: "idp" }), code("PERMISSION_DENIED"));
  });

  it("follows a redirect on the same host and judges each one anew", async () => {
    const answer = await egress.fetch(`https://idp.example:${port}/there`, { purpose: "idp" });
    assert.equal(answer.text(), '{"url":"/here"}');
    await assert.rejects(
      egress.fetch(`https://idp.example:${port}/metadata`, { purpose: "idp" }),
      (thrown: Error) => code("PERMISSION_DENIED")(thrown) && !thrown.message.includes("secret-body"),
    );
    asked = [];
    await assert.rejects(egress.fetch(`https://idp.example:${port}/round`, { purpose: "idp" }), code("BAD_GATEWAY"));
    assert.equal(asked.length, 4);
  });

  it("hands a redirect of a POST back instead of following it", async () => {
    const answer = await egress.fetch(`https://idp.example:${port}/there`, {
      purpose: "idp",
      method: "POST",
      body: "x",
    });
    assert.equal(answer.status, 302);
  });

  it("stops at the size limit and says nothing of the body", () =>
    assert.rejects(
      egress.fetch(`https://idp.example:${port}/big`, { purpose: "idp", bytes_max: 1000 }),
      (thrown: Error) => code("BAD_GATEWAY")(thrown) && !thrown.message.includes("secret-body"),
    ));

  it("stops an answer that trickles for longer than its time", () =>
    assert.rejects(
      egress.fetch(`https://idp.example:${port}/slow`, { purpose: "idp", timeout_ms: 200 }),
      code("DEADLINE_EXCEEDED"),
    ));
});
