import type { Finding } from "#kernel/mod.ts";
import type { AnswerEvent, ModelRequest, Usage } from "#models/mod.ts";
import type { CustomGuardrail, GuardrailParameters } from "#wire/serving/ai-gateway.ts";
import type { Blocked, ChannelRules } from "./channels.ts";
import { GuardedChoice } from "./choice.ts";
import { isGuarded, rulesOf } from "./config.ts";
import { consultOutput } from "./custom/output.ts";
import { FindingTally } from "./findings.ts";
import type { GuardContext } from "./input.ts";
import { Keywords } from "./keywords.ts";
import { blockedAnswer, type GuardrailVerdict } from "./refusal.ts";
import { categoriesOf } from "./safety/categories.ts";
import { isStoodIn, type SafetyVerdict, safetyOf, type Turn } from "./safety/judge.ts";
import { saidIn } from "./said.ts";
import { turnsOf } from "./turns.ts";

export interface OutputContext extends GuardContext {
  /** What was asked, as the model saw it. */
  readonly request: ModelRequest;
  /** The answer is asked for whole: it is refused whole when one of its choices may not leave. */
  readonly isWhole: boolean;
  /** Called once, when the answer ends, fails, or nobody wants it any more. */
  readonly onFindings: (findings: readonly Finding[]) => void;
}

/**
 * The answer as the caller may see it. A choice that may not go on ends by `finish` with `content_filter`; what the provider still
 * says of it is not passed on, its usage is. With safety, or endpoints that
 * decide, a choice is held until it is whole, and judged. An answer that breaks off is
 * guarded up to there.
 * @throws Fault BAD_REQUEST at the end of an answer that is asked for whole; TEMPORARILY_UNAVAILABLE when a judge does not say.
 */
export function guardOutput(
  events: AsyncIterable<AnswerEvent>,
  config: GuardrailParameters | undefined,
  context: OutputContext,
): AsyncIterable<AnswerEvent> {
  return isGuarded(config) ? new GuardedAnswer(config, context).events(events) : events;
}

/** The most that is held of one choice until it is judged. */
const JUDGED_EVENTS_CHARACTERS_MAX = 8 * 1024 * 1024;

interface Guarded {
  readonly masked: GuardedChoice;
  /** Until it is judged. */
  readonly held: AnswerEvent[];
  held_characters: number;
  isOver: boolean;
  blocked?: Blocked;
  verdict?: SafetyVerdict;
  /** What each endpoint that was asked did to it. */
  readonly consulted: { readonly endpoint_name: string; readonly action: Finding["action"] }[];
  rejected?: GuardrailVerdict["custom_guardrail"];
}

class GuardedAnswer {
  readonly #rules: ChannelRules;
  readonly #isJudged: boolean;
  readonly #safety: boolean;
  readonly #custom: readonly CustomGuardrail[];
  readonly #context: OutputContext;
  readonly #choices = new Map<number, Guarded>();
  #usage: Usage | undefined;

  constructor(config: GuardrailParameters, context: OutputContext) {
    const { pii, keywords, safety, custom = [] } = rulesOf(config);
    this.#rules = { pii, keywords: keywords && new Keywords(keywords) };
    this.#safety = safety;
    this.#custom = custom;
    this.#isJudged = safety || custom.length > 0;
    this.#context = context;
  }

  async *events(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
    const iterator = events[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await iterator.next().catch((thrown: unknown) => ({ broken: thrown }));
        if ("broken" in step) {
          yield* this.#broken(step.broken);
          return;
        }
        if (step.done) break;
        yield* this.#passed(step.value);
      }
      yield* this.#unfinished();
      if (this.#context.isWhole && [...this.#choices.values()].some(({ blocked }) => blocked)) throw this.#refusal();
    } finally {
      this.#report();
      await iterator.return?.();
    }
  }

  async *#passed(event: AnswerEvent): AsyncGenerator<AnswerEvent> {
    if (event.type === "usage") {
      this.#usage = event.usage;
      yield event;
      return;
    }
    const one = this.#choice(event.choice);
    if (one.isOver) return;
    if (event.type !== "finish") {
      yield* this.#released(one, one.masked.take(event));
      if (this.#blockedOf(one)) yield* this.#cut(event.choice, one);
      return;
    }
    yield* this.#tail(event.choice, one);
    if (one.isOver) return;
    one.isOver = true;
    yield event;
  }

