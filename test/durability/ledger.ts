import type { Answer, Caller } from "./caller.ts";

/** A decision that a request must leave on record. */
export interface Wanted {
  readonly action: string;
  readonly effect: "permit" | "deny";
}

/** What was sent, and what came back; without an answer nobody knows what became of it. */
export interface Sent {
  readonly text: string;
  readonly wanted: readonly Wanted[];
  readonly answer?: Answer;
}

/** What the client knows: all it sent and each answer it read, in the order of reading. */
export class Ledger {
  readonly #entries: { text: string; wanted: readonly Wanted[]; answer?: Answer }[] = [];
  #answers = 0;
  /** Called with the number of answers so far, in the very moment one was read. */
  onAnswer: (answers: number) => void = () => {};

  get entries(): readonly Sent[] {
    return this.#entries;
  }
  get answers(): number {
    return this.#answers;
  }

  /** Sends a statement. @throws TypeError when there is no answer. */
  sql(caller: Caller, text: string, wanted: readonly Wanted[]): Promise<Sent> {
    return this.#note(text, [{ action: "warehouse.use", effect: "permit" }, ...wanted], () => caller.sql(text));
  }

  /** Sends a GET. @throws TypeError when there is no answer. */
  get(caller: Caller, path: string, wanted: readonly Wanted[]): Promise<Sent> {
    return this.#note(path, wanted, () => caller.request("GET", path));
  }

  async #note(text: string, wanted: readonly Wanted[], send: () => Promise<Answer>): Promise<Sent> {
    const entry: { text: string; wanted: readonly Wanted[]; answer?: Answer } = { text, wanted };
    this.#entries.push(entry);
    entry.answer = await send();
    this.#answers += 1;
    this.onAnswer(this.#answers);
    return entry;
  }
}

export const acknowledged = ({ answer }: Sent): boolean => answer?.state === "SUCCEEDED" || answer?.state === "OK";

/** Answered that nobody knows whether it was done. */
export const unknown = ({ answer }: Sent): boolean => answer?.reason === "OUTCOME_UNKNOWN";

/** Answered that a part of the server was away: it was not done, or nobody knows whether it was. */
export const unavailable = (sent: Sent): boolean =>
  unknown(sent) || sent.answer?.reason === UNAVAILABLE || sent.answer?.state === UNAVAILABLE;

const UNAVAILABLE = "TEMPORARILY_UNAVAILABLE";
