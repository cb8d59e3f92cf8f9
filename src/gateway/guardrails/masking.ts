import { detect, mask, type Span } from "#pii/mod.ts";
import { isJson, maskJson } from "./json-text.ts";
import { decoded, type Rewriting } from "./request-texts.ts";

/** Masks the texts of a request, and keeps what it found. The same id is masked the same way in call and result. */
export class Masking implements Rewriting {
  readonly found: string[] = [];
  readonly #ids = new Map<string, string>();

  texts(pieces: readonly string[]): readonly string[] {
    const masked = pieces.map((piece) => this.#text(piece));
    return masked.length > 1 ? this.#across(masked) : masked;
  }

  json(text: string): string {
    return maskJson(text, (view) => this.#find(view)).text;
  }

  url(url: string): string {
    const spans = this.#find(url);
    if (spans.length > 0) return mask(url, spans);
    const plain = decoded(url);
    return plain === url ? url : this.#changed(url, plain);
  }

  name(name: string): string {
    return mask(name, this.#find(name));
  }

  id(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const masked = this.#find(id).length > 0 ? `masked_${this.#ids.size}` : id;
    this.#ids.set(id, masked);
    return masked;
  }

  #find(text: string): readonly Span[] {
    const spans = detect(text);
    for (const { entity } of spans) this.found.push(entity);
    return spans;
  }

  /** What a tool gives back is often JSON: it stays JSON, and its escapes hide nothing. */
  #text(text: string): string {
    return isJson(text) ? this.json(text) : mask(text, this.#find(text));
  }

  #changed(text: string, plain: string): string {
    const spans = this.#find(plain);
    return spans.length > 0 ? mask(plain, spans) : text;
  }

  /** What begins in one piece and ends in another: its placeholder stands where it begins. */
  #across(pieces: readonly string[]): readonly string[] {
    const spans = this.#find(pieces.join(""));
    if (spans.length === 0) return pieces;
    let begins = 0;
    return pieces.map((piece) => {
      const ends = begins + piece.length;
      const within = spans.filter(({ start, end }) => end > begins && start < ends);
      let masked = "";
      let at = 0;
      for (const { entity, start, end } of within) {
        const from = Math.max(0, start - begins);
        masked += piece.slice(at, from) + (start >= begins ? `<${entity}>` : "");
        at = Math.min(piece.length, end - begins);
      }
      begins = ends;
      return masked + piece.slice(at);
    });
  }
}
