import type { JsonObject } from "#base/json.ts";
import { mapping, neededText } from "#base/settings.ts";
import { type Permit, endpoint as securable } from "#kernel/mod.ts";
import { textOf } from "../ask.ts";
import type { Judge } from "../guardrails/mod.ts";
import { enterGuard, type GuardPorts } from "./enter.ts";

/** The endpoint that judges what is safe, as the operator sets it. */
export interface JudgeSettings {
  readonly endpoint: string;
  readonly kind: Judge["kind"];
  readonly on_failure: NonNullable<Judge["on_failure"]>;
}

const kinds = ["guard", "instruct"] as const;
const failures = ["refuse", "lexicon"] as const;

/**
 * Reads `models.safety_judge` of lakeward.yaml: the name of an endpoint, `kind` (`guard`, a guard model in Llama Guard's form whose server puts the
 * prompt around a conversation; `instruct`, any model, which is sent the prompt) and `on_failure` (`refuse`, or `lexicon`, by which
 * the built-in lexicon judges in its place). @throws Error that names the place.
 */
export function readJudge(value: unknown, at: string): JudgeSettings {
  const given = mapping(value, at, ["endpoint", "kind", "on_failure"]);
  const kind = kinds.find((one) => one === (given.kind ?? "guard"));
  const on_failure = failures.find((one) => one === (given.on_failure ?? "refuse"));
  if (!kind) throw new Error(`${at}.kind is one of ${kinds.join(", ")}`);
  if (!on_failure) throw new Error(`${at}.on_failure is one of ${failures.join(", ")}`);
  return { endpoint: neededText(given.endpoint, `${at}.endpoint`), kind, on_failure };
}

/** A verdict is a word and a line of codes. */
const VERDICT_TOKENS_MAX = 64;

/** The judge of one question to a guarded endpoint. Its own endpoint's owner lends the right to ask it: the operator has chosen it. */
export function judgeBy(
  ports: GuardPorts,
  { endpoint, kind, on_failure }: JudgeSettings,
  guarded: Permit<"endpoint.query">,
): Judge {
  return {
    name: endpoint,
    kind,
    on_failure,
    ask: async (turns, signal) => {
      const permit = await enterGuard(ports, guarded, endpoint, securable(endpoint));
      const messages = turns.map(({ role, text }) => ({ role, content: text }));
      const body: JsonObject = { messages, max_tokens: VERDICT_TOKENS_MAX, temperature: 0 };
      const { body: answer } = await ports.invoke().chat(permit, "chat", { body, signal });
      return textOf(answer as JsonObject) ?? "";
    },
  };
}
