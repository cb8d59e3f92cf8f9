import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { provideBridge } from "../../tools/python.ts";
import { type Behaviour, USAGE } from "../gateway/provider.ts";
import { type GatewayWorld, gatewayWorld } from "../gateway/world.ts";
import { speaking } from "../wire/gateway/upstream.ts";
import { runPython } from "./python-program.ts";

const python = await provideBridge(() => {});
const skip = "missing" in python && python.missing;
const interpreter = "interpreter" in python ? python.interpreter : "";

/** Calls the tool that it is given, says what that gave back, and otherwise whom to write to. */
const provider: Behaviour = (received, response) => {
  const { messages, tools, n = 1 } = received.body;
  const last = messages.at(-1)!;
  const said = "Write to ben@board.example about it.";
  const call = { name: "look", argument: "harbour" };
  const one = last.role === "tool" ? { text: `It is ${last.content}.` } : tools ? { text: "", call } : { text: said };
  speaking(Array.from({ length: n }, () => one))(received, response);
};

const SAID = "Write to <EMAIL_ADDRESS> about it.";
const CALLED = ["look", { to: "harbour" }] as const;
const RESULT = "It is four fathoms.";
const { total_tokens } = USAGE;
/** Of a chat stream it does not ask for usage, and so is told none. */
const langchain = (usage: number | null) => [SAID, SAID, usage, CALLED, [CALLED], RESULT];
const openai = [[SAID, SAID], [SAID, SAID, total_tokens], [...CALLED, RESULT], CALLED];
const responses = [SAID, SAID, ...CALLED];

describe("databricks-openai, databricks-langchain and MLflow's deployments client, at a governed endpoint", {
  skip,
}, () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld();
    world.first.behaviour = provider;
    const mask = { pii: { behavior: "MASK" } };
    await world.serve("relay", { ai_gateway: { guardrails: { input: mask, output: mask } } });
    await world.serve("hidden");
    const body = { access_control_list: [{ user_name: "cleo@board.org", permission_level: "CAN_QUERY" }] };
    const told = await world.send("PUT", "/api/2.0/permissions/serving-endpoints/hidden", body);
    assert.equal(told.status, 200, told.text);
  });
  after(() => world[Symbol.asyncDispose]());

  it("ask it whole, streamed, several times over, and with a tool: by every path, and masked on each", async () => {
    const environment = {
      PATH: process.env.PATH ?? "",
      HOME: "/nonexistent",
      DATABRICKS_HOST: world.origin,
      DATABRICKS_TOKEN: world.token("ben"),
    };
    const told = await runPython<Record<string, unknown>>(interpreter, "bridge.py", environment);
    assert.deepEqual(told, {
      openai: { serving: openai, gateway: openai },
      responses: { serving: responses, gateway: responses },
      langchain: { serving: langchain(null), gateway: langchain(null), responses: langchain(total_tokens) },
      mlflow: [SAID, SAID, CALLED, "relay", ["relay"]],
    });
    for (const { body } of world.first.received) assert.doesNotMatch(JSON.stringify(body), /rosa/);
  });
});
