import type { Finding } from "#kernel/mod.ts";
import type { AnswerEvent, ModelRequest } from "#models/mod.ts";
import type { Beginning } from "../routing/begin.ts";
import type { Tally } from "../tally.ts";
import type { Kept, Place } from "./create.ts";
import { AnswerRecording } from "./recording.ts";

/** An answer on its way to the guardrails, given again or by its model. */
interface Source extends Pick<Beginning<AnswerEvent>, "events" | "destination"> {
  /** Tells what the guardrails found in it. */
  looked(findings: readonly Finding[]): void;
  /** Keeps it, when it may be kept; to be called when it is on record. */
  keep(): void;
}

const nothing = (): void => {};

/** An answer that was given before, as if its model gave it. */
export function replayed(kept: Kept<readonly AnswerEvent[]>, tally: Tally): Source {
  tally.again(kept);
  return { destination: kept.destination, events: again(kept.answer), looked: nothing, keep: nothing };
}

/** A model's answer; to be given again only when the model is the one that the question is for: one that stood in for it has gone when it is back. */
export function recorded(
  { events, destination, served_entity_id, isFirstChoice }: Beginning<AnswerEvent>,
  place: Place<readonly AnswerEvent[]> | undefined,
  { sampling }: ModelRequest,
): Source {
  if (!place || !isFirstChoice) return { destination, events, looked: nothing, keep: nothing };
  const recording = new AnswerRecording(sampling.n ?? 1);
  return {
    destination,
    events: recording.of(events),
    looked: (findings) => recording.looked(findings),
    keep: () => {
      const { whole } = recording;
      if (whole) place.keep({ answer: whole.events, destination, served_entity_id }, whole.bytes);
    },
  };
}

async function* again(events: readonly AnswerEvent[]): AsyncGenerator<AnswerEvent> {
  yield* events;
}
