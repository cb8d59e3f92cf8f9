import type { Entity } from "./entities.ts";
import { type DetectOptions, type Examined, Examiner } from "./examiner.ts";
import { placeholder } from "./mask.ts";

/** `mask` puts placeholders; `block` ends the text where the first entity begins. */
export interface StreamMaskerOptions extends DetectOptions {
  readonly mode: "mask" | "block";
}

/**
 * Masks a text that arrives in pieces: one of these for each choice and each channel of content. However the text is cut, the pieces that
 * leave make up `mask(text, detect(text))`. What may still become part of an entity is held back, `HOLD_BACK_CHARACTERS_MAX`
 * characters at most; in prose that is the last word.
 */
export class StreamMasker {
  readonly #examiner: Examiner;
  readonly #mode: StreamMaskerOptions["mode"];
  readonly #found = new Set<Entity>();
  /** Text that is held back, behind the context that is needed to judge it. */
  #text = "";
  /** Of `#text`, how much has left. */
  #left = 0;
  #isBlocked = false;

  constructor({ mode, ...options }: StreamMaskerOptions) {
    this.#mode = mode;
    this.#examiner = new Examiner(options);
  }

  /** The kinds of entities found so far, in the order in which each was first found. */
  get found(): readonly Entity[] {
    return [...this.#found];
  }

  /** Whether an entity has ended the text; nothing leaves any more. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Characters that are held back. */
  get held(): number {
    return this.#text.length - this.#left;
  }

  /** @returns what can no longer become part of an entity; often nothing. */
  push(text: string): string {
    if (this.#isBlocked || text === "") return "";
    this.#text += text;
    return this.#release(false);
  }

  /** @returns the rest: the text is complete. */
  end(): string {
    return this.#isBlocked ? "" : this.#release(true);
  }

  #release(isComplete: boolean): string {
    let released = "";
    for (;;) {
      const piece = this.#examiner.next(this.#text, isComplete);
      if (!piece) break;
      released += this.#masked(piece);
      if (this.#isBlocked) return released;
    }
    const settled = Math.max(this.#left, this.#examiner.settled);
    released += this.#text.slice(this.#left, settled);
    const forgotten = this.#examiner.forgettable;
    this.#examiner.forget(forgotten);
    this.#text = this.#text.slice(forgotten);
    this.#left = settled - forgotten;
    return released;
  }

  #masked({ spans, isContinued }: Examined): string {
    let masked = "";
    for (const [i, { entity, start, end }] of spans.entries()) {
      masked += this.#text.slice(this.#left, start);
      this.#left = end;
      this.#found.add(entity);
      if (this.#mode === "block") {
        this.#isBlocked = true;
        this.#text = "";
        this.#left = 0;
        return masked;
      }
      if (!isContinued || i > 0) masked += placeholder(entity);
    }
    return masked;
  }
}
