import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { createEgress, type EgressPurpose } from "#net/mod.ts";
import { type Attacked, attackedWorld } from "./attacked.ts";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT = "urn:ietf:params:oauth:token-type:jwt";

/** Addresses of what must not be reached, in the spellings that parsers disagree on. */
const inside = [
  ...["127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0"],
  ...[
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
  ],
  ...["[2002:7f00:1::]", "[fe80::1]", "[fd00::1]", "[fec0::1]", "10.0.0.1", "172.16.0.1", "172.31.255.255"],
  ...["192.168.0.1", "169.254.169.254", "0xa9fea9fe", "[::ffff:a9fe:a9fe]", "100.64.0.1", "0.0.0.0", "255.255.255.255"],
  ...["224.0.0.1", "localhost", "LOCALHOST", "①②⑦.⓪.⓪.①"],
];

describe("attacks on outbound calls", () => {
  let world: Attacked;
  let key: CryptoKey;
  let jwks: object;

  before(async () => {
    world = await attackedWorld();
    const pair = await generateKeyPair("RS256", { extractable: true });
    key = pair.privateKey;
    jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k", alg: "RS256" }] };
  });
  after(() => world?.[Symbol.asyncDispose]());

  const policies = () => world.platform.services.identity.federation;
  const exchange = async (issuer: string) => {
    const now_s = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: world.account_id, sub: "ida@board.example", iat: now_s, exp: now_s + 60 };
    const subject_token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(key);
    return world.token({ grant_type: EXCHANGE, subject_token, subject_token_type: JWT, scope: "sql" });
  };
  /** One policy at a time, so that the account's five are never used up. */
  const under = async <T>(policy: { issuer: string; jwks_uri?: string }, work: () => Promise<T>): Promise<T> => {
    const path = `/api/2.0/accounts/${world.account_id}/federationPolicies`;
    const { policy_id } = await policies().createPolicy(policy);
    try {
      return await work();
    } finally {
      await world.call(world.admin, "DELETE", `${path}/${policy_id}`);
    }
  };
  const refused = async (issuer: string) => {
    const began_ms = Date.now();
    const { status, body, text } = await exchange(issuer);
    assert.ok(status >= 400 && body.access_token === undefined, text);
    assert.ok(Date.now() - began_ms < 9_000);
    assert.doesNotMatch(text, /canary|ECONNREFUSED|certificate/);
    return text;
  };

  it("fetches an issuer's keys where the operator allowed it, so that each refusal below has one cause", async () => {
    const issuer = `${world.hostile.origin}/good`;
    world.hostile.json("/good/.well-known/openid-configuration", { issuer, jwks_uri: `${issuer}/jwks` });
    world.hostile.json("/good/jwks", jwks);
    const { status, text } = await under({ issuer }, () => exchange(issuer));
    assert.equal(status, 200, text);
  });

  it("reaches no inner address for any purpose, by its numbers or its name", async () => {
    const egress = createEgress({ allow: [] });
    for (const purpose of ["idp", "client", "model", "connection"] satisfies EgressPurpose[])
      for (const host of inside)
        for (const url of [`https://${host}/x`, `https://${host}:8443/x`, `http://${host}/x`])
          await assert.rejects(
            egress.fetch(url, { purpose, timeout_ms: 2_000 }),
            (thrown: Error & { code?: string }) => thrown.code === "PERMISSION_DENIED",
            `${purpose} ${url}`,
          );
    await egress.close();
  });

  it("connects to the address that was judged: a name that changes its answer meanwhile gains nothing", async () => {
    const { port } = new URL(world.hostile.origin);
    let asked = 0;
    const egress = createEgress({
      allow: [],
      resolver: async () => {
        asked += 1;
        return [{ address: asked === 1 ? "192.0.2.1" : "127.0.0.1", family: 4 }];
      },
    });
    const before_it = world.hostile.asked.length;
    for (let i = 0; i < 3; i += 1)
      await assert.rejects(egress.fetch(`https://rebound.example:${port}/`, { purpose: "idp", timeout_ms: 2_000 }));
    assert.equal(asked, 3);
    assert.equal(world.hostile.asked.length, before_it);
    await egress.close();
  });

  it("fetches keys from no inner address that a policy or an issuer's metadata name", async () => {
    const issuer = `${world.hostile.origin}/leads`;
    const before_it = world.hostile.asked.length;
    const { port } = new URL(world.hostile.origin);
    for (const host of ["127.0.0.1", "[::1]", "2130706433", "169.254.169.254", "10.0.0.1"]) {
      const jwks_uri = `https://${host}:${port}/jwks`;
      await under({ issuer: "https://idp.example", jwks_uri }, () => refused("https://idp.example"));
    }
    assert.equal(world.hostile.asked.length, before_it);
    for (const [i, jwks_uri] of [
      ...[`https://127.0.0.1:${port}/good/jwks`, "http://localhost/jwks", "file:///etc/passwd", "javascript:alert(1)"],
      ...["https://169.254.169.254/latest", `https://user:x@localhost:${port}/good/jwks`, 7, null],
    ].entries()) {
      const one = `${issuer}-${i}`;
      world.hostile.json(`/leads-${i}/.well-known/openid-configuration`, { issuer: one, jwks_uri });
      await under({ issuer: one }, () => refused(one));
    }
    assert.ok(!world.hostile.asked.some(({ url }) => url.endsWith("/good/jwks") && url.includes("@")));
  });

  it("follows no redirect of a key set inwards, reads no more than its bytes, and waits no longer than its time", async () => {
    const odd: readonly (readonly [string, Parameters<Attacked["hostile"]["answers"]["set"]>[1]])[] = [
      ["to-metadata", (response) => response.writeHead(302, { location: "https://169.254.169.254/latest" }).end()],
      ["to-loopback", (response) => response.writeHead(307, { location: "https://127.0.0.1:1/jwks" }).end("canary")],
      ["to-plain", (response) => response.writeHead(302, { location: "http://localhost/jwks" }).end()],
      ["to-file", (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end()],
      ["round", (response) => response.writeHead(302, { location: "/round/jwks" }).end()],
      ["big", (response) => response.writeHead(200).end(`{"keys":[],"x":"${"canary".repeat(2_000_000)}"}`)],
      ["text", (response) => response.writeHead(200).end("canary")],
      ["error", (response) => response.writeHead(500).end("canary")],
      [
        "drip",
        (response) => {
          response.writeHead(200);
          const drip = setInterval(() => response.write(" "), 50);
          response.on("close", () => clearInterval(drip));
        },
      ],
    ];
    for (const [name, answer] of odd) {
      const issuer = `${world.hostile.origin}/${name}`;
      world.hostile.answers.set(`/${name}/jwks`, answer);
      await under({ issuer, jwks_uri: `${issuer}/jwks` }, () => refused(issuer));
    }
  });
});

