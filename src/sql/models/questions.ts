import { endpoint, type Gate, type LentBy, spoken } from "#kernel/mod.ts";
import { Fault, faultOf } from "#wire/errors.ts";
import type { ModelRoutine } from "../ast/expression.ts";
import type { EngineRequest, EngineValue } from "../engines/engine.ts";
import type { Session } from "../plan/session.ts";
import { type Answer, answerReader } from "./answer.ts";
import type { Asking } from "./asking.ts";
import { MODEL_QUESTIONS_AT_ONCE, MODEL_QUESTIONS_MAX } from "./limits.ts";
import { cosine } from "./similarity.ts";

export interface QuestionPorts {
  readonly gate: Gate;
  readonly asking: Asking;
}

/**
 * Answers the rows of a statement's calls: each question is entered by itself, as the session's user, on the loan of the text that asks; it
 * has limits, guardrails and a record of its own, like any that comes over HTTP.
 */
export function questionsOf({ gate, asking }: QuestionPorts, session: Session): NonNullable<EngineRequest["call"]> {
  let asked = 0;
  return async (routine, rows) => {
    if (routine.kind !== "model") throw new TypeError("a call that is no question");
    asked += rows.length;
    if (asked > MODEL_QUESTIONS_MAX)
      throw new Fault(
        "RESOURCE_EXHAUSTED",
        `The statement asks models more than ${MODEL_QUESTIONS_MAX} distinct questions. Ask about fewer rows at a time.`,
      );
    const read = answerReader(routine);
    const failed = new AbortController();
    const signal = AbortSignal.any([session.signal, failed.signal]);
    const { lender } = routine;
    const ask = async (texts: readonly string[]): Promise<Answer> => {
      const options = lender ? { lent_by: lender } : {};
      const permit = await gate.enter(
        session.who,
        "endpoint.query",
        endpoint(asking.named(routine.endpoint)),
        session.doorway,
        options,
      );
      if (routine.compares) {
        const nearness = cosine(await asking.embed(permit, texts, signal));
        return nearness === null ? null : String(nearness);
      }
      return read(await asking.ask(permit, { text: texts[0]!, fields: routine.fields }, signal));
    };
    const told =
      lender === null
        ? ask
        : (texts: readonly string[]) => ask(texts).catch((thrown: unknown) => refuse(untold(lender, thrown)));
    const answers: EngineValue[] = [];
    const places = rows.keys();
    const worker = async (): Promise<void> => {
      for (const place of places) {
        if (signal.aborted) return;
        const texts = rows[place]!.filter((one) => one !== null);
        const isWhole = texts.length === rows[place]!.length;
        answers[place] = isWhole ? await settled(routine, () => told(texts), signal) : null;
      }
    };
    const workers = Array.from({ length: MODEL_QUESTIONS_AT_ONCE }, worker);
    // The first failure is the statement's: those that it cut short fail too, in whatever order they stand.
    for (const one of workers) one.catch((thrown: unknown) => failed.abort(thrown));
    // The statement ends after the last of its questions, so that none is asked, or put on record, later.
    await Promise.allSettled(workers);
    failed.signal.throwIfAborted();
    return answers;
  };
}

function refuse(fault: Fault): never {
  throw fault;
}

/** A view's or function's text asks of values that the caller may not see: of why it failed the caller is told no more than the kind. */
function untold({ what }: LentBy, thrown: unknown): Fault {
  const { code, options } = faultOf(thrown);
  return new Fault(code, `A model that ${spoken(what)} asks gave no answer. Ask its owner.`, {
    cause: thrown,
    ...(options.internal !== undefined && { internal: options.internal }),
  });
}

/** The value of a row: with errors told in rows, a struct as JSON. What ends the statement is never one row's error. */
async function settled(routine: ModelRoutine, ask: () => Promise<Answer>, signal: AbortSignal): Promise<string | null> {
  if (!routine.tells_errors) return textOf(await ask());
  try {
    return JSON.stringify({ result: await ask(), errorMessage: null });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const { code, message } = faultOf(thrown);
    if (code === "INTERNAL_ERROR") throw thrown;
    return JSON.stringify({ result: null, errorMessage: message });
  }
}

const textOf = (answer: Answer): string | null =>
  answer === null || typeof answer === "string" ? answer : JSON.stringify(answer);
