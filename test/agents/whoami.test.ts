import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  both,
  type MethodsWorld,
  mcpOutput,
  mcpWhoami,
  me,
  methodsWorld,
  type Program,
  sqlOutput,
  statementBy,
} from "./methods-world.ts";

describe("two service principals and one agent whose tool is whoami()", () => {
  let world: MethodsWorld;
  let programs: readonly Program[];
  /** The agent's own. */
  let own: string;

  before(async () => {
    world = await methodsWorld();
    own = await world.agent("mirror", { resources: both(world) });
    programs = [await world.program("first"), await world.program("second")];
  });
  after(() => world[Symbol.asyncDispose]());

  const whoami = "SELECT current_user()";
  const identities = async ({ token }: Program, as: "user" | "agent"): Promise<readonly unknown[]> => {
    const wishes = [me(as), statementBy(as, world, whoami), mcpWhoami(as)];
    const [rest, sql, mcp] = await world.through(token, "mirror", wishes);
    return [rest!.body.userName, sqlOutput(sql!.body), mcpOutput(mcp!.body)];
  };

  it("each sees itself: over REST, in SQL and through MCP, asked twenty times at once", async () => {
    const asked = Array.from({ length: 20 }, (_, i) => programs[i % 2]!);
    const seen = await Promise.all(asked.map((program) => identities(program, "user")));
    assert.deepEqual(
      seen,
      asked.map(({ name }) => [name, name, name]),
    );
  });

  it("each sees itself when it calls the tool through MCP with no agent between", async () => {
    const { path, body } = mcpWhoami("user");
    const asked = Array.from({ length: 8 }, (_, i) => programs[i % 2]!);
    const answers = await Promise.all(asked.map(({ token }) => world.rest.call(token, "POST", path, body)));
    assert.deepEqual(
      answers.map((one) => mcpOutput(one.body)),
      asked.map(({ name }) => name),
    );
  });

  it("sees the agent's own service principal when the agent acts as itself, whoever asks", async () => {
    assert.match(own, /^[0-9a-f-]{36}$/);
    const asked = Array.from({ length: 6 }, (_, i) => programs[i % 2]!);
    const seen = await Promise.all(asked.map((program) => identities(program, "agent")));
    assert.deepEqual(
      seen,
      asked.map(() => [own, own, own]),
    );
  });

  it("has on record which identity was used, and why, for each hop", async () => {
    const [first] = programs;
    const trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const wishes = [mcpWhoami("user"), mcpWhoami("agent")];
    const body = { input: JSON.stringify({ wishes }) };
    const headers = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01` };
    await world.rest.call(first!.token, "POST", "/serving-endpoints/mirror/invocations", body, headers);
    const rows = await world.rest.sql(
      `SELECT DISTINCT decision.identity.method, decision.identity.because, decision.subject
       FROM system.access.audit
       WHERE decision.trace_id = '${trace_id}' AND decision.action IN ('endpoint.query', 'function.execute')`,
    );
    assert.deepEqual(
      rows.toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
      [
        [
          "automatic_passthrough",
          "the agent 'mirror' acts as itself: it declared that Function 'lake.s.whoami' answers everybody alike",
          own,
        ],
        [
          "on_behalf_of",
          "the agent 'mirror' acts for who asks: it declared that Function 'lake.s.whoami' answers by who asks",
          first!.name,
        ],
        ["service_principal", "the caller's own credential, with nobody in between", first!.name],
      ],
    );
  });

  it("has an identity on every record there is", async () => {
    const rows = await world.rest.sql(
      "SELECT count(*), count(decision.identity.method), count(decision.identity.because) FROM system.access.audit",
    );
    const [all, methods, reasons] = rows[0]!;
    assert.ok(Number(all) > 50);
    assert.deepEqual([methods, reasons], [all, all]);
  });
});
