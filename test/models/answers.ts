import fc from "fast-check";
import type { JsonObject } from "#base/json.ts";
import type { Answer } from "../../src/models/answer.ts";
import type { AnswerEvent } from "../../src/models/events.ts";
import type { Surface } from "../../src/models/surface.ts";

/** What is compared: the same of an answer whole, of one that a vendor's reader folded, and of the events it was made from. */
export interface Said {
  readonly text: string;
  readonly thought: string;
  readonly refusal: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[];
  readonly finish: string;
}

const piece = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("é\u2028", "\n\n", "data: x", "[DONE]", "🛩"));
const input = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });

/** Any place to cut a text into two pieces, as providers do. */
function pieces(text: string, cut: number): readonly string[] {
  const at = Math.min(cut, text.length);
  return [text.slice(0, at), text.slice(at)];
}

const choice = (index: number, hasTools: boolean): fc.Arbitrary<readonly AnswerEvent[]> =>
  fc
    .record({
      reasoning: fc.array(piece, { maxLength: 3 }),
      signature: fc.option(fc.base64String({ minLength: 4, maxLength: 8 }), { nil: undefined }),
      text: fc.array(piece, { maxLength: 4 }),
      refusal: fc.option(fc.array(piece, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 5 }),
      calls: fc.array(fc.record({ input, cut: fc.nat(20) }), { maxLength: hasTools ? 3 : 0 }),
      finish: fc.constantFrom("stop", "length", "tool_calls", "content_filter" as const),
    })
    .map(({ reasoning, signature, text, refusal = [], calls, finish }) => [
      ...reasoning.map((one) => ({ type: "reasoning", choice: index, text: one }) as const),
      ...(signature === undefined ? [] : [{ type: "reasoning", choice: index, text: "", signature } as const]),
      ...text.map((one) => ({ type: "text", choice: index, text: one }) as const),
      ...refusal.map((one) => ({ type: "refusal", choice: index, text: one }) as const),
      ...calls.flatMap(({ input: given, cut }, call): AnswerEvent[] => [
        { type: "tool_call", choice: index, call, id: `call_${index}_${call}`, name: `tool_${call}` },
        ...pieces(JSON.stringify(given), cut).map(
          (said) => ({ type: "tool_arguments", choice: index, call, text: said }) as const,
        ),
      ]),
      { type: "finish", choice: index, reason: finish } as AnswerEvent,
    ]);

/** The events of several choices as they come: each in its order, the choices in any mixture. */
function mixed(choices: readonly (readonly AnswerEvent[])[], order: readonly number[]): readonly AnswerEvent[] {
  const left = choices.map((one) => [...one]);
  const events: AnswerEvent[] = [];
  for (let turn = 0; left.some((one) => one.length > 0); turn++) {
    const waiting = left.filter((one) => one.length > 0);
    events.push(waiting[(order[turn % order.length] ?? 0) % waiting.length]!.shift()!);
  }
  return events;
}

const usage = fc.record({ input: fc.nat(999), output: fc.nat(999), cached: fc.nat(99), reasoning: fc.nat(99) }).map(
  ({ input: asked, output, cached, reasoning }): AnswerEvent => ({
    type: "usage",
    usage: {
      input_tokens: asked + cached,
      output_tokens: output + reasoning,
      cached_tokens: cached,
      reasoning_tokens: reasoning,
    },
  }),
);

/** Streams of up to so many choices, with what was counted at the end. */
export const streams = (choices: number, hasTools = true): fc.Arbitrary<readonly AnswerEvent[]> =>
  fc
    .integer({ min: 1, max: choices })
    .chain((count) =>
      fc.tuple(
        fc.tuple(...Array.from({ length: count }, (_, index) => choice(index, hasTools))),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
        usage,
      ),
    )
    .map(([all, order, counted]) => [...mixed(all, order), counted]);

export async function* each(events: Iterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
  yield* events;
}

export const frameOf = (surface: Surface, body: JsonObject) =>
  ({ id: "1", model: "m", created: 1, request: surface.read(body), body }) as const;

/** What a surface sends. */
export async function sent(surface: Surface, body: JsonObject, events: AsyncIterable<AnswerEvent>): Promise<string> {
  return (await Array.fromAsync(surface.stream(events, frameOf(surface, body)))).join("");
}

/** Answers any request with the text as a stream, or the body as JSON: what a vendor's client is given for its network. */
export const answering = (body: string | JsonObject): typeof fetch => {
  const isStream = typeof body === "string";
  const headers = { "content-type": isStream ? "text/event-stream" : "application/json" };
  return async () => new Response(isStream ? body : JSON.stringify(body), { headers });
};

/** What the events come to, as the surfaces that show all would tell it. */
export const saidOf = ({ choices }: Answer): readonly Said[] =>
  choices.map(({ text, reasoning, refusal, tool_calls, finish }) => ({
    text,
    thought: reasoning,
    refusal,
    calls: tool_calls.map(({ id, name, arguments: said }) => ({ id, name, arguments: JSON.parse(said) as unknown })),
    finish,
  }));
