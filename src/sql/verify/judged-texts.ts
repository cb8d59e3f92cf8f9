import type { DuckDBConnection } from "@duckdb/node-api";
import { refuseUnlessWalled, type WallRules } from "./wall.ts";

/** Texts remembered; beyond it the one that was judged first is forgotten. */
const TEXTS_MAX = 256;

/** Longer ones are judged each time. */
const TEXT_CHARACTERS_MAX = 64 * 1024;

/**
 * Texts that the second wall let pass. It judges by a text and its rules alone, so that the same text under the same rules is judged
 * once. What it refused is not remembered.
 */
export class JudgedTexts {
  readonly #passed = new Set<string>();

  /** @throws WallBreach as the wall does. */
  async refuseUnlessWalled(connection: DuckDBConnection, sql: string, rules: WallRules): Promise<void> {
    const key = JSON.stringify([sql, rules.shape, [...rules.relations]]);
    if (this.#passed.has(key)) return;
    await refuseUnlessWalled(connection, sql, rules);
    if (key.length > TEXT_CHARACTERS_MAX) return;
    this.#passed.add(key);
    if (this.#passed.size > TEXTS_MAX) for (const oldest of this.#passed.values().take(1)) this.#passed.delete(oldest);
  }
}
