import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatMessage, ToolDefinition } from "#wire/serving/chat.ts";
import { planStep } from "./plan.ts";

const tool: ToolDefinition = {
  type: "function",
  function: {
    name: "shop__top_customers",
    description: "Customers with the most orders, and what they paid.",
    parameters: { type: "object", properties: { n: { type: "integer", default: 3 } } },
  },
};
const detail: ToolDefinition = {
  type: "function",
  function: {
    name: "shop__orders_of",
    description: "Orders of one customer.",
    parameters: {
      type: "object",
      properties: { customer_id: { type: "string", description: "Customer number" } },
      required: ["customer_id"],
    },
  },
};

const answered = (result: object | string): string => {
  const messages: ChatMessage[] = [
    { role: "user", content: "Which customers have the most orders?" },
    {
      role: "assistant",
      tool_calls: [{ id: "c1", type: "function", function: { name: "shop__top_customers", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "c1", content: typeof result === "string" ? result : JSON.stringify(result) },
  ];
  const step = planStep({ model: "m", messages, tools: [tool] });
  assert.equal(step.kind, "say");
  return step.kind === "say" ? step.text : "";
};

test("rows become a list with figures formatted en-US", () => {
  const text = answered({
    columns: ["customer", "orders", "paid_usd"],
    rows: [
      ["Ada", "1203", "736006"],
      ["Bob", "7", "9.5"],
    ],
  });
  assert.match(text, /1\. Ada: 1,203 orders, paid 736,006 USD/);
  assert.match(text, /2\. Bob: 7 orders, paid 9\.5 USD/);
});

test("withheld columns and filtered rows are told with their policies' names", () => {
  const text = answered({
    columns: ["customer", "orders", "paid_usd"],
    rows: [["Ada", 12, null]],
    governance: {
      filtered: [{ table: "shop.main.orders", policy: "shop.main.own_region" }],
      masked: [{ table: "shop.main.orders", column: "paid_usd", policy: "shop.main.finance_only" }],
    },
  });
  assert.match(text, /Ada: 12 orders, paid withheld/);
  assert.match(text, /paid_usd of shop\.main\.orders, by the column mask shop\.main\.finance_only/);
  assert.match(text, /row filter is shop\.main\.own_region/);
});

test("a NULL without a policy is not called withheld", () => {
  assert.match(answered({ columns: ["customer", "paid_usd"], rows: [["Ada", null]] }), /Ada: paid not known/);
});

test("an error of the tool is told, not answered around", () => {
  assert.match(answered({ error: "Function does not exist" }), /could not answer .*Function does not exist/);
});

test("no rows is said as such", () => {
  assert.match(answered({ columns: ["customer"], rows: [] }), /nothing was found/);
});

test("an argument comes from an earlier result when the request does not give it", () => {
  const messages: ChatMessage[] = [
    { role: "user", content: "Which customers have the most orders?" },
    {
      role: "assistant",
      tool_calls: [{ id: "c1", type: "function", function: { name: "shop__top_customers", arguments: "{}" } }],
    },
    {
      role: "tool",
      tool_call_id: "c1",
      content: JSON.stringify({
        columns: ["customer", "customer_id"],
        rows: [
          ["Ada", "K1"],
          ["Bob", "K2"],
        ],
      }),
    },
    { role: "assistant", content: "Ada, Bob" },
    { role: "user", content: "Show the orders of the customer Bob" },
  ];
  const step = planStep({ model: "m", messages, tools: [detail] });
  assert.deepEqual(step, { kind: "call", calls: [{ name: "shop__orders_of", arguments: { customer_id: "K2" } }] });
});

test("a missing argument is asked for, never made up", () => {
  const step = planStep({
    model: "m",
    messages: [{ role: "user", content: "Show the orders of a customer" }],
    tools: [detail],
  });
  assert.deepEqual(step, {
    kind: "say",
    text: "To answer that (Orders of one customer) I need: Customer number. Please name it.",
  });
});
