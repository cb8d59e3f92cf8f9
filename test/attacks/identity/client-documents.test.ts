import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser } from "../../identity/browser.ts";
import { type Attacked, attackedWorld, earnCode, loginOf, throughPages } from "./attacked.ts";

const APP = "https://app.example/callback";

describe("attacks by clients that describe themselves", () => {
  let world: Attacked;
  let count = 0;

  before(async () => {
    world = await attackedWorld();
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** Publishes a document. @returns its address, which is the client's id. */
  const publish = (change: object = {}): string => {
    count += 1;
    const client_id = `${world.hostile.origin}/client-${count}`;
    world.hostile.json(`/client-${count}`, {
      ...{ client_id, client_name: "Visitor", redirect_uris: [APP], token_endpoint_auth_method: "none" },
      ...{ grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], ...change },
    });
    return client_id;
  };
  const visit = (client_id: string, redirect_uri = APP) =>
    new Browser(world.base).visit(loginOf({ client_id, redirect_uri, scope: "sql" }).path);
  const refused = async (client_id: string, redirect_uri = APP): Promise<string> => {
    const { status, location, page } = await visit(client_id, redirect_uri);
    assert.ok(status >= 400 && status < 500 && location === null, `${client_id}: ${status} ${page}`);
    return page;
  };

  it("lets a client in that describes itself honestly, so that each refusal below has one cause", async () => {
    const client_id = publish();
    const { redeem } = await earnCode(world.base, { client_id, redirect_uri: APP, scope: "sql" });
    const said = await world.token(redeem);
    assert.equal(said.status, 200, said.text);
  });

  it("refuses a document that names another client, in whatever spelling", async () => {
    const client_id = `${world.hostile.origin}/mine`;
    const { host } = new URL(client_id);
    for (const named of [
      "https://honest.example/client",
      `${client_id}/`,
      `https://${host.toUpperCase()}/mine`,
      `${client_id}?`,
      "databricks-cli",
      "",
      [client_id],
      null,
      undefined,
    ]) {
      world.hostile.json("/mine", { client_id: named, redirect_uris: [APP], token_endpoint_auth_method: "none" });
      await refused(client_id);
    }
  });

  it("refuses ids that are no plain https address of a document, and fetches nothing for them", async () => {
    const before_it = world.hostile.asked.length;
    const { host } = new URL(world.hostile.origin);
    for (const client_id of [
      ...[`http://${host}/a`, `https://user@${host}/a`, `https://user:x@${host}/a`, `https://${host}/a#b`],
      ...[`https://${host}/a/../b`, `https://${host}/%2e%2e/b`, `https://${host}\\a`, ` https://${host}/a`],
      ...["file:///etc/passwd", "javascript:alert(1)", "data:application/json,{}", "ftp://a.example/", "https:///a"],
    ])
      await refused(client_id);
    assert.equal(world.hostile.asked.length, before_it);
  });

  it("refuses addresses inside, in every spelling, and says nothing of what answered", async () => {
    const inside = [
      ...["127.0.0.1", "127.1", "0177.0.0.1", "0x7f.1", "2130706433", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]"],
      ...["[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1", "192.168.1.1"],
      ...["169.254.169.254", "[fe80::1]", "[fd00::1]", "100.64.0.1", "0.0.0.0", "localhost", "localhost."],
      ...["①②⑦.⓪.⓪.①", "metadata.google.internal"],
    ];
    const { port } = new URL(world.hostile.origin);
    const before_it = world.hostile.asked.length;
    for (const host of inside) {
      for (const at of host === "localhost"
        ? [`https://${host}/client`]
        : [`https://${host}/client`, `https://${host}:${port}/client`]) {
        const page = await refused(at);
        assert.doesNotMatch(page, /ECONNREFUSED|ENOTFOUND|certificate|127\.0\.0\.1:/);
      }
    }
    assert.equal(world.hostile.asked.length, before_it);
  });

  it("follows no redirect to a document, not even to itself", async () => {
    const target = publish();
    for (const location of [target, "https://169.254.169.254/latest", "file:///etc/passwd", "/client-1"]) {
      for (const status of [301, 302, 303, 307, 308]) {
        const path = `/moved-${status}`;
        world.hostile.answers.set(path, (response) => response.writeHead(status, { location }).end());
        await refused(`${world.hostile.origin}${path}`);
      }
    }
  });

  it("refuses a document that is too long, endless, slow, no JSON or no object, and repeats nothing of it", async () => {
    const canary = "canary-of-a-body";
    const client_id = `${world.hostile.origin}/odd`;
    const honest = { client_id, redirect_uris: [APP], token_endpoint_auth_method: "none" };
    const bodies = [
      JSON.stringify({ ...honest, client_name: canary.repeat(400) }),
      `${JSON.stringify(honest)} ${canary}`,
      `["${canary}"]`,
      `"${canary}"`,
      "null",
      "",
      `<html>${canary}</html>`,
    ];
    for (const body of bodies) {
      world.hostile.answers.set("/odd", (response) => response.writeHead(200).end(body));
      assert.ok(!(await refused(client_id)).includes(canary), body.slice(0, 40));
    }
    for (const status of [201, 204, 404, 500]) {
      world.hostile.answers.set("/odd", (response) =>
        response.writeHead(status).end(status === 204 ? undefined : JSON.stringify(honest)),
      );
      await refused(client_id);
    }
    world.hostile.answers.set("/odd", (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    });
    const began_ms = Date.now();
    await refused(client_id);
    assert.ok(Date.now() - began_ms < 8_000);
  });

  it("refuses what no document may claim: shared secrets, dangerous addresses, an inner client's settings", async () => {
    for (const change of [
      { token_endpoint_auth_method: "client_secret_post" },
      { token_endpoint_auth_method: "client_secret_basic" },
      { client_secret: "known-to-all" },
      { redirect_uris: [] },
      { redirect_uris: "https://app.example/callback" },
      { redirect_uris: ["https://app.example/callback#x"] },
      { redirect_uris: [APP, "javascript:alert(1)"] },
      { logo_uri: "http://app.example/logo" },
      { client_uri: "javascript:alert(1)" },
      // What an administrator may set for an app is nobody's own to set.
      { access_token_s: 86_400 * 365 },
      { refresh_token_s: 86_400 * 3650 },
      { allowed_scopes: "all-apis" },
    ])
      await refused(publish(change));
  });

  it("sends a person to no address but the document's, character by character", async () => {
    const client_id = publish();
    for (const redirect_uri of ["https://evil.example/", `${APP}/`, `${APP}?x`, `${APP}#x`, "http://localhost:8020"])
      await refused(client_id, redirect_uri);
  });

  it("says on the page where the client describes itself and where it leads, and warns of the own computer", async () => {
    const local = "http://127.0.0.1:4711/cb";
    const client_id = publish({
      application_type: "native",
      redirect_uris: [local],
      client_name: "Databricks CLI <b>",
    });
    const { path } = loginOf({ client_id, redirect_uri: local, scope: "sql" });
    const { pages } = await throughPages(new Browser(world.base), path, local);
    const consent = pages.find((page) => page.includes("asks to:")) ?? assert.fail("nobody was asked");
    assert.ok(consent.includes(`describes itself at <strong>${new URL(client_id).host}</strong>`), consent);
    assert.match(consent, /<strong>127\.0\.0\.1:4711<\/strong>, on your own computer, where any program may/);
    assert.ok(!consent.includes("<b>"));
  });

  it("cannot ride on an earlier yes: the person is asked each time, and silence is no yes", async () => {
    const browser = new Browser(world.base);
    const client_id = publish();
    const { path } = loginOf({ client_id, redirect_uri: APP, scope: "sql" });
    for (let i = 0; i < 2; i += 1) {
      const { pages } = await throughPages(browser, path, APP);
      assert.ok(
        pages.some((page) => page.includes("asks to:")),
        `time ${i + 1}`,
      );
    }
    const { location } = await browser.visit(
      loginOf({ client_id, redirect_uri: APP, scope: "sql", prompt: "none" }).path,
    );
    const silent = new URL(location ?? assert.fail("no answer")).searchParams;
    assert.match(silent.get("error") ?? "", /consent_required|interaction_required/);
    assert.equal(silent.get("code"), null);
  });

  it("gives no other grant to a client that only describes itself", async () => {
    const client_id = publish();
    for (const grant_type of ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"]) {
      const said = await world.token({
        ...{ grant_type, client_id, subject_token: "a.b.c" },
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      });
      assert.ok(said.status >= 400 && said.body.access_token === undefined, said.text);
    }
  });
});
