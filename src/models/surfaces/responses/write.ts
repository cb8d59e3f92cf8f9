import type { JsonObject } from "#base/json.ts";
import { faultOf } from "#wire/errors.ts";
import { type Answer, eventsOf } from "../../answer.ts";
import type { AnswerEvent, FinishReason, Usage } from "../../events.ts";
import type { AnswerFrame } from "../../surface.ts";
import { callsInTurn } from "../calls-in-turn.ts";
import { typedEvent } from "../sent.ts";
import { Items, type Told } from "./output.ts";
import { responseOf, shownOf } from "./response.ts";

/** Puts an answer together, event by event; the protocol has one choice. What `tell` gives goes out on a stream. */
class Building {
  readonly #frame: AnswerFrame;
  readonly #items: Items;
  #finish: FinishReason = "stop";
  #usage: Usage | null = null;

  constructor(frame: AnswerFrame) {
    this.#frame = frame;
    this.#items = new Items(frame.id, shownOf(frame));
  }

  *begin(): Generator<Told> {
    yield { type: "response.created", response: this.#response(null) };
    yield { type: "response.in_progress", response: this.#response(null) };
  }

  *tell(event: AnswerEvent): Generator<Told> {
    if (event.type === "usage") this.#usage = event.usage;
    else if (event.type === "finish") this.#finish = event.reason;
    else yield* this.#items.say(event);
  }

  *end(): Generator<Told, JsonObject> {
    yield* this.#items.close(this.#finish === "length" ? "incomplete" : "completed");
    const response = this.#response(this.#finish);
    yield { type: `response.${response.status}`, response };
    return response;
  }

  #response(finish: FinishReason | null): JsonObject {
    return responseOf(this.#frame, [...this.#items.done], finish, this.#usage);
  }
}

/** The stream's own way with an answer, told to nobody: so both come to the same. */
export function response(answer: Answer, frame: AnswerFrame): JsonObject {
  const building = new Building(frame);
  for (const event of eventsOf(answer)) for (const _ of building.tell(event));
  const ending = building.end();
  let step = ending.next();
  while (!step.done) step = ending.next();
  return step.value;
}

/** An answer as a stream of numbered events. An error ends it by an event of its own, since that has the next number. */
export async function* responseEvents(events: AsyncIterable<AnswerEvent>, frame: AnswerFrame): AsyncGenerator<string> {
  const building = new Building(frame);
  let sequence_number = 0;
  const numbered = (told: Told): string => typedEvent({ ...told, sequence_number: sequence_number++ });
  try {
    for (const told of building.begin()) yield numbered(told);
    for await (const event of callsInTurn(events)) for (const told of building.tell(event)) yield numbered(told);
    for (const told of building.end()) yield numbered(told);
  } catch (thrown) {
    const { code, message } = faultOf(thrown);
    yield numbered({ type: "error", code, message, param: null });
  }
}
