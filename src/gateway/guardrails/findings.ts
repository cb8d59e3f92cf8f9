import type { Finding } from "#kernel/mod.ts";

export type GuardName = "pii" | "invalid_keywords" | "safety" | "valid_topics" | "prompt_injection" | "size" | "custom";

/** Counts what guards see in one phase of one request: kinds and numbers, never what was seen. */
export class FindingTally {
  readonly #phase: Finding["phase"];
  readonly #found = new Map<
    string,
    { guardrail: GuardName; action: Finding["action"]; found: Record<string, number> }
  >();

  constructor(phase: Finding["phase"]) {
    this.#phase = phase;
  }

  count(guardrail: GuardName, action: Finding["action"], kinds: Iterable<string>): void {
    for (const kind of kinds) {
      const key = `${guardrail} ${action}`;
      const known = this.#found.get(key) ?? { guardrail, action, found: {} };
      known.found[kind] = (known.found[kind] ?? 0) + 1;
      this.#found.set(key, known);
    }
  }

  get findings(): readonly Finding[] {
    return [...this.#found.values()].map((one) => ({ ...one, phase: this.#phase, found: { ...one.found } }));
  }
}