  /** What may leave of a choice that says no more; the choice is cut when it may not. */
  async *#tail(choice: number, one: Guarded): AsyncGenerator<AnswerEvent> {
    yield* this.#released(one, one.masked.end());
    if (!this.#blockedOf(one) && this.#isJudged && one.held.length > 0) {
      if (this.#safety) await this.#judge(one);
      if (!one.blocked && this.#custom.length > 0) await this.#consult(choice, one);
    }
    if (one.blocked) yield* this.#cut(choice, one);
    else yield* one.held.splice(0);
  }

  async #judge(one: Guarded): Promise<void> {
    const { request, judge, signal } = this.#context;
    const turns: readonly Turn[] = [...turnsOf(request), { role: "assistant", text: saidIn(one.held) }];
    one.verdict = await safetyOf(judge ? turns : turns.slice(-1), judge, signal);
    if (!one.verdict.isSafe) one.blocked = "safety";
  }

  async #consult(choice: number, one: Guarded): Promise<void> {
    const { endpoint: ask, signal } = this.#context;
    const { value, said } = await consultOutput(choice, one.held, this.#custom, { ask, signal });
    for (const [place, { isChanged, isSilent, rejected }] of said.entries()) {
      const { endpoint_name } = this.#custom[place]!;
      if (isSilent) one.consulted.push({ endpoint_name: `${endpoint_name}: SILENT`, action: "note" });
      if (isChanged) one.consulted.push({ endpoint_name, action: "mask" });
      if (!rejected) continue;
      one.consulted.push({ endpoint_name, action: "block" });
      one.rejected = rejected;
      one.blocked = "custom";
    }
    one.held.splice(0, one.held.length, ...value);
  }

  *#released(one: Guarded, events: Iterable<AnswerEvent>): Iterable<AnswerEvent> {
    for (const event of events) {
      if (!this.#isJudged) {
        yield event;
        continue;
      }
      one.held.push(event);
      if ("text" in event) one.held_characters += event.text.length;
      if (one.held_characters > JUDGED_EVENTS_CHARACTERS_MAX) one.blocked = "size";
    }
  }

  #blockedOf(one: Guarded): boolean {
    const blocked = one.blocked ?? one.masked.blocked;
    if (blocked) one.blocked = blocked;
    return blocked !== undefined;
  }

  *#cut(choice: number, one: Guarded): Iterable<AnswerEvent> {
    one.isOver = true;
    one.held.length = 0;
    yield { type: "finish", choice, reason: "content_filter" };
  }

  /** Choices that the provider ended without a word. */
  async *#unfinished(): AsyncGenerator<AnswerEvent> {
    for (const [choice, one] of this.#choices) {
      if (one.isOver) continue;
      yield* this.#tail(choice, one);
      one.isOver = true;
    }
  }

  /** What the provider said before it broke off is guarded as any answer; then it has broken off. */
  async *#broken(thrown: unknown): AsyncGenerator<AnswerEvent> {
    try {
      yield* this.#unfinished();
    } catch {
      // A judge that does not answer lets nothing out; what is told is that the provider failed.
    }
    throw thrown;
  }

  #choice(choice: number): Guarded {
    const known = this.#choices.get(choice);
    if (known) return known;
    const format = this.#context.request.response_format?.type;
    const isJson = format === "json_object" || format === "json_schema";
    const one = {
      masked: new GuardedChoice(choice, this.#rules, isJson),
      held: [],
      held_characters: 0,
      isOver: false,
      consulted: [],
    };
    this.#choices.set(choice, one);
    return one;
  }

  #report(): void {
    const tally = new FindingTally("output");
    for (const { masked, blocked, verdict, consulted } of this.#choices.values()) {
      for (const { endpoint_name, action } of consulted) tally.count("custom", action, [endpoint_name]);
      if (verdict && isStoodIn(verdict, this.#context.judge)) tally.count("safety", "note", ["JUDGE_SILENT"]);
      tally.count("pii", this.#rules.pii === "BLOCK" ? "block" : "mask", masked.found);
      if (blocked === "invalid_keywords") tally.count(blocked, "block", ["KEYWORD"]);
      if (blocked === "size") tally.count(blocked, "block", ["TOO_LONG"]);
      if (verdict && !verdict.isSafe) tally.count("safety", "block", verdict.categories);
    }
    if (tally.findings.length > 0) this.#context.onFindings(tally.findings);
  }

  #refusal() {
    const verdicts = [...this.#choices].toSorted(([a], [b]) => a - b).map(([, one]) => verdictOf(one));
    return blockedAnswer(verdicts, this.#usage);
  }
}

/** Nothing of an answer that is refused leaves, not even anonymized. */
function verdictOf({ masked, blocked, verdict, rejected }: Guarded): GuardrailVerdict {
  const isUnsafe = verdict?.isSafe === false;
  return {
    flagged: isUnsafe,
    categories: verdict ? categoriesOf(verdict.categories) : null,
    pii_detection: masked.found.length > 0,
    anonymized_input: null,
    ...(blocked === "invalid_keywords" && { invalid_keywords: true as const }),
    ...(blocked === "size" && { too_large: true as const }),
    ...(rejected && { custom_guardrail: rejected }),
    ...(isUnsafe && { safety_judge: verdict.judge }),
  };
}
