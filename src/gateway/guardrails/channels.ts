import { detect, mask, StreamMasker } from "#pii/mod.ts";
import type { GuardName } from "./findings.ts";
import { maskJson, readJson } from "./json-text.ts";
import { type Keywords, KeywordWatch } from "./keywords.ts";

/** What channels of an answer are guarded by. */
export interface ChannelRules {
  readonly pii: "MASK" | "BLOCK" | undefined;
  readonly keywords: Keywords | undefined;
}

/** Why nothing more of a choice may leave. */
export type Blocked = Exclude<GuardName, "valid_topics" | "prompt_injection">;

/** One text of an answer, as it grows. */
export interface Channel {
  /** @returns what may leave now. */
  push(text: string): string;
  /** @returns the rest: the text is complete, or will never be. */
  end(): string;
  readonly blocked: Blocked | undefined;
  /** Kinds of personal data that it held, each as often as it is known to. */
  readonly found: readonly string[];
}

/** A text that leaves as it grows, but for what may still become something that must not. */
export class RunningText implements Channel {
  readonly #watch: KeywordWatch | undefined;
  readonly #masker: StreamMasker | undefined;

  constructor({ pii, keywords }: ChannelRules) {
    this.#watch = keywords && new KeywordWatch(keywords);
    this.#masker = pii && new StreamMasker({ mode: pii === "MASK" ? "mask" : "block" });
  }

  get blocked(): Blocked | undefined {
    if (this.#watch?.isBlocked) return "invalid_keywords";
    return this.#masker?.isBlocked ? "pii" : undefined;
  }

  get found(): readonly string[] {
    return this.#masker?.found ?? [];
  }

  push(text: string): string {
    const passed = this.#watch ? this.#watch.push(text) : text;
    return this.#masker ? this.#masker.push(passed) : passed;
  }

  /** Of a text that a keyword ended, what is still undecided stays: its end is missing, by which it would be known. */
  end(): string {
    const rest = this.#watch?.end() ?? "";
    if (!this.#masker) return rest;
    const passed = this.#masker.push(rest);
    return this.blocked ? passed : passed + this.#masker.end();
  }
}

/** The most of one text that is kept until it is whole; a longer one is cut, not let through. */
const WHOLE_CHARACTERS_MAX = 8 * 1024 * 1024;

/** A text that is of use only when it is whole, as JSON is: it leaves at its end, and stays as much JSON as it was. */
export class JsonText implements Channel {
  readonly #rules: ChannelRules;
  #pieces: string[] = [];
  #length = 0;
  blocked: Blocked | undefined;
  found: readonly string[] = [];

  constructor(rules: ChannelRules) {
    this.#rules = rules;
  }

  push(text: string): string {
    if (this.blocked) return "";
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length > WHOLE_CHARACTERS_MAX) {
      this.blocked = "size";
      this.#pieces = [];
    }
    return "";
  }

  end(): string {
    if (this.blocked) return "";
    const json = this.#pieces.join("");
    this.#pieces = [];
    const { pii, keywords } = this.#rules;
    if (keywords?.areIn(readJson(json))) {
      this.blocked = "invalid_keywords";
      return "";
    }
    if (!pii) return json;
    const { text, spans } = maskJson(json, detect);
    this.found = spans.map(({ entity }) => entity);
    if (pii === "MASK" || spans.length === 0) return text;
    this.blocked = "pii";
    return "";
  }
}

/** A short text that is there at once, such as a tool's name. */
export function guardShort(
  text: string,
  { pii, keywords }: ChannelRules,
): Pick<Channel, "blocked" | "found"> & { text: string } {
  if (keywords?.areIn(text)) return { text: "", blocked: "invalid_keywords", found: [] };
  const spans = pii ? detect(text) : [];
  const found = spans.map(({ entity }) => entity);
  return { text: mask(text, spans), blocked: pii === "BLOCK" && spans.length > 0 ? "pii" : undefined, found };
}
