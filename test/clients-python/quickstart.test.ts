import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { northeast, texas } from "../../samples/aviation/organisation/people.ts";
import { providePython } from "../../tools/python.ts";
import { assertAnswer } from "../sample/answer.ts";
import { type BoardServer, startBoardServer } from "../world/board-server.ts";
import { type Environment, run } from "../world/program.ts";

const quickstart = resolve(import.meta.dirname, "../../samples/quickstart");
const python = await providePython(() => {});
const curl = await run("curl", ["--version"], {}).catch(() => undefined);

interface Span {
  readonly name: string;
  readonly attributes: {
    readonly effect: string;
    readonly securables: readonly string[];
    readonly obligations: readonly string[];
  };
}

interface StreamEvent {
  readonly type: string;
  readonly delta?: string;
  readonly item?: { readonly type: string; readonly content?: readonly { readonly text: string }[] };
  readonly databricks_output?: {
    readonly trace: {
      readonly info: { readonly trace_metadata: { readonly subject: string } };
      readonly data: { readonly spans: readonly Span[] };
    };
  };
  readonly response?: { readonly custom_outputs?: { readonly thread_id?: string } };
}

describe("the quickstarts", () => {
  let server: BoardServer;
  const logged = new Map<string, Environment>();

  before(async () => {
    server = await startBoardServer();
    for (const { email } of [texas, northeast]) {
      logged.set(email, { ...server.environment, DATABRICKS_OIDC_TOKEN: await server.login(email) });
    }
  });

  after(() => server[Symbol.asyncDispose]());

  for (const person of [texas, northeast]) {
    it(`quickstart.py answers ${person.name} by their own rows, with thread and trace`, {
      skip: "missing" in python && python.missing,
    }, async () => {
      assert.ok("interpreter" in python);
      const environment = { ...logged.get(person.email)!, DATABRICKS_AUTH_TYPE: "env-oidc" };
      const { status, stdout, stderr } = await run(
        python.interpreter,
        [join(quickstart, "quickstart.py")],
        environment,
      );
      assert.equal(status, 0, stderr);
      const [answer = "", rest = ""] = stdout.split("custom_outputs: ");
      assertAnswer(answer, person);
      assert.match(rest, /'thread_id': 'abc123'/);
      assert.match(rest, new RegExp(`^trace tr-[0-9a-f]{32} of ${person.email}$`, "m"));
      assert.match(rest, /^ {2}permit {2}mcp function\.execute {2}FUNCTION aviation\.safety\.top_airports$/m);
      assert.match(
        rest,
        /^ {2}permit {2}sql table\.read_data {2}TABLE aviation\.safety\.strikes {2}under .*own_area.*finance_only/m,
      );
    });

    it(`quickstart.sh answers ${person.name} by their own rows, with thread and trace`, {
      skip: curl === undefined && "curl is not on this machine",
    }, async () => {
      const { status, stdout, stderr } = await run(join(quickstart, "quickstart.sh"), [], logged.get(person.email)!);
      assert.equal(status, 0, stderr);
      const events = stdout
        .split("\n")
        .filter((line) => line.startsWith("data: {"))
        .map((line): StreamEvent => JSON.parse(line.slice("data: ".length)));
      const done = events.find(({ type, item }) => type === "response.output_item.done" && item?.type === "message");
      const answer = done?.item?.content?.map(({ text }) => text).join("") ?? "";
      assertAnswer(answer, person);
      assert.equal(events.map(({ delta = "" }) => delta).join(""), answer);
      assert.equal(events.at(-1)?.response?.custom_outputs?.thread_id, "abc123");
      const trace = done?.databricks_output?.trace;
      assert.equal(trace?.info.trace_metadata.subject, person.email);
      const read = trace?.data.spans.find(({ attributes: { securables } }) =>
        securables.includes("TABLE aviation.safety.strikes"),
      );
      assert.equal(read?.name, "sql table.read_data");
      assert.ok(read?.attributes.obligations.includes("aviation.safety.own_area"));
    });
  }

  it("quickstart.sh says why a token is not exchanged", {
    skip: curl === undefined && "curl is not on this machine",
  }, async () => {
    const environment = { ...server.environment, DATABRICKS_OIDC_TOKEN: "not.a.token" };
    const { status, stdout, stderr } = await run(join(quickstart, "quickstart.sh"), [], environment);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /The token exchange was refused: .*invalid_grant/);
  });

  it("logging in names the people there are when it is told another", async () => {
    await assert.rejects(server.login("nobody@board.example"), /is not one of the board: .*rosa\.diaz@board\.example/);
  });
});
