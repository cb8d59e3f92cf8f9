import { type Behaviour, USAGE } from "../../gateway/provider.ts";

/** What a choice of the provider's says: a text, and a call with one argument. */
export interface Spoken {
  readonly text: string;
  readonly call?: { readonly name: string; readonly argument: string };
}

/** Small enough that whatever a guardrail looks for is cut into several. */
const PIECE_CHARACTERS = 3;

const piecesOf = (text: string): readonly string[] => text.match(new RegExp(`.{1,${PIECE_CHARACTERS}}`, "gs")) ?? [];
const argumentsOf = (argument: string): string => JSON.stringify({ to: argument });

/** A provider with OpenAI's protocol that gives these choices, whole or piece by piece in turn. Shapes after openai's types; not recorded. */
export const speaking =
  (choices: readonly Spoken[]): Behaviour =>
  ({ body }, response) => {
    const head = { id: "c1", created: 1, model: body.model };
    const reasonOf = ({ call }: Spoken) => (call ? "tool_calls" : "stop");
    if (body.stream !== true) {
      const made = choices.map((one, index) => ({
        index,
        message: {
          role: "assistant",
          content: one.text,
          ...(one.call && {
            tool_calls: [
              {
                id: `call_${index}`,
                type: "function",
                function: { name: one.call.name, arguments: argumentsOf(one.call.argument) },
              },
            ],
          }),
        },
        finish_reason: reasonOf(one),
      }));
      const whole = { ...head, object: "chat.completion", choices: made, usage: USAGE };
      return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(whole));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const say = (more: object): void =>
      void response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...more })}\n\n`);
    const left = choices.map(deltasOf);
    for (let at = 0; left.some((deltas) => at < deltas.length); at += 1)
      for (const [index, deltas] of left.entries())
        if (deltas[at]) say({ choices: [{ index, delta: deltas[at], finish_reason: null }] });
    for (const [index, one] of choices.entries())
      say({ choices: [{ index, delta: {}, finish_reason: reasonOf(one) }] });
    say({ choices: [], usage: USAGE });
    response.end("data: [DONE]\n\n");
  };

function deltasOf({ text, call }: Spoken, index: number): readonly object[] {
  const texts = piecesOf(text).map((content) => ({ content }));
  if (!call) return texts;
  const opened = { index: 0, id: `call_${index}`, type: "function", function: { name: call.name, arguments: "" } };
  const said = piecesOf(argumentsOf(call.argument)).map((piece) => ({ index: 0, function: { arguments: piece } }));
  return [...texts, ...[opened, ...said].map((one) => ({ tool_calls: [one] }))];
}
