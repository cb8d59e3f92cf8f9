import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "#base/log.ts";
import { logIn } from "../../samples/aviation/identity-provider.ts";
import { administrator, warehouseOf } from "../../samples/aviation/load.ts";
import { openSample, prepareSample, type Sample } from "../../samples/aviation/mod.ts";
import { northeast, type Person, texas } from "../../samples/aviation/organisation/people.ts";
import { type Asked, ask, auditOf } from "../../samples/aviation/question.ts";
import { runSql, type Workspace } from "../../samples/aviation/workspace.ts";
import { boot, type Platform } from "../../src/boot.ts";
import { Browser, formOf } from "../identity/browser.ts";
import { freePort } from "../world/free-port.ts";
import { type AirportStrikes, topAirports } from "./strikes.ts";

const ANSWER_ROWS = 3;

describe("the sample organisation", () => {
  let data_dir: string;
  let port: number;
  let platform: Platform;
  let sample: Sample;
  let admin: Workspace;
  let warehouse_id: string;
  const steps: string[] = [];

  const start = async (): Promise<void> => {
    await prepareSample(data_dir);
    platform = await boot({ data_dir, port, tls_port: 0, log: silentLog, progress: () => {} });
    sample = await openSample(platform, data_dir, (step) => steps.push(step));
    admin = await administrator(platform);
    warehouse_id = await warehouseOf(admin);
  };
  const stop = async (): Promise<void> => {
    await sample?.idp.stop();
    await platform?.close();
  };
  const askAs = async (person: Person): Promise<Asked> => {
    const ca = await readFile(platform.ca_path, "utf8");
    return ask(admin.url, person, (await logIn(data_dir, ca, person.email)).access_token);
  };
  const query = (statement: string) => runSql(admin, warehouse_id, statement);

  before(async () => {
    port = await freePort();
    data_dir = await mkdtemp(join(tmpdir(), "lakeward-sample-"));
    await start();
  });
  after(async () => {
    await stop();
    await rm(data_dir, { recursive: true, force: true });
  });

  const money = (usd: number): string => `${usd.toLocaleString("en-US")} USD`;

  for (const [person, costOf] of [
    [texas, ({ cost_total_usd }: AirportStrikes) => money(cost_total_usd)],
    [northeast, () => "withheld"],
  ] as const) {
    it(`answers ${person.name} with the counts of the file for the person's own states, and costs as far as they may be seen`, async () => {
      const { answer, results } = await askAs(person);
      const expected = topAirports(person.email, ANSWER_ROWS);
      assert.equal(expected.length, ANSWER_ROWS);
      const lines = answer.split("\n").filter((line) => /^\d+\. /.test(line));
      assert.deepEqual(
        lines,
        expected.map((one, i) => `${i + 1}. ${one.airport}: ${one.strikes} strikes, cost total ${costOf(one)}`),
      );
      assert.deepEqual(
        results.map(({ tool, rows }) => [tool, rows.map(([airport, count]) => [airport, Number(count)])]),
        [["aviation__safety__top_airports", expected.map((one) => [one.airport, one.strikes])]],
      );
    });
  }

  it("tells whom costs are withheld from, and by which policies, and never a policy's text", async () => {
    const { answer } = await askAs(northeast);
    assert.match(
      answer,
      /Withheld from you: cost_total_usd of aviation\.safety\.strikes.*aviation\.safety\.finance_only/,
    );
    assert.match(answer, /row filter is aviation\.safety\.own_area/);
    assert.doesNotMatch(answer, /is_account_group_member|CASE|current_user/);
  });

  it("shows both answers, what each policy says of itself and the trail, with every record of the chain under one trace id", async () => {
    const text = await sample.demonstrate();
    for (const { email } of [texas, northeast])
      for (const { airport, strikes } of topAirports(email, ANSWER_ROWS))
        assert.match(text, new RegExp(`${airport.replaceAll("/", "\\/")}: ${strikes}`));
    assert.match(text, /row filter +aviation\.safety\.own_area +aviation\.safety\.strikes +Rows of the states/);
    assert.match(text, /column mask +aviation\.safety\.finance_only +aviation\.safety\.strikes\.cost_total_usd/);
    const { trace_id, person } = await askAs(texas);
    const trail = await auditOf(admin, warehouse_id, trace_id);
    const hops = trail.map(({ door, action }) => `${door} ${action}`);
    for (const hop of [
      "http endpoint.query",
      "http mcp.connect_functions",
      "mcp function.execute",
      "sql table.read_data",
    ])
      assert.ok(hops.includes(hop), hop);
    assert.ok(trail.every((row) => row.subject === person.email));
    assert.deepEqual(new Set(trail.map((row) => row.actor)), new Set(["", "safety-agent"]));
  });

  it("filters strikes near an airport by the caller's own states too", async () => {
    assert.deepEqual(await query("SELECT * FROM aviation.safety.strikes_near('dfw', 500)"), []);
    await query("INSERT INTO aviation.safety.inspector_areas VALUES ('admin@lakeward.local', 'Texas')");
    const near = await query("SELECT airport, strikes FROM aviation.safety.strikes_near('dfw', 500)");
    const counted = new Map(topAirports(texas.email, 50).map((one) => [one.airport, String(one.strikes)]));
    assert.ok(near.length > 1);
    for (const [airport, count] of near) assert.equal(count, counted.get(airport!));
    assert.equal(near[0]?.[0], "DALLAS/FORT WORTH INTL ARPT");
  });

  it("holds no number or name of an answer in any source", () => {
    const root = join(import.meta.dirname, "../..");
    const textOf = (...patterns: string[]): string => {
      const sources = globSync(patterns, { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
      assert.ok(sources.length > 20);
      return sources.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    };
    const all = textOf("samples/**/*.{ts,sql,json}", "src/**/*.ts");
    const answering = textOf("samples/**/*.{ts,sql,json}", "src/models/**/*.ts", "src/agents/**/*.ts");
    for (const { email } of [texas, northeast])
      for (const { airport, strikes, cost_total_usd } of topAirports(email, ANSWER_ROWS)) {
        assert.ok(!all.includes(airport), airport);
        for (const figure of [String(strikes), String(cost_total_usd), cost_total_usd.toLocaleString("en-US")])
          assert.ok(!new RegExp(`(?<![\\d.])${figure}(?![\\d.])`).test(answering), figure);
      }
  });

  it("lets its people log in to the workspace by browser, at their own identity provider", async () => {
    const { public_url } = platform.services.site;
    const parameters = {
      ...{ client_id: "databricks-cli", redirect_uri: "http://localhost:8020", response_type: "code", scope: "sql" },
      ...{ code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" },
    };
    const browser = new Browser(public_url);
    const { page } = await browser.follow(
      `/oidc/v1/authorize?${new URLSearchParams(parameters)}`,
      "http://localhost:80",
    );
    assert.match(page, /Log in with Aviation Safety Board/);
    const { location } = await browser.visit(`${formOf(page)}/login/0`);
    const there = new Browser(sample.idp.issuer, await readFile(platform.ca_path, "utf8"));
    const { page: form } = await there.follow(location ?? "", public_url);
    const logins = JSON.parse(await readFile(sample.logins_path, "utf8")) as Record<string, string>;
    const sent = { email: northeast.email, password: logins[northeast.email] ?? "" };
    const { location: on } = await there.visit(formOf(form), sent);
    const { at } = await there.follow(on ?? "", public_url);
    const { page: consent } = await browser.follow(at, "http://localhost:80");
    assert.match(consent, new RegExp(`logged in as <strong>${northeast.email}`));
  });

  it("is not loaded again by a second start, and answers as before", async () => {
    const versions = () =>
      query("SELECT count(*) FROM aviation.safety.strikes UNION ALL SELECT count(*) FROM aviation.ops.flights");
    const before = await versions();
    await query("DROP FUNCTION aviation.ops.mean_delay");
    await stop();
    steps.length = 0;
    await start();
    assert.equal(sample.isFirst, false);
    assert.deepEqual(
      steps.filter((step) => step.startsWith("Loading")),
      [],
    );
    assert.deepEqual(await versions(), before);
    await assert.rejects(query("SELECT aviation.ops.mean_delay('DFW')"), /UNRESOLVED_ROUTINE|does not exist/);
    assert.match((await askAs(texas)).answer, new RegExp(String(topAirports(texas.email, 1)[0]?.strikes)));
  });
});
