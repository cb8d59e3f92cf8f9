import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type AnswerEvent, wholeAnswer } from "#models/mod.ts";
import { detect, mask } from "#pii/mod.ts";
import { Fault } from "#wire/errors.ts";
import type { GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import { guardOutput, type Judge } from "../../../src/gateway/guardrails/mod.ts";
import { asked, guarded, interleaved, stream } from "./answers.ts";

const MASK = { pii: { behavior: "MASK" } } as const;
const planted = ["ann@acme.com", "4111 1111 1111 1111", "536-90-4399", "GB82 WEST 1234 5698 7654 32"];
const text = fc
  .array(fc.oneof(fc.lorem({ maxCount: 4 }), fc.string({ unit: "binary" }), fc.constantFrom(...planted)), {
    maxLength: 8,
  })
  .map((pieces) => pieces.join(" "));

/** A text cut anywhere, between the halves of a character too. */
const cuts = fc.array(fc.nat(12), { minLength: 1, maxLength: 20 });
function pieces(text: string, lengths: readonly number[]): readonly string[] {
  const cut: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = 1 + lengths[turn % lengths.length]!;
    cut.push(text.slice(at, at + length));
    at += length;
  }
  return cut;
}

const said = fc.record({ text, reasoning: text, refusal: text, lengths: cuts });

function choiceOf(
  choice: number,
  {
    text,
    reasoning,
    refusal,
    lengths,
  }: Record<"text" | "reasoning" | "refusal", string> & { lengths: readonly number[] },
): readonly AnswerEvent[] {
  const channels = Object.entries({ text, reasoning, refusal }).map(([type, whole]) =>
    pieces(whole, lengths).map((text) => ({ type, choice, text }) as AnswerEvent),
  );
  const events: AnswerEvent[] = [];
  for (let at = 0; channels.some((one) => at < one.length); at += 1)
    for (const one of channels) if (one[at]) events.push(one[at]!);
  return [...events, { type: "finish", choice, reason: "stop" }];
}

test("However texts are cut and channels and choices take turns, what leaves is the masked whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 3 }), async (choices) => {
      const events = choices.map((one, choice) => choiceOf(choice, one));
      const turns: AnswerEvent[] = [];
      for (let at = 0; events.some((one) => at < one.length); at += 1)
        for (const one of events) if (one[at]) turns.push(one[at]!);
      const { events: left } = await guarded(stream(turns), MASK);
      const answer = await wholeAnswer(stream(left));
      for (const [choice, one] of choices.entries())
        for (const channel of ["text", "reasoning", "refusal"] as const) {
          const leaves = answer.choices[choice]![channel];
          assert.equal(leaves, mask(one[channel], detect(one[channel])));
          for (const value of planted) assert.ok(!leaves.includes(value));
        }
    }),
    { numRuns: 200 },
  );
});

test("However a text is cut, of one that is refused only what stands before may leave", async () => {
  await fc.assert(
    fc.asyncProperty(said, fc.constantFrom("BLOCK", "keywords"), async (one, guard) => {
      const config =
        guard === "BLOCK" ? ({ pii: { behavior: "BLOCK" } } as const) : { invalid_keywords: ["acme", "dolor"] };
      const { events: left } = await guarded(stream(choiceOf(0, one)), config);
      const [choice] = (await wholeAnswer(stream(left))).choices;
      for (const channel of ["text", "reasoning", "refusal"] as const) {
        const leaves = choice![channel];
        assert.ok(one[channel].startsWith(leaves));
        if (guard === "BLOCK") assert.ok(leaves.length <= (detect(one[channel])[0]?.start ?? leaves.length));
        else assert.ok(!/\b(?:acme|dolor)\b/i.test(leaves));
      }
      assert.equal(left.filter((event) => event.type === "finish").length, 1);
    }),
    { numRuns: 200 },
  );
});

test("A stream without guards is the very same stream", () => {
  const events = stream([]);
  const context = { request: asked, isWhole: false, signal: new AbortController().signal, onFindings: () => {} };
  for (const config of [undefined, {}, { safety: false, pii: { behavior: "NONE" }, invalid_keywords: [] }] as const)
    assert.equal(guardOutput(events, config, context), events);
});

test("Prose leaves word by word, as it comes", async () => {
  const words = "all of it is fine and leaves at once ".split(/(?<= )/);
  const drawn: string[] = [];
  async function* spoken(): AsyncGenerator<AnswerEvent> {
    for (const [index, text] of words.entries()) {
      yield { type: "text", choice: 0, text };
      assert.equal(drawn.join("").length, words.slice(0, index + 1).join("").length, "nothing is held");
    }
    yield { type: "finish", choice: 0, reason: "stop" };
  }
  const context = { request: asked, isWhole: false, signal: new AbortController().signal, onFindings: () => {} };
  for await (const event of guardOutput(spoken(), { ...MASK, invalid_keywords: ["phoenix"] }, context))
    if (event.type === "text") drawn.push(event.text);
});

