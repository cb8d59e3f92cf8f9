import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { type GatewayWorld, gatewayWorld, type Told } from "../../gateway/world.ts";
import { assertSays } from "../said.ts";
import { asking } from "./asking.ts";
import { deciding } from "./deciding.ts";
import { type Heard, hearing } from "./hearing.ts";
import { type Cell, cells, DECIDER, guards, JUDGE, MASKED } from "./table.ts";
import { type Spoken, speaking } from "./upstream.ts";

/** What a bad request is called, by the shape of the error. */
const bad = {
  databricks: "BAD_REQUEST",
  openai: "BAD_REQUEST",
  anthropic: "invalid_request_error",
  google: "INVALID_ARGUMENT",
};
const codeOf = ({ surface }: Cell): string => bad[surface.errors as keyof typeof bad];

describe("every surface x stream x n x tools x guardrail", () => {
  let world: GatewayWorld;
  before(async () => {
    world = await gatewayWorld(`models:\n  safety_judge: { endpoint: ${JUDGE} }\n`);
    world.second.behaviour = deciding;
    for (const name of [JUDGE, DECIDER]) await world.serve(name, { providers: [world.second] });
    for (const [place, { config }] of Object.values(guards).entries())
      await world.serve(`guarded-${place}`, { ai_gateway: { guardrails: config } });
  });
  after(() => world[Symbol.asyncDispose]());

  for (const [label, cell] of cells.entries())
    it(cell.name, async () => {
      const { surface, guard, endpoint, isStreaming, n, hasTools } = cell;
      const asked = guard.side === "input" ? guard.planted : "the harbour";
      world.first.behaviour = speaking(spoken(cell));
      const before = world.first.received.length;
      const question = { model: endpoint, text: `It says ${asked}.`, isStreaming, n, hasTools };
      const { path, body } = asking(surface, question, `cell-${label}`);
      const told = await world.send("POST", path, body, "ben");
      const received = world.first.received.slice(before).map((one) => JSON.stringify(one.body));
      await asserts[cell.outcome](cell, told, received);
    });

  it("has a row in the ledger for each cell that was let in: its status, and which guardrail did what, by kinds alone", async () => {
    const rows = await world.rows(
      "SELECT client_request_id, status_code, request_streaming, governance FROM system.serving.endpoint_usage WHERE client_request_id IS NOT NULL",
    );
    const found = new Map(rows.map(([label, ...row]) => [label, row]));
    assert.equal(found.size, rows.length, "one row each");
    for (const [label, { outcome, isStreaming, guard }] of cells.entries()) {
      const row = found.get(`cell-${label}`);
      if (outcome === "not in the protocol") {
        assert.equal(row, undefined);
        continue;
      }
      const [status, streaming, governance] = row!;
      assert.equal(status, outcome.startsWith("refused") ? "400" : "200");
      assert.equal(streaming, String(isStreaming));
      const { findings } = JSON.parse(governance!) as { findings: readonly JsonObject[] | null };
      const acted = (findings ?? []).map(({ guardrail, phase, action }) => [guardrail, phase, action].join(" "));
      const { named, side, action } = guard;
      assert.deepEqual(acted, named ? [[named, side, action].join(" ")] : []);
      assert.ok(!governance!.includes(guard.planted));
    }
  });
});

/** What the provider says: in its first choice what is planted, in a call's arguments where there are tools. */
function spoken({ guard, n, hasTools }: Cell): readonly Spoken[] {
  const said = guard.side === "input" ? "the harbour" : guard.planted;
  const one = (planted: string): Spoken =>
    hasTools
      ? { text: "I shall write.", call: { name: "send", argument: `Tell ${planted} today.` } }
      : { text: `Write to ${planted} today.` };
  return [one(said), ...(n > 1 ? [one("the pilot")] : [])];
}

const heardOf = ({ text, call }: Spoken): Heard => ({
  text,
  calls: call ? [{ name: call.name, arguments: { to: call.argument } }] : [],
  isCut: false,
});

const heard = ({ surface, isStreaming }: Cell, told: Told): Promise<readonly Heard[]> => {
  assert.equal(told.status, 200, told.text);
  const type = isStreaming ? /^text\/event-stream/ : /^application\/json/;
  assert.match(told.headers.get("content-type") ?? "", type);
  return hearing[surface.protocol](isStreaming ? told.text : told.body);
};

type Assertion = (cell: Cell, told: Told, received: readonly string[]) => void | Promise<void>;

const answered: Assertion = async (cell, told, received) => {
  assert.deepEqual(await heard(cell, told), spoken(cell).map(heardOf));
  assert.equal(received.length, 1);
};

/** Whatever is refused is refused in the surface's own shape. */
const refused =
  (phase: "input" | "output", asked: number): Assertion =>
  (cell, told, received) => {
    const message = new RegExp(`"finishReason":"${phase}_guardrail_triggered"`);
    assertSays(told, cell.surface.errors, { status: 400, code: codeOf(cell), message });
    assert.ok(!told.text.includes(cell.guard.planted), told.text);
    assert.equal(received.length, asked);
  };

const asserts: Readonly<Record<Cell["outcome"], Assertion>> = {
  answered,
  "masked in": async (cell, told, received) => {
    await answered(cell, told, received);
    assert.ok(received[0]!.includes(`It says ${MASKED}.`), received[0]);
    assert.ok(!received[0]!.includes(cell.guard.planted), received[0]);
  },
  "masked out": async (cell, told) => {
    const masked = spoken({ ...cell, guard: { ...cell.guard, planted: MASKED } });
    assert.deepEqual(await heard(cell, told), masked.map(heardOf));
    assert.ok(!told.text.includes(cell.guard.planted), told.text);
  },
  cut: async (cell, told) => {
    const [first, ...others] = await heard(cell, told);
    const { guard, hasTools } = cell;
    const before = hasTools ? "I shall write." : "Write to ";
    assert.deepEqual(first, { text: guard.holds ? "" : before, calls: [], isCut: true });
    assert.deepEqual(others, spoken(cell).slice(1).map(heardOf));
    assert.ok(!told.text.includes(guard.planted), told.text);
  },
  "refused going in": refused("input", 0),
  "refused coming out": refused("output", 1),
  "not in the protocol": (cell, told, received) => {
    const message = new RegExp(`Unknown field '${cell.field}'`);
    assertSays(told, cell.surface.errors, { status: 400, code: codeOf(cell), message });
    assert.equal(received.length, 0);
  },
};
