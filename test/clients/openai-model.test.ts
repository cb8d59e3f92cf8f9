import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import OpenAI, { APIError } from "openai";
import { northeast, type Person, texas } from "../../samples/aviation/organisation/people.ts";
import { exchange } from "../../samples/aviation/workspace.ts";
import { topAirports } from "../sample/strikes.ts";
import { type BoardServer, startBoardServer } from "../world/board-server.ts";
import { ANSWER, type ModelServer, PREAMBLE, startModelServer } from "./openai-model-server.ts";

const AGENT = "safety-agent";
const KEY = "sk-only-for-the-models-server";
const MODEL = "upstream-7";
const QUESTION = "Where are the most strikes?";

describe("the sample agent with a model of another server, named by OPENAI_BASE_URL", () => {
  let model: ModelServer;
  let server: BoardServer;
  const tokens = new Map<Person, string>();

  before(async () => {
    model = await startModelServer();
    server = await startBoardServer({
      environment: { OPENAI_BASE_URL: model.base_url, OPENAI_API_KEY: KEY, OPENAI_MODEL: MODEL },
      configure: async (data_dir) => {
        await mkdir(data_dir, { recursive: true });
        const entry = `{ host: 127.0.0.1, port: ${model.port}, purpose: model }`;
        await writeFile(join(data_dir, "lakeward.yaml"), `egress:\n  allow:\n    - ${entry}\n`);
      },
    });
    for (const person of [texas, northeast])
      tokens.set(person, await exchange(server.plain_host, await server.login(person.email), ""));
  });

  after(async () => {
    await server[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });

  const clientOf = (person: Person): OpenAI =>
    new OpenAI({
      baseURL: `${server.plain_host}/serving-endpoints`,
      apiKey: tokens.get(person)!,
      maxRetries: 0,
    });

  const errorOf = async (question: string, stream = false): Promise<APIError> => {
    const asking = clientOf(texas).responses.create({ model: AGENT, input: question, stream });
    const thrown: unknown = await asking
      .then(async (answer) => {
        if (Symbol.asyncIterator in answer) await Array.fromAsync(answer);
        assert.fail("no error");
      })
      .catch((one: unknown) => one);
    assert.ok(thrown instanceof APIError, String(thrown));
    return thrown;
  };

  for (const person of [texas, northeast]) {
    it(`lets it call the tool as ${person.name}, and answer from what that person may see`, async () => {
      const { output, output_text } = await clientOf(person).responses.create({ model: AGENT, input: QUESTION });
      assert.deepEqual(
        output.map(({ type }) => type),
        ["message", "function_call", "function_call_output", "message"],
      );
      assert.ok(output_text.startsWith(`${PREAMBLE}${ANSWER}`), output_text);
      const { rows } = JSON.parse(output_text.slice(`${PREAMBLE}${ANSWER}`.length)) as { rows: unknown[] };
      const [top] = topAirports(person.email, 1);
      const cost = person.groups.includes("finance") ? String(top!.cost_total_usd) : null;
      assert.deepEqual(rows, [[top!.airport, String(top!.strikes), cost]]);
    });
  }

  it("streams what the model says as it comes, each text a message of its own", async () => {
    const stream = clientOf(texas).responses.stream({ model: AGENT, input: QUESTION });
    const texts = new Map<string, string>();
    stream.on("response.output_text.delta", ({ item_id, snapshot }) => texts.set(item_id, snapshot));
    const { output_text } = await stream.finalResponse();
    assert.equal(texts.size, 2);
    assert.equal([...texts.values()].join(""), output_text);
  });

  it("asks that server by its own model's name and key, and tells it no token of the workspace", () => {
    assert.ok(model.requests.length >= 6);
    for (const { path, headers, body } of model.requests) {
      assert.equal(path, "/v1/chat/completions");
      assert.equal(headers.authorization, `Bearer ${KEY}`);
      assert.equal(body.model, MODEL);
      const all = JSON.stringify([headers, body]);
      for (const token of tokens.values()) assert.ok(!all.includes(token.split(".")[2]!));
      assert.doesNotMatch(all, /eyJ[\w-]+\.eyJ/);
    }
  });

  it("says plainly that the model's server limits the rate, without a word of that server's", async () => {
    const error = await errorOf("limit");
    assert.match(error.message, /limits the rate/);
    assert.doesNotMatch(JSON.stringify([error.message, error.error]), /slow down/);
  });

  it("says plainly that the model's server broke off amid its answer", async () => {
    for (const stream of [false, true])
      assert.match((await errorOf("break off", stream)).message, /The agent failed: .*the connection failed/);
  });

  describe("when the agent's process is killed amid a request", () => {
    /** The agent's process, among the server's own children. */
    const agentPid = (): number => {
      const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
      const rows = listed.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
      const [agent, ...others] = rows.filter(
        (row) => row?.[2] === String(server.pid) && row[3]?.includes("samples/aviation/agent/agent.ts"),
      );
      assert.ok(agent && others.length === 0, listed);
      return Number(agent[1]);
    };

    for (const [how, stream] of [
      ["that waits for its whole answer", false],
      ["whose stream has begun", true],
    ] as const) {
      it(`gives one clear error to a request ${how}, and the next works`, async () => {
        const held = model.held();
        const failed = errorOf("hold", stream);
        await held;
        process.kill(agentPid(), "SIGKILL");
        assert.match((await failed).message, /Agent '?safety-agent'? .*(ended|stopped)/i);
        const { output_text } = await clientOf(texas).responses.create({ model: AGENT, input: QUESTION });
        assert.ok(output_text.includes(topAirports(texas.email, 1)[0]!.airport));
      });
    }
  });

  it("has left the model's key in no output, no file and no record", async () => {
    assert.ok(!server.said().includes(KEY));
    const files = await readdir(server.data_dir, { recursive: true, withFileTypes: true });
    const plain = files.filter((file) => file.isFile());
    assert.ok(plain.length > 50);
    for (const { parentPath, name } of plain) {
      // The server is at work: a file may be gone by now.
      const bytes = await readFile(join(parentPath, name)).catch(() => Buffer.alloc(0));
      assert.ok(!bytes.includes(KEY), join(parentPath, name));
    }
  });
});

describe("a model's server that lakeward.yaml does not list", () => {
  it("is never called: the first start tells why its question was not answered, and serves; so does the agent", async () => {
    await using model = await startModelServer();
    const environment = { OPENAI_BASE_URL: model.base_url, OPENAI_API_KEY: KEY };
    await using server = await startBoardServer({ environment });
    await server.says(/^The sample question was not answered: .*egress\.allow with purpose 'model'/);
    const token = await exchange(server.plain_host, await server.login(texas.email), "");
    const client = new OpenAI({ baseURL: `${server.plain_host}/serving-endpoints`, apiKey: token, maxRetries: 0 });
    await assert.rejects(client.responses.create({ model: AGENT, input: QUESTION }), /502 .*egress\.allow/);
    assert.deepEqual(model.requests, []);
    assert.ok(!server.said().includes(KEY));
  });
});
