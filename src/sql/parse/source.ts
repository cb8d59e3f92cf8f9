import type { Position } from "../ast/position.ts";

/** The statement text with a place in it. Positions are found by a table of line starts, so that reading stays linear. */
export class Source {
  readonly text: string;
  offset = 0;
  #line = 1;
  #lineStart = 0;
  #counted = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The character `ahead` places from here, or "" behind the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.offset + ahead);
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.offset);
  }

  /** Where `offset` is, which must not lie before the last one asked for. */
  position(offset = this.offset): Position {
    for (; this.#counted < offset; this.#counted += 1) {
      if (this.text.charCodeAt(this.#counted) === 10) {
        this.#line += 1;
        this.#lineStart = this.#counted + 1;
      }
    }
    return Object.freeze({ line: this.#line, column: offset - this.#lineStart + 1, offset });
  }
}