/** Ways out of the process. What only reads addresses or declares types is none. */
const WAYS_OUT: readonly RegExp[] = [
  /\bimport\s+(?!type\b)[^;]*from\s+"(?:node:)?(?:http|https|http2|tls|dgram|dns|dns\/promises|inspector)"/,
  /\bimport\s+(?!type\b)[^;]*\b(?:Socket|connect|createConnection)\b[^;]*from\s+"(?:node:)?net"/,
  /\bimport\s+\*[^;]*from\s+"(?:node:)?(?:net|http|https)"/,
  /\bfrom\s+"undici"/,
  /\b(?:import|require)\(\s*"(?:node:)?(?:http|https|http2|net|tls|dgram|dns|undici)"/,
  /(?<![.\w])(?:globalThis\.|global\.|window\.)?fetch\s*\(/,
  /\bglobalThis\s*\.?\[?\s*["']?fetch\b/,
  /\bnew\s+(?:WebSocket|EventSource|XMLHttpRequest)\b/,
  /\bcreateRemoteJWKSet\b/,
  /\bgetBuiltinModule\b/,
];

/** Declarations and members that are called so; calls of the global are what is looked for. */
const named = (source: string): string =>
  source
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm, "")
    .replaceAll(/^\s*(?:readonly )?fetch\([^)]*\):.*$/gm, "");

const waysOut = (source: string): readonly string[] =>
  WAYS_OUT.filter((way) => way.test(named(source))).map((way) => way.source);

/** Files that may, and why. */
const allowed: Readonly<Record<string, string>> = {
  "src/net/egress.ts": "the one way out",
  "src/net/whole.ts": "sends to the target that the egress function gives it, by that one's dispatcher",
  "src/net/resolve.ts": "resolves what the egress function is about to call",
  "src/identity/federation/issuer-keys.ts": "calls its parameter `fetch`, which is the egress function's answer",
  "src/agents/process/runner.ts":
    "runs in the agent's own process, which is confined by the system: test/agents/confinement.test.ts",
  "src/sql/python/runner.ts":
    "runs in a Python function's own process, whose network is empty: test/attacks/sql/python/hostile.test.ts",
  "src/http/unreadable.ts": "reads the names of statuses",
};

describe("the sources", () => {
  it("have no way out but the egress function", () => {
    const files = globSync("src/**/*.ts", { cwd: process.cwd(), exclude: ["**/*.test.ts"] });
    assert.ok(files.length > 100);
    const found = files.filter((file) => waysOut(readFileSync(file, "utf8")).length > 0);
    assert.deepEqual(
      found.filter((file) => !(file in allowed)),
      [],
    );
    assert.deepEqual(
      Object.keys(allowed).filter((file) => !found.includes(file)),
      [],
    );
  });

  for (const planted of [
    'import { request } from "node:https";',
    'import http from "http";',
    'import { connect } from "node:net";',
    'import { type AddressInfo, Socket } from "node:net";',
    'import * as net from "node:net";',
    'import { lookup } from "node:dns";',
    'import { Agent } from "undici";',
    'const { request } = await import("node:https");',
    'const http = require("http");',
    "const answer = await fetch(url);",
    "globalThis.fetch(url);",
    'globalThis["fetch"](url);',
    "const keys = createRemoteJWKSet(new URL(jku));",
    "new WebSocket(url);",
    'process.getBuiltinModule("net");',
  ])
    it(`would be caught with a way out planted: ${planted}`, () => assert.ok(waysOut(planted).length > 0));
});
