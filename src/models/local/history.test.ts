import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../request.ts";
import { historyOf } from "./history.ts";

const said = (role: "system" | "user", text: string): Message => ({ role, parts: [{ type: "text", text }] });
const called: Message = {
  role: "assistant",
  parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }],
};
const told = (id: string): Message => ({
  role: "tool",
  parts: [{ type: "tool_result", id, isError: false, parts: [{ type: "text", text: "snow" }] }],
});

test("a conversation ends with the turn that the model goes on with, and a tool's result stands with its call", () => {
  assert.deepEqual(historyOf({ messages: [said("system", "Be short."), said("user", "Hi")] }), [
    { type: "system", text: "Be short." },
    { type: "user", text: "Hi" },
    { type: "model", response: [] },
  ]);
  assert.deepEqual(historyOf({ messages: [said("user", "Weather?"), called, told("c1")] }), [
    { type: "user", text: "Weather?" },
    {
      type: "model",
      response: [{ type: "functionCall", name: "weather", params: { city: "Oslo" }, result: "snow" }],
    },
  ]);
});

// biome-ignore format: a table is read in columns
const refused: readonly (readonly [says: string, messages: readonly Message[], message: RegExp])[] = [
  ["a result of no call",   [said("user", "x"), told("c9")],                              /names 'c9', which is no call/],
  ["a call without result", [said("user", "x"), called, said("user", "y")],               /'c1' has no result/],
  ["an answer begun by others", [said("user", "x"), { role: "assistant", parts: [{ type: "text", text: "I" }] }], /last message must be a user's/],
];
for (const [says, messages, message] of refused)
  test(`a local model is not asked by ${says}`, () => {
    assert.throws(() => historyOf({ messages }), { code: "BAD_REQUEST", message });
  });