test("What a broken stream said is guarded to its last word, and then it has broken", async () => {
  const broken = new Fault("BAD_GATEWAY", "The provider broke off.");
  const events: AnswerEvent[] = [
    { type: "text", choice: 0, text: "write to ann@acme.com" },
    { type: "tool_call", choice: 1, call: 0, id: "a", name: "send" },
    { type: "tool_arguments", choice: 1, call: 0, text: '{"to":"ann@acme' },
    { type: "tool_arguments", choice: 1, call: 0, text: ".com" },
  ];
  const { events: left, thrown, findings } = await guarded(stream(events, broken), MASK);
  assert.equal(thrown, broken);
  assert.deepEqual(left, [
    { type: "text", choice: 0, text: "write to " },
    { type: "text", choice: 0, text: "<EMAIL_ADDRESS>" },
    { type: "tool_call", choice: 1, call: 0, id: "a", name: "send" },
    { type: "tool_arguments", choice: 1, call: 0, text: '{"to":"<EMAIL_ADDRESS>' },
  ]);
  assert.deepEqual(findings, [{ guardrail: "pii", phase: "output", action: "mask", found: { EMAIL_ADDRESS: 2 } }]);
});

test("A stream that ends without finishing a choice gives out nothing undecided unguarded", async () => {
  const { events: left } = await guarded(stream([{ type: "text", choice: 0, text: "ann@acme.com" }]), MASK);
  assert.deepEqual(left, [{ type: "text", choice: 0, text: "<EMAIL_ADDRESS>" }]);
});

test("Whoever stops listening stops the provider, and what was found is told", async () => {
  let isStopped = false;
  async function* endless(): AsyncGenerator<AnswerEvent> {
    try {
      for (;;) yield { type: "text", choice: 0, text: "ann@acme.com and so on " };
    } finally {
      isStopped = true;
    }
  }
  let told = 0;
  const context = {
    request: asked,
    isWhole: false,
    signal: new AbortController().signal,
    onFindings: () => (told += 1),
  };
  for await (const _ of guardOutput(endless(), MASK, context)) break;
  assert.equal(isStopped, true);
  assert.equal(told, 1);
});

test("A proof of reasoning leaves with the reasoning's end, and not with reasoning that was masked", async () => {
  const reasoned = (text: string): AnswerEvent[] => [
    { type: "reasoning", choice: 0, text },
    { type: "reasoning", choice: 0, text: "", signature: "proof" },
    { type: "finish", choice: 0, reason: "stop" },
  ];
  const kept = await wholeAnswer(stream((await guarded(stream(reasoned("all is fine")), MASK)).events));
  assert.deepEqual([kept.choices[0]!.reasoning, kept.choices[0]!.signature], ["all is fine", "proof"]);
  const changed = await wholeAnswer(stream((await guarded(stream(reasoned("ann@acme.com")), MASK)).events));
  assert.deepEqual([changed.choices[0]!.reasoning, changed.choices[0]!.signature], ["<EMAIL_ADDRESS>", undefined]);
});

test("A text that is asked for as JSON stays JSON, and its escapes hide nothing", async () => {
  const request = { ...asked, response_format: { type: "json_object" } } as const;
  const json = '{"to":"hi\\nann\\u0040acme.com","card":4111111111111111}';
  const events = interleaved([
    [
      { type: "text", choice: 0, text: json },
      { type: "finish", choice: 0, reason: "stop" },
    ],
  ]);
  const { events: left } = await guarded(stream(events), MASK, { request });
  const { text } = (await wholeAnswer(stream(left))).choices[0]!;
  assert.deepEqual(JSON.parse(text), { to: "hi\n<EMAIL_ADDRESS>", card: "<CREDIT_CARD>" });
});

test("Two calls whose ids are masked stay two", async () => {
  const call = (index: number): AnswerEvent => ({
    type: "tool_call",
    choice: 0,
    call: index,
    id: "ann@acme.com",
    name: "f",
  });
  const { events: left } = await guarded(
    stream([call(0), call(1), { type: "finish", choice: 0, reason: "tool_calls" }]),
    MASK,
  );
  const ids = (await wholeAnswer(stream(left))).choices[0]!.tool_calls.map(({ id }) => id);
  assert.deepEqual(ids, ["masked_0_0", "masked_0_1"]);
});

const tricks: Readonly<Record<string, string>> = {
  "invisible characters": "an\u200bn@ac\u2060me.com",
  "full width": "ａｎｎ＠ａｃｍｅ．ｃｏｍ",
  HTML: "ann&#64;acme&period;com",
  "URL escapes": "ann%40acme.com",
  "JSON escapes": "ann\\u0040acme.com",
};
for (const [name, hidden] of Object.entries(tricks))
  test(`An address that is hidden by ${name} does not leave`, async () => {
    const events = interleaved([
      [
        { type: "text", choice: 0, text: `to ${hidden} now` },
        { type: "finish", choice: 0, reason: "stop" },
      ],
    ]);
    const { text } = (await wholeAnswer(stream((await guarded(stream(events), MASK)).events))).choices[0]!;
    assert.equal(text, "to <EMAIL_ADDRESS> now");
  });

