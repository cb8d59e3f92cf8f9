import { type Behaviour, failing, saying, silent } from "../provider.ts";

/** Personal data that a provider says, and that no answer may hold. */
export const PLANTED = "ann.example@acme.com";
const WORDS = `Write to ${PLANTED} today.`;

const speaking = saying(WORDS);

/** Begins a stream that says what is planted in single characters, then does something else. */
const beginning =
  (after: (...given: Parameters<Behaviour>) => void): Behaviour =>
  (received, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const content of WORDS) {
      const choices = [{ index: 0, delta: { content }, finish_reason: null }];
      const chunk = { id: "c1", object: "chat.completion.chunk", created: 1, model: received.body.model, choices };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    // When what was written is on its way.
    setImmediate(() => after(received, response));
  };

/** What comes of a question, as the caller sees it. */
export type Outcome = "answered" | "refused" | "broken off" | "given up";

/** A way in which providers fail. */
export interface Failure {
  readonly first: Behaviour;
  readonly second: Behaviour;
  /** What may come of it, streamed and whole. */
  readonly outcomes: readonly Outcome[];
  /** The caller waits no longer than this, in milliseconds. */
  readonly patience_ms?: number;
}

/** Of each, no more than this many at once: so many circuits would hide the failure behind a model that is not asked any more. */
export const failures: Readonly<Record<string, Failure>> = {
  nothing: { first: speaking, second: speaking, outcomes: ["answered"] },
  "hangs, and another answers": { first: silent, second: speaking, outcomes: ["answered"] },
  "hangs, and the caller gives up": { first: silent, second: silent, outcomes: ["given up"], patience_ms: 1_000 },
  "hangs amid a stream, and the caller gives up": {
    first: beginning(() => {}),
    second: silent,
    outcomes: ["given up"],
    patience_ms: 1_000,
  },
  "resets before a byte": {
    first: (_, response) => response.destroy(),
    second: speaking,
    outcomes: ["answered"],
  },
  "resets amid a stream": {
    first: beginning((_, response) => response.destroy()),
    second: speaking,
    outcomes: ["broken off", "refused", "answered"],
  },
  "ends a stream without its end": {
    first: beginning((_, response) => void response.end()),
    second: speaking,
    outcomes: ["broken off", "refused", "answered"],
  },
  "sends an event that is no JSON": {
    first: beginning((_, response) => void response.end(`data: {"choices":[{"delta":{"content":"${PLANTED}\n\n`)),
    second: speaking,
    outcomes: ["broken off", "refused", "answered"],
  },
  "sends an event of another form": {
    first: beginning((_, response) => void response.end(`data: ["${PLANTED}"]\n\ndata: [DONE]\n\n`)),
    second: speaking,
    outcomes: ["broken off", "refused", "answered"],
  },
  "answers with a page": {
    first: (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(`<p>${PLANTED}`),
    second: speaking,
    outcomes: ["refused", "broken off", "answered"],
  },
  "a storm of 429, and another answers": {
    first: failing(429, { "retry-after": "1" }),
    second: speaking,
    outcomes: ["answered"],
  },
  "a storm of 429 from all": { first: failing(429), second: failing(429), outcomes: ["refused"] },
  "a storm of 500 from all": { first: failing(500), second: failing(503), outcomes: ["refused"] },
};
