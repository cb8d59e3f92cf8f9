/** Failures in a row after which a model is not asked for a while. */
const FAILURES_MAX = 5;
/** For how long. One question is let through then, and decides. */
const OPEN_MS = 30_000;

interface Circuit {
  failures: number;
  /** Until when it is not asked; 0 while it is. */
  open_until_ms: number;
}

/**
 * Which models are known to be down, as far as this server has seen, so that a dead provider costs nobody a timeout. What a
 * provider refuses, or limits, is not a failure of it.
 */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>();

  /** Milliseconds until the model is asked again; 0 when it may be asked now. Who is let through after the wait, is alone in that. */
  wait_ms(entity: string, now_ms: number): number {
    const circuit = this.#circuits.get(entity);
    if (!circuit || circuit.open_until_ms === 0) return 0;
    if (now_ms < circuit.open_until_ms) return circuit.open_until_ms - now_ms;
    circuit.open_until_ms = now_ms + OPEN_MS;
    return 0;
  }

  /** Those that failed lately, by their keys, and whether they are left alone. */
  failing(now_ms: number): readonly (readonly [entity: string, isOpen: boolean])[] {
    return [...this.#circuits].map(([entity, { open_until_ms }]) => [entity, open_until_ms > now_ms]);
  }

  /** It answered. */
  close(entity: string): void {
    this.#circuits.delete(entity);
  }

  /** It did not answer, or said that it could not. */
  fail(entity: string, now_ms: number): void {
    const circuit = this.#circuits.get(entity) ?? { failures: 0, open_until_ms: 0 };
    circuit.failures += 1;
    if (circuit.failures >= FAILURES_MAX) circuit.open_until_ms = now_ms + OPEN_MS;
    this.#circuits.set(entity, circuit);
  }
}