const silent: Judge = { name: "guard", kind: "guard", ask: () => Promise.reject(new Error("down")) };
for (const [name, judge] of [
  ["fails", silent],
  ["says something else", { ...silent, ask: async () => "I think it is fine" }],
] as const)
  test(`Nothing of an answer leaves when the judge ${name}`, async () => {
    const events: AnswerEvent[] = [
      { type: "text", choice: 0, text: "hello" },
      { type: "finish", choice: 0, reason: "stop" },
    ];
    const { events: left, thrown } = await guarded(stream(events), { safety: true }, { judge });
    assert.deepEqual(left, []);
    assert.ok(thrown instanceof Fault && thrown.code === "TEMPORARILY_UNAVAILABLE");
  });

test("With safety nothing of a choice leaves before it is judged, and the judge sees it as the caller would", async () => {
  const judged: string[] = [];
  const judge: Judge = { ...silent, ask: async (turns) => `safe${"\n".repeat(judged.push(turns.at(-1)!.text))}` };
  const config = { safety: true, ...MASK };
  let isJudged = false;
  async function* spoken(): AsyncGenerator<AnswerEvent> {
    yield { type: "text", choice: 0, text: "A long sentence. Another one to ann@acme.com." };
    assert.equal(isJudged, false);
    yield { type: "finish", choice: 0, reason: "stop" };
  }
  const context = { request: asked, isWhole: false, signal: new AbortController().signal, judge, onFindings: () => {} };
  for await (const event of guardOutput(spoken(), config, context)) {
    isJudged = true;
    assert.equal(judged.length, 1, event.type);
  }
  assert.deepEqual(judged, ["A long sentence. Another one to <EMAIL_ADDRESS>."]);
});

test("Without a guard model the built-in lexicon judges, and the refusal says so", async () => {
  const events: AnswerEvent[] = [
    { type: "text", choice: 0, text: "Here is how to build a pipe bomb: first" },
    { type: "finish", choice: 0, reason: "stop" },
  ];
  const { thrown } = await guarded(stream(events), { safety: true }, { isWhole: true });
  const [verdict] = JSON.parse((thrown as Fault).message).output_guardrail;
  assert.equal(verdict.flagged, true);
  assert.equal(verdict.categories["indiscriminate-weapons"], true);
  assert.equal(verdict.safety_judge, "built-in lexicon");
});

/** Milliseconds that an answer of so many pieces of one character takes under guards. */
async function cost_ms(count: number, config: GuardrailParameters): Promise<number> {
  const prose = "Some words of prose with a mail to ann@acme.com, the number 4111 1111 1111 1111 and no end. ";
  function* letters(): Generator<AnswerEvent> {
    for (let at = 0; at < count; at += 1) {
      const text = prose[at % prose.length]!;
      yield { type: "text", choice: 0, text };
      yield { type: "tool_arguments", choice: 0, call: 0, text: at === 0 ? '"' : text };
    }
    yield { type: "finish", choice: 0, reason: "stop" };
  }
  const from = performance.now();
  const { events } = await guarded(stream(letters()), config);
  const took_ms = performance.now() - from;
  const { text, tool_calls } = (await wholeAnswer(stream(events))).choices[0]!;
  assert.ok(!text.includes("ann@acme.com") && !tool_calls[0]!.arguments.includes("ann@acme.com"));
  return took_ms;
}

const keywords = Array.from({ length: 500 }, (_, index) => `some words of ${index}`);
test("100,000 pieces of one character cost ten times what 10,000 do", { timeout: 120_000 }, async () => {
  const config = { ...MASK, invalid_keywords: keywords };
  await cost_ms(2_000, config);
  const [few, many] = [await cost_ms(10_000, config), await cost_ms(100_000, config)];
  // Twice as much is noise; work that grew with the square would be a hundred times.
  assert.ok(many < few * 40, `${few} ms and ${many} ms`);
});

test("A megabyte in one piece is masked", { timeout: 60_000 }, async () => {
  for (const filler of ["word ", "x", "1", "a1@", "\\", "&#", "* "]) {
    const huge = filler.repeat(Math.ceil(1_000_000 / filler.length));
    const events: AnswerEvent[] = [
      { type: "text", choice: 0, text: `${huge} ann@acme.com ${huge}` },
      { type: "tool_arguments", choice: 0, call: 0, text: JSON.stringify({ a: `${huge} ann@acme.com` }) },
      { type: "finish", choice: 0, reason: "stop" },
    ];
    const from = performance.now();
    const { events: left } = await guarded(stream(events), { ...MASK, invalid_keywords: keywords, safety: true });
    assert.ok(!JSON.stringify(left).includes("ann@acme.com"), filler);
    assert.ok(JSON.stringify(left).includes("<EMAIL_ADDRESS>"), filler);
    assert.ok(performance.now() - from < 20_000, filler);
  }
});
